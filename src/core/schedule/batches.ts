import type { TaskId } from '../plan/plan.js';
import type { Run, TaskRecord } from '../run/run.js';

/** Tasks that were at work together. Times are epoch milliseconds. */
export interface Batch {
  readonly tasks: readonly TaskId[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * The batches a person would see in what really happened: a task opens a new batch when it first started at or after
 * the end of some task of the batch before it. The scheduler itself knows no batches.
 */
export const batchesOf = (run: Run): readonly Batch[] =>
  run.tasks
    .flatMap((record) =>
      record.firstStartedAt === undefined
        ? []
        : [{ id: record.task.id, from: record.firstStartedAt, to: endOf(record, run) }],
    )
    .toSorted((a, b) => a.from - b.from)
    .reduce<readonly (Batch & { readonly firstEnd: number })[]>((batches, { id, from, to }) => {
      const last = batches.at(-1);
      if (last === undefined || from >= last.firstEnd) {
        return [...batches, { tasks: [id], startedAt: from, endedAt: to, firstEnd: to }];
      }
      const grown = {
        ...last,
        tasks: [...last.tasks, id],
        endedAt: Math.max(last.endedAt, to),
        firstEnd: Math.min(last.firstEnd, to),
      };
      return [...batches.slice(0, -1), grown];
    }, [])
    .map(({ tasks, startedAt, endedAt }) => ({ tasks, startedAt, endedAt }));

const endOf = ({ state }: TaskRecord, run: Run): number => {
  switch (state.kind) {
    case 'landed':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return state.at;
    case 'pending':
    case 'running':
    case 'landing':
      return run.updatedAt;
  }
};
