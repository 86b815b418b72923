import type { PlanDocument, TaskId } from '../plan/plan.js';
import type { Run, TaskRecord } from '../run/run.js';

export interface Skip {
  readonly kind: 'skip';
  readonly task: TaskId;
  readonly because?: TaskId;
  readonly why: string;
}

/**
 * Pending tasks that can never start, with everything behind them: each names the task at the root, the first one in
 * plan order that failed or was cancelled. A task left pending though its attempts are used up is one as well, so that
 * a run always ends.
 */
export const deadEnds = (plan: PlanDocument, run: Run, maxAttempts: number): readonly Skip[] => {
  const records = new Map(run.tasks.map((record) => [record.task.id, record]));
  const roots = new Map<TaskId, Skip>();
  const judge = (id: TaskId): Skip | undefined => {
    const record = records.get(id);
    if (record === undefined) return undefined;
    const known = roots.get(id) ?? ownEnd(record, maxAttempts) ?? behind(record, judge, records);
    if (known !== undefined) roots.set(id, known);
    return known;
  };
  return plan.tasks.flatMap(({ id }) => {
    const skip = records.get(id)?.state.kind === 'pending' ? judge(id) : undefined;
    return skip === undefined ? [] : [skip];
  });
};

/** A task that stands at the root of a dead end itself. */
const ownEnd = ({ task, state, attemptFailures }: TaskRecord, maxAttempts: number): Skip | undefined => {
  const skip = { kind: 'skip', task: task.id, because: task.id } as const;
  switch (state.kind) {
    case 'failed':
      return { ...skip, why: `"${task.id}" failed: ${state.failure.reason}` };
    case 'cancelled':
      return { ...skip, why: `"${task.id}" was cancelled` };
    case 'skipped':
      return { ...skip, because: state.because ?? task.id, why: state.why };
    case 'pending':
      return attemptFailures.length < (task.maxAttempts ?? maxAttempts)
        ? undefined
        : { kind: 'skip', task: task.id, why: `its attempts are used up (${attemptFailures.length})` };
    case 'running':
    case 'landing':
    case 'landed':
      return undefined;
  }
};

const behind = (
  { task, state }: TaskRecord,
  judge: (id: TaskId) => Skip | undefined,
  records: ReadonlyMap<TaskId, TaskRecord>,
): Skip | undefined => {
  if (state.kind !== 'pending') return undefined;
  const first = task.dependsOn
    .map(judge)
    .filter((end) => end !== undefined)
    .toSorted((a, b) => agentOf(records, a) - agentOf(records, b))[0];
  return first === undefined ? undefined : { ...first, task: task.id, because: first.because ?? first.task };
};

const agentOf = (records: ReadonlyMap<TaskId, TaskRecord>, { because, task }: Skip): number =>
  records.get(because ?? task)?.agent ?? 0;
