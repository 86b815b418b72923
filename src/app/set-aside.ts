import type { Failure } from '../core/failure.js';
import { conclude, type Interruption } from '../core/run/conclude.js';
import { errorText } from './error-text.js';
import { refusedInPush, renderRefused } from './guard-push.js';
import type { Integration } from './integration.js';
import type { Tools } from './tools.js';

/** Whether `failure-mode: rollback` keeps this run from delivering: all or nothing. */
export const isRolledBack = ({ recorder, settings }: Tools, interruption?: Interruption): boolean =>
  settings.failureMode === 'rollback' && conclude(recorder.run, interruption) !== 'succeeded';

/**
 * Keeps what landed on a branch beside that of the pull request, which stays as it is. Resolves with the failure that
 * says so; work that cannot be pushed there is told in it.
 */
export const setAside = async (tools: Tools, integration: Integration): Promise<Failure> => {
  const { recorder, repository } = tools;
  const { number } = recorder.run.request;
  const branch = `aider-agents/${number === undefined ? `run-${recorder.run.runId}` : `issue-${number}`}/set-aside`;
  const sha = integration.head.commit;
  const why = await publish(tools, branch, sha).catch(errorText);
  if (why === undefined) recorder.record({ type: 'work-set-aside', branch, sha });
  const { branch: base } = repository.base;
  return {
    reason: 'rolled-back',
    who: 'user',
    message: `Not everything succeeded and failure-mode is rollback, so nothing is delivered. ${
      why === undefined ? `What landed is kept on ${branch}.` : `What landed could not be kept on ${branch}: ${why}`
    }`,
    action: `Look at what failed, then ask again, or merge ${branch} into ${base} by hand; with \`failure-mode: continue\` the rest is delivered.`,
  };
};

const publish = async (tools: Tools, branch: string, sha: string): Promise<string | undefined> => {
  const refused = await refusedInPush(tools, sha);
  if (refused.length > 0) return `the patch policy refuses ${renderRefused(refused)}`;
  // Looked at first: it may hold what an earlier run set aside.
  const found = await tools.repository.findBranch(branch);
  if (found?.ours === false) return 'it holds commits of somebody else';
  const published = await tools.repository.publish(branch, sha);
  return published.kind === 'refused' ? published.why : undefined;
};
