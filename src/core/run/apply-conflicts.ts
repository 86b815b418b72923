import type { TaskId } from '../plan/plan.js';
import type { ConflictEnd, ConflictResolver } from './event.js';
import type { ConflictRecord, Run } from './run.js';

/** The run with one more conflict, open. */
export const withConflict = (
  run: Run,
  { task, files, with: others, at, predicted }: Omit<ConflictRecord, 'end' | 'by' | 'shaken'>,
): Run => ({
  ...run,
  conflicts: [...run.conflicts, { task, files, with: others, at, ...(predicted === undefined ? {} : { predicted }) }],
});

/** The run with all open conflicts of a task ended. No conflict outlives its task. */
export const endConflicts = (
  run: Run,
  task: TaskId,
  { end, by }: { readonly end: ConflictEnd; readonly by?: ConflictResolver | undefined },
): Run => ({
  ...run,
  conflicts: run.conflicts.map((conflict) =>
    conflict.task === task && conflict.end === undefined
      ? { ...conflict, end, ...(by === undefined ? {} : { by }) }
      : conflict,
  ),
});
