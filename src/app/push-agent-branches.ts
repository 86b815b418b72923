import type { TaskRecord } from '../core/run/run.js';
import type { BranchCommit } from '../ports/repository.js';
import { refusedInPush, renderRefused } from './guard-push.js';
import { attempt } from './side-channel.js';
import type { Tools } from './tools.js';

/**
 * Pushes agents' branches for a person to look at: those of tasks that did not land (`push-agent-branches: failed`),
 * all, or none. Only commits we made of changes the policy let through are ever pushed. Resolves with those that could
 * not be.
 */
export const pushAgentBranches = async (tools: Tools, remote: boolean): Promise<readonly BranchCommit[]> => {
  const { recorder, repository, settings } = tools;
  if (!remote || settings.pushAgentBranches === 'none') return [];
  const unpushed: BranchCommit[] = [];
  const wanted = recorder.run.tasks.filter((each) => settings.pushAgentBranches === 'all' || isLeftBehind(each));
  for (const { agent, commit } of wanted) {
    if (commit === undefined) continue;
    const branch = remoteName(recorder.run.request.number, recorder.run.runId, agent);
    unpushed.push({ name: branch, commit });
    await attempt(recorder, `Pushing ${branch}`, async () => {
      const refused = await refusedInPush(tools, commit);
      if (refused.length > 0) throw new Error(`the patch policy refuses ${renderRefused(refused)}`);
      const published = await repository.publish(branch, commit);
      if (published.kind === 'refused') throw new Error(published.why);
      unpushed.pop();
    });
  }
  return unpushed;
};

const isLeftBehind = ({ state }: TaskRecord): boolean => state.kind === 'failed' || state.kind === 'cancelled';

const remoteName = (issue: number | undefined, runId: string, agent: number): string =>
  `aider-agents/${issue === undefined ? `run-${runId}` : `issue-${issue}`}/agent-${agent}`;
