import type { Failure } from '../core/failure.js';
import { buildReport, type Report } from '../core/report/report.js';
import { renderPrd } from '../core/render/prd.js';
import { renderPullRequestBody, renderPullRequestTitle } from '../core/render/pull-request.js';
import type { RefusedChange, RunStatus } from '../core/run/event.js';
import { conclude, type Interruption } from '../core/run/conclude.js';
import { failed, success, type Result } from '../core/result.js';
import type { GitHub, OpenedPullRequest } from '../ports/github.js';
import { chooseBranch } from './choose-branch.js';
import { commitMessage } from './commit-message.js';
import { errorText } from './error-text.js';
import type { FactsOf } from './facts.js';
import { refusedInPush, renderRefused } from './guard-push.js';
import type { Integration } from './integration.js';
import { attempt } from './side-channel.js';
import type { Tools } from './tools.js';

export interface Delivery {
  readonly tools: Tools;
  readonly integration: Integration;
  /** Absent on the command line without `--github`: the result is a branch of the local repository. */
  readonly github?: GitHub;
  readonly facts: FactsOf;
  readonly interruption?: Interruption;
}

/** Where the summary of a run stands on its branch. */
export const summaryPath = (runId: string): string => `.aider_logs/summary-${runId}.json`;

/**
 * Puts what landed on the branch, with the PRD and the summary, and opens or updates the pull request: a draft
 * unless everything is green. A cancelled run's work is pushed, but no pull request is opened for it. Resolves with a
 * failure when the work could not be pushed; a pull request that could not be opened is told as an event.
 */
export const deliver = async (delivery: Delivery): Promise<Failure | undefined> => {
  const { tools, github, interruption } = delivery;
  const status = conclude(tools.recorder.run, interruption);
  const pushed = await push(delivery, status);
  if (!pushed.ok) return pushed.failure;
  if (github !== undefined && interruption?.kind !== 'cancelled')
    await tellPullRequest(delivery, github, { name: pushed.value, status });
  return undefined;
};

/** Resolves with the name of the branch. */
const push = async (delivery: Delivery, status: RunStatus): Promise<Result<string, Failure>> => {
  const { tools, integration, github } = delivery;
  const { recorder, repository } = tools;
  const refused = await refusedInPush(tools, integration.head.commit);
  if (refused.length > 0) return failed(policyRefused(refused));
  const chosen = await chooseBranch(repository, recorder.run.request, recorder.run.runId).catch(notReached);
  if (!('name' in chosen)) return failed(chosen);
  const { name, note } = chosen;
  if (note !== undefined) recorder.record({ type: 'warning', message: note });
  const sha = await commitDocuments(delivery, status, name);
  recorder.record({ type: 'branch-pushing', branch: name, sha });
  const published = await repository.publish(name, sha).catch(notReached);
  if ('reason' in published) return failed(published);
  if (published.kind === 'refused') return failed(pushRefused(name, published.why));
  const url = github === undefined ? {} : { url: github.branchUrl(name) };
  recorder.record({ type: 'branch-pushed', branch: name, sha, ...url });
  return success(name);
};

const reportOf = ({ tools, facts }: Delivery, status: RunStatus): Report =>
  buildReport(tools.recorder.run, { ...facts(tools.recorder.run), finishedAt: tools.clock.now(), status });

/** PRD and summary by plumbing, on top of the head: no ignore rule of the repository keeps them out. */
const commitDocuments = async (delivery: Delivery, status: RunStatus, branch: string): Promise<string> => {
  const { tools, integration } = delivery;
  const { repository, recorder, settings } = tools;
  const { run } = recorder;
  const report = reportOf(delivery, status);
  const summary = { ...report.summary, branch, headSha: integration.head.commit };
  const files = {
    ...(run.prd?.origin === 'model' ? { [run.prd.path]: renderPrd(run.prd.prd) } : {}),
    ...(settings.commitLogs === 'summary' ? { [summaryPath(run.runId)]: `${JSON.stringify(summary, null, 2)}\n` } : {}),
  };
  if (Object.keys(files).length === 0) return integration.head.commit;
  const tree = await repository.addFiles(integration.head.commit, files);
  const message = commitMessage({
    subject: 'Add the PRD and the run summary',
    trailers: { 'Aider-Run': run.runId },
  });
  return repository.commit({ tree, parents: [integration.head.commit], message });
};

interface Pushed {
  readonly name: string;
  readonly status: RunStatus;
}

/** The work is pushed: what goes wrong with its pull request is told with the address where a person can open it. */
const tellPullRequest = async (delivery: Delivery, github: GitHub, pushed: Pushed): Promise<void> => {
  const { recorder, repository } = delivery.tools;
  const opened = await bringPullRequest(delivery, github, pushed).catch(refusedBy);
  if (opened.kind === 'opened') {
    const { number, url, draft } = opened.pullRequest;
    recorder.record({ type: 'pull-request-opened', number, url, draft });
  } else {
    const compareUrl = github.compareUrl(repository.base.branch, pushed.name);
    recorder.record({ type: 'pull-request-forbidden', message: opened.message, compareUrl });
  }
};

const bringPullRequest = async (
  delivery: Delivery,
  github: GitHub,
  { name, status }: Pushed,
): Promise<OpenedPullRequest> => {
  const { recorder, repository } = delivery.tools;
  const report = reportOf(delivery, status);
  const draft = status !== 'succeeded';
  const text = { title: renderPullRequestTitle(report), body: renderPullRequestBody(report), draft };
  const existing = await github.openPullRequestFrom(name);
  recorder.record({ type: 'pull-request-opening', branch: name });
  if (existing === undefined) return github.openPullRequest({ head: name, base: repository.base.branch, ...text });
  let changed = false;
  await attempt(recorder, `Updating pull request #${existing.number}`, async () => {
    await github.updatePullRequest(existing.number, text);
    changed = true;
  });
  return { kind: 'opened', pullRequest: changed ? { ...existing, draft } : existing };
};

const refusedBy = (error: unknown): OpenedPullRequest => ({ kind: 'forbidden', message: errorText(error) });

const notReached = (error: unknown): Failure => ({
  reason: 'push-failed',
  who: 'world',
  message: `The work could not be pushed: ${errorText(error)}`,
  action: 'Look whether the remote answers, then resume the run, which delivers what is done.',
});

const policyRefused = (refused: readonly RefusedChange[]): Failure => ({
  reason: 'policy-refused',
  who: 'user',
  message: `Nothing was pushed, because together the changes break the patch policy: ${renderRefused(refused)}`,
  action: 'Ask again with the tasks that made these files named apart, or plan other file names.',
});

const pushRefused = (branch: string, why: string): Failure => ({
  reason: 'push-refused',
  who: 'user',
  message: `The work could not be pushed to ${branch}: ${why}`,
  action:
    'Give the job `permissions: contents: write`, and look whether a rule of the repository protects this branch; then resume the run, which delivers what is done.',
});
