import type { TaskId } from '../plan/plan.js';
import type { RunEvent } from './event.js';
import type { IterationRecord, Run, TaskRecord } from './run.js';

type Resumed = Extract<RunEvent, { type: 'run-resumed' }>;

/**
 * The run after `run-resumed`: nothing is at work in it any more. What was cut short is closed at the last event the
 * killed process wrote, and does not count as an attempt; what it had told counts, its cost above all.
 */
export const goOn = (run: Run, { lost, steps, at }: Resumed): Run => {
  const { end: _, phase: _phase, ...rest } = run;
  const gone = new Set(lost);
  const killedAt = run.updatedAt;
  return {
    ...rest,
    phases: run.phases.map((each) => ({ ...each, durationMs: each.durationMs ?? killedAt - each.startedAt })),
    tasks: run.tasks.map((task) => (startsAgain(run, task, gone) ? again(task, killedAt) : task)),
    landings: run.landings.filter((id) => !gone.has(id)),
    steps: run.steps.slice(0, steps),
    repairs: run.repairs.filter(({ endedAt }) => endedAt !== undefined),
    pauses: [...run.pauses, { from: killedAt, to: Math.max(at, killedAt) }],
  };
};

const startsAgain = (run: Run, { task, state }: TaskRecord, lost: ReadonlySet<TaskId>): boolean => {
  switch (state.kind) {
    case 'pending':
    case 'failed':
      return false;
    case 'running':
    case 'landing':
    case 'cancelled':
      return true;
    case 'landed':
      return lost.has(task.id);
    case 'skipped':
      return run.tasks.find((other) => other.task.id === state.because)?.state.kind !== 'failed';
  }
};

const again = (task: TaskRecord, killedAt: number): TaskRecord => ({
  ...task,
  attempts: attemptsBefore(task),
  spans: task.spans.map((span) => ({ ...span, endedAt: span.endedAt ?? killedAt })),
  iterations: task.iterations.map((iteration) =>
    iteration.endedAt === undefined ? cut(iteration, killedAt) : iteration,
  ),
  state: { kind: 'pending' },
});

/** A task that was stopped in the middle of an attempt is as if that had not begun; one that only waited is as it was. */
const attemptsBefore = ({ state, attempts, spans }: TaskRecord): number => {
  switch (state.kind) {
    case 'running':
    case 'landing':
    case 'landed':
      return state.attempt - 1;
    case 'cancelled':
      return spans.at(-1)?.endedAt === state.at ? attempts - 1 : attempts;
    case 'pending':
    case 'failed':
    case 'skipped':
      return attempts;
  }
};

const cut = (iteration: IterationRecord, killedAt: number): IterationRecord => ({
  ...iteration,
  endedAt: killedAt,
  outcome: 'cancelled',
  detail: 'The run was killed.',
});
