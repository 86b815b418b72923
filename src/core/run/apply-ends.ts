import type { RunEvent } from './event.js';
import type { IterationRecord, RepairRecord, Run, TaskRecord } from './run.js';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Changes the last item that `fits`: after a killed process an older one of the same name may have stayed open. */
const changeLast = <T>(items: readonly T[], fits: (item: T) => boolean, next: (item: T) => T): readonly T[] => {
  const index = items.findLastIndex(fits);
  return items.map((item, at) => (at === index ? next(item) : item));
};

/** Ends the phase that is open under the event's name. */
export const endPhase = (phases: Run['phases'], event: Of<'phase-ended'>): Run['phases'] =>
  changeLast(
    phases,
    (each) => each.phase === event.phase && each.durationMs === undefined,
    (each) => ({ ...each, durationMs: event.durationMs }),
  );

/** What an iteration used counts even when its start is not on record. */
export const endIteration = (task: TaskRecord, event: Of<'iteration-ended'> & { readonly at: number }): TaskRecord => {
  const isIt = (each: IterationRecord): boolean =>
    each.attempt === event.attempt && each.iteration === event.iteration && each.endedAt === undefined;
  const { attempt, iteration } = event;
  const started = task.iterations.some(isIt)
    ? task.iterations
    : [...task.iterations, { attempt, iteration, startedAt: event.at - event.durationMs }];
  return {
    ...task,
    changes: event.changes,
    ...(event.commit === undefined ? {} : { commit: event.commit }),
    ...(event.start === undefined ? {} : { start: event.start }),
    iterations: changeLast(started, isIt, (each) => ({
      ...each,
      endedAt: event.at,
      outcome: event.outcome,
      usage: event.usage,
      detail: event.detail,
      refused: event.refused,
      validation: event.validation,
    })),
  };
};

/** What a repair used counts even when its start is not on record. */
export const endRepair = (
  repairs: readonly RepairRecord[],
  event: Of<'repair-ended'> & { readonly at: number },
): readonly RepairRecord[] => {
  const isIt = (each: RepairRecord): boolean =>
    each.round === event.round && each.task === event.task && each.endedAt === undefined;
  const { round, task } = event;
  const started = repairs.some(isIt)
    ? repairs
    : [...repairs, { round, task, commands: [], startedAt: event.at - event.durationMs }];
  return changeLast(started, isIt, (each) => ({
    ...each,
    endedAt: event.at,
    outcome: event.outcome,
    usage: event.usage,
  }));
};
