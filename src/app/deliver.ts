import type { Failure } from '../core/failure.js';
import { buildReport, type Report } from '../core/report/report.js';
import { renderPrd } from '../core/render/prd.js';
import { renderPullRequestBody, renderPullRequestTitle } from '../core/render/pull-request.js';
import type { RunStatus } from '../core/run/event.js';
import { conclude, type Interruption } from '../core/run/conclude.js';
import type { GitHub } from '../ports/github.js';
import { chooseBranch } from './choose-branch.js';
import { commitMessage } from './commit-message.js';
import type { FactsOf } from './facts.js';
import type { Integration } from './integration.js';
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
 * unless everything is green. A cancelled run's work is pushed, but no pull request is opened for it.
 */
export const deliver = async (delivery: Delivery): Promise<Failure | undefined> => {
  const { tools, github, interruption } = delivery;
  const { recorder, repository } = tools;
  const { name, note } = await chooseBranch(repository, recorder.run.request, recorder.run.runId);
  if (note !== undefined) recorder.record({ type: 'warning', message: note });
  const status = conclude(recorder.run, interruption);
  const commit = await commitDocuments(delivery, status, name);
  const published = await repository.publish(name, commit);
  if (published.kind === 'refused') return pushRefused(name, published.why);
  recorder.record({
    type: 'branch-pushed',
    branch: name,
    sha: commit,
    ...(github === undefined ? {} : { url: github.branchUrl(name) }),
  });
  if (github !== undefined && interruption?.kind !== 'cancelled')
    return openPullRequest(delivery, github, { name, status });
  return undefined;
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

const openPullRequest = async (
  delivery: Delivery,
  github: GitHub,
  { name, status }: { name: string; status: RunStatus },
): Promise<Failure | undefined> => {
  const { recorder, repository } = delivery.tools;
  const report = reportOf(delivery, status);
  const text = {
    title: renderPullRequestTitle(report),
    body: renderPullRequestBody(report),
    draft: status !== 'succeeded',
  };
  const base = repository.base.branch;
  const existing = await github.openPullRequestFrom(name);
  if (existing !== undefined) {
    await github.updatePullRequest(existing.number, text);
    recorder.record({ type: 'pull-request-opened', number: existing.number, url: existing.url, draft: text.draft });
    return undefined;
  }
  const opened = await github.openPullRequest({ head: name, base, ...text });
  if (opened.kind === 'forbidden') {
    recorder.record({
      type: 'pull-request-forbidden',
      message: opened.message,
      compareUrl: github.compareUrl(base, name),
    });
    return undefined;
  }
  const { number, url, draft } = opened.pullRequest;
  recorder.record({ type: 'pull-request-opened', number, url, draft });
  return undefined;
};

const pushRefused = (branch: string, why: string): Failure => ({
  reason: 'push-refused',
  who: 'user',
  message: `The work could not be pushed to ${branch}: ${why}`,
  action:
    'Give the job `permissions: contents: write`, and look whether a rule of the repository protects this branch.',
});
