import type { Failure } from '../failure.js';
import type { JudgedResult, RunStatus } from './event.js';
import type { Run } from './run.js';

/** What stopped a run before its work was done, if anything did. */
export type Interruption =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'deadline'; readonly failure: Failure }
  | { readonly kind: 'fatal'; readonly failure: Failure };

/** The results of the last validation of the integrated whole; the baseline's rules have been applied to them. */
export const lastResults = (run: Run): readonly JudgedResult[] => run.validations.at(-1)?.results ?? [];

/** Nothing in the last validation is newly red, and of nothing it is unknown whether it is. */
export const hasNothingNew = (run: Run): boolean =>
  lastResults(run).every(({ verdict }) => verdict === 'green' || verdict === 'known-failure');

/** Whether there is something to deliver: work that landed and was not taken out again. */
export const hasWork = (run: Run): boolean => run.landings.length > 0;

/** The status of design section 3, for what the run holds now. */
export const conclude = (run: Run, interruption?: Interruption): RunStatus => {
  if (interruption?.kind === 'cancelled') return 'cancelled';
  if (!hasWork(run) || run.setAside !== undefined) return 'failed';
  const everyTaskLanded = run.tasks.every(({ state }) => state.kind === 'landed');
  const whole = interruption === undefined && everyTaskLanded && hasNothingNew(run);
  return whole && run.pullRequestForbidden === undefined ? 'succeeded' : 'partial';
};

/** Why a run that delivered nothing failed, when no single failure ended it: the first task that was given up. */
export const firstTaskFailure = (run: Run): Failure | undefined =>
  run.tasks.flatMap(({ state }) => (state.kind === 'failed' ? [state.failure] : []))[0];
