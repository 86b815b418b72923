import { summarizeCost } from '../../core/report/cost.js';
import { formatUsd } from '../../core/render/format.js';
import type { Run } from '../../core/run/run.js';
import { isUnfinished } from '../../core/run/resume.js';

/** How a run on record stands, for `status`. */
export interface RunState {
  readonly runId: string;
  readonly title: string;
  /** `running` (by the process `pid`), `killed`, or how it ended. */
  readonly state: string;
  readonly pid?: number;
  readonly mayResume: boolean;
  readonly tasks: { readonly total: number; readonly landed: number };
  readonly costUsd: number;
  readonly branch?: string;
}

/** `pid` is the process that works on it, if one does. */
export const describeRun = (run: Run, pid?: number): RunState => ({
  runId: run.runId,
  title: run.request.title,
  state: pid === undefined ? (run.end?.status ?? 'killed') : 'running',
  ...(pid === undefined ? {} : { pid }),
  mayResume: pid === undefined && isUnfinished(run),
  tasks: { total: run.tasks.length, landed: run.landings.length },
  costUsd: summarizeCost(run).usd,
  ...(run.branch === undefined ? {} : { branch: run.branch.name }),
});

/** One line for a person; not yet safe for a terminal. */
export const renderRunState = ({ runId, state, pid, mayResume, tasks, costUsd, branch, title }: RunState): string =>
  [
    runId,
    `${state}${pid === undefined ? '' : ` (process ${pid})`}${mayResume ? ', may be resumed' : ''}`,
    tasks.total === 0 ? 'no plan' : `${tasks.landed} of ${tasks.total} tasks landed`,
    formatUsd(costUsd),
    ...(branch === undefined ? [] : [branch]),
    title,
  ].join(' · ');
