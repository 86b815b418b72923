import type { TaskId } from '../plan/plan.js';
import type { RunEvent } from './event.js';
import type { ConflictRecord, IterationRecord, Run, TaskRecord } from './run.js';

type Resumed = Extract<RunEvent, { type: 'run-resumed' }>;

/**
 * The run after `run-resumed`: nothing is at work in it any more. What was cut short is closed at the last event the
 * killed process wrote, and does not count as an attempt; what it had told counts, its cost above all. A conflict whose
 * end came to nothing is open again, so that its task is redone on top of the other, not begun as if there were none.
 */
export const goOn = (run: Run, { lost, steps, workGone = [], at }: Resumed): Run => {
  const { end, phase: _phase, ...rest } = run;
  const gone = new Set(lost);
  const killedAt = run.updatedAt;
  const anew = new Set(run.tasks.filter((task) => startsAgain(run, task, gone)).map(({ task }) => task.id));
  return {
    ...rest,
    ...(end?.status === 'awaiting-approval' && { isApproved: true as const }),
    phases: run.phases.map((each) => ({ ...each, durationMs: each.durationMs ?? killedAt - each.startedAt })),
    tasks: run.tasks
      .map((task) => (anew.has(task.task.id) ? again(task, killedAt) : task))
      .map((task) => (workGone.includes(task.task.id) ? withoutWork(task, run.steps.slice(0, steps)) : task)),
    conflicts: run.conflicts.map((conflict) =>
      anew.has(conflict.task) || conflict.end === undefined ? reopened(conflict, gone) : conflict,
    ),
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

const reopened = ({ end: _, by: _by, ...conflict }: ConflictRecord, lost: ReadonlySet<TaskId>): ConflictRecord =>
  lost.size > 0 ? { ...conflict, shaken: true } : conflict;

/** Of what landed and stays, it was a repair that went: it stands as it did before. */
const withoutWork = ({ commit: _, start: _start, ...task }: TaskRecord, steps: Run['steps']): TaskRecord => {
  const step = steps.findLast((each) => each.task === task.task.id);
  if (task.state.kind !== 'landed' || step === undefined) return task;
  const { commit, start, head } = step;
  return { ...task, commit, start, state: { ...task.state, commit, head } };
};

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
