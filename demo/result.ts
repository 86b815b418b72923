import type { Artifacts } from './artifacts.js';
import type { PullRequestState } from './github/index.js';
import type { ActionRun } from './runner/index.js';

/** What is told at the end of a demo. */
export interface DemoResult {
  readonly run: ActionRun;
  readonly pullRequest: PullRequestState | undefined;
  readonly issueUrl: string;
  /** The tracking comment as it ended. */
  readonly comment: { readonly id: number; readonly body: string } | undefined;
  readonly issueLabels: readonly string[];
  readonly artifacts: Artifacts;
  readonly modelRequests: number | undefined;
  readonly unmatched: number;
}

/** The last lines of a demo. */
export const renderResult = (result: DemoResult): string =>
  [
    '',
    ...pullRequestLines(result.pullRequest),
    ...commentLines(result),
    ...runLines(result),
    ...result.run.annotations.map((each) => `${each.level.padEnd(14)}${each.message.split('\n')[0] ?? ''}`),
    '',
  ].join('\n');

const line = (name: string, value: string): string => `${name.padEnd(14)}${value}`;

const pullRequestLines = (pull: PullRequestState | undefined): readonly string[] => {
  if (pull === undefined) return [line('Pull request', 'none')];
  const state = [pull.draft ? 'draft' : 'ready', pull.mergeable === true ? 'mergeable' : 'not mergeable'];
  const size = `${String(pull.commits)} commits, ${String(pull.changedFiles)} files, +${String(pull.additions)} -${String(pull.deletions)}`;
  return [
    line('Pull request', `#${String(pull.number)} ${pull.title}`),
    line('', pull.url),
    line('', `${state.join(', ')}; ${pull.head} -> ${pull.base}; ${size}`),
    line('', `${String(pull.comments.length)} comment(s) on it`),
  ];
};

const commentLines = ({ comment, issueUrl, issueLabels }: DemoResult): readonly string[] => {
  const labels = line('Issue', `${issueUrl} [${issueLabels.join(', ')}]`);
  if (comment === undefined) return [labels, line('Comment', 'none')];
  const first = comment.body
    .replace('<br>', '\n')
    .split('\n')
    .filter((each) => each.trim() !== '' && !each.startsWith('<!--'))
    .slice(0, 10);
  return [
    labels,
    line('Comment', `${issueUrl}#issuecomment-${String(comment.id)}`),
    ...first.map((each) => line('', each)),
  ];
};

const runLines = ({ run, artifacts, modelRequests, unmatched }: DemoResult): readonly string[] => {
  const out = (name: string): string => run.outputs[name] ?? '-';
  const memory = run.maxRssKb === undefined ? '' : `, ${String(Math.round(run.maxRssKb / 1024))} MB at most`;
  return [
    line('Status', `${out('status')} (exit code ${String(run.exitCode)})`),
    line('Tasks', `${out('tasks-succeeded')} of ${out('tasks-total')} landed, ${out('iterations')} messages to agents`),
    line('Agents', `${String(artifacts.peakAgents ?? '-')} at work at once, at most`),
    line('Time', `${(run.durationMs / 1000).toFixed(1)} s${memory}; saved ${out('time-saved-seconds')} s`),
    line('Report', artifacts.report ?? '-'),
    line('Summary', `${out('summary-path')} in the branch; logs in ${artifacts.folder ?? '-'}`),
    ...moneyLines(out('total-cost-usd'), modelRequests, unmatched),
  ];
};

const moneyLines = (cost: string, requests: number | undefined, unmatched: number): readonly string[] => {
  if (requests === undefined) return [line('Cost', `${cost} USD`)];
  const unknown = unmatched === 0 ? '' : `; ${String(unmatched)} had no scripted answer`;
  return [
    line('Cost', `nothing was paid: the model is scripted. The same tokens at list price: ${cost} USD`),
    line('', `${String(requests)} model requests${unknown}`),
  ];
};
