import type { Report } from './report.js';

/** What the files of a run are called, for the outputs. */
export interface OutputFiles {
  /** In the repository, on the branch of the pull request. */
  readonly summaryPath: string;
  /** On the runner. */
  readonly reportPath: string;
}

/** Every output of the action by its name in action.yml; a value that does not exist is ''. */
export const outputsOf = ({ summary }: Report, files: OutputFiles): Readonly<Record<string, string>> => {
  const withStatus = (...statuses: readonly string[]) =>
    String(summary.tasks.filter((task) => statuses.includes(task.status)).length);
  return {
    status: summary.status,
    'pull-request-number': String(summary.pullRequest?.number ?? ''),
    'pull-request-url': summary.pullRequest?.url ?? '',
    branch: summary.branch ?? '',
    'head-sha': summary.headSha ?? '',
    'plan-hash': summary.planHash ?? '',
    'tasks-total': String(summary.tasks.length),
    'tasks-succeeded': withStatus('landed'),
    'tasks-failed': withStatus('failed', 'skipped', 'cancelled'),
    iterations: String(summary.iterations),
    'total-cost-usd': summary.cost.known ? summary.cost.usd.toFixed(6) : '',
    'total-tokens': String(summary.tokens.sent + summary.tokens.received),
    'duration-seconds': seconds(summary.time.actualMs),
    'time-saved-seconds': seconds(summary.time.savedMs),
    'prd-path': summary.prdPath ?? '',
    'summary-path': files.summaryPath,
    'report-path': files.reportPath,
  };
};

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** The exit code of design section 3: 1 also where the branch was pushed but no pull request could be opened. */
export const exitCodeOf = ({ summary, run }: Report): number => {
  switch (summary.status) {
    case 'succeeded':
    case 'skipped':
    case 'awaiting-approval':
      return 0;
    case 'partial':
      return run.pullRequestForbidden === undefined ? 0 : 1;
    case 'failed':
    case 'cancelled':
      return 1;
  }
};
