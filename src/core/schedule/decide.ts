import { anyOverlap } from '../plan/glob-overlap.js';
import { bottomLevels } from '../plan/graph.js';
import type { PlanDocument, Task, TaskId } from '../plan/plan.js';
import type { Run, TaskRecord, TaskState } from '../run/run.js';
import { deadEnds } from './dead-ends.js';

export type Command =
  /** `redo`: on top of the integration head, after a conflict; its old work is context. */
  | { readonly kind: 'start'; readonly task: TaskId; readonly attempt: number; readonly mode: 'fresh' | 'redo' }
  /** `because` is the task at the root: the one that failed or was cancelled. */
  | { readonly kind: 'skip'; readonly task: TaskId; readonly because?: TaskId; readonly why: string }
  /** Nothing runs and, once the skips beside it are recorded, nothing is left that could. */
  | { readonly kind: 'finish' };

export interface Limits {
  readonly maxAgents: number;
  /** A task's own `maxAttempts` goes before it. Counted are attempts that failed; a redo after a conflict is none. */
  readonly maxAttempts: number;
  /** One task at a time, and none before the last has landed. */
  readonly sequential: boolean;
  /** Nothing new starts; what runs is waited for. Pending tasks are left to the caller. */
  readonly stopping?: boolean;
  /** So many further agents fit into free memory now; one may start where none is at work. Default: no limit. */
  readonly room?: number;
  /** Nothing starts for the moment; whoever says so asks again when it is over. */
  readonly paused?: boolean;
}

export interface Situation {
  readonly plan: PlanDocument;
  readonly run: Run;
  readonly limits: Limits;
}

/**
 * What is to be done now, best first. Pure: to be asked again after every event, and safe to ask twice, since a start
 * that has been recorded is not given again.
 *
 * A task is ready when it is pending, all it depends on has landed, no running or landing task may write what it may
 * write, and none it was stopped for at a predicted conflict is at work any more. Retries and redos go first, then the longest chain of estimated work, then plan order; a task that is
 * locked out is passed over by those behind it.
 */
export const decide = ({ plan, run, limits }: Situation): readonly Command[] => {
  const skips = limits.stopping === true ? [] : deadEnds(plan, run, limits.maxAttempts);
  const skipped = new Set(skips.map(({ task }) => task));
  const active = run.tasks.filter(({ state }) => isActive(state));
  const waiting = limits.stopping === true ? [] : inOrder(plan, run).filter(({ task }) => !skipped.has(task.id));
  const startable = choose(waiting, active, limits);
  const over = active.length === 0 && startable.length === 0;
  const starts = limits.paused === true ? [] : startable;
  return [...skips, ...starts.map((record) => start(record, run)), ...(over ? [{ kind: 'finish' } as const] : [])];
};

/** It holds the locks of its writes: from its start until it has landed. */
export const isActive = (state: TaskState): boolean => state.kind === 'running' || state.kind === 'landing';

const start = ({ task, attempts }: TaskRecord, run: Run): Command => ({
  kind: 'start',
  task: task.id,
  attempt: attempts + 1,
  mode: hasOpenConflict(run, task.id) ? 'redo' : 'fresh',
});

const openConflicts = (run: Run, id: TaskId) =>
  run.conflicts.filter((conflict) => conflict.task === id && conflict.end === undefined);

const hasOpenConflict = (run: Run, id: TaskId): boolean => openConflicts(run, id).length > 0;

/** Tasks it was stopped for: on top of them it is redone, so they come to an end first. */
const stoppedFor = (run: Run, id: TaskId): readonly TaskId[] => openConflicts(run, id).flatMap((each) => each.with);

/** Pending tasks whose dependencies have landed, the one to start first in front. */
const inOrder = (plan: PlanDocument, run: Run): readonly TaskRecord[] => {
  const levels = bottomLevels<TaskId, Task>(plan.tasks, (task) => task.estimateMinutes);
  const landed = new Set(run.tasks.filter(({ state }) => state.kind === 'landed').map(({ task }) => task.id));
  const active = new Set(run.tasks.filter(({ state }) => isActive(state)).map(({ task }) => task.id));
  const again = ({ attempts }: TaskRecord): number => (attempts > 0 ? 1 : 0);
  const level = ({ task, readyAt }: TaskRecord): number =>
    (levels.get(task.id) ?? 0) + ageing * minutesBetween(readyAt, run.updatedAt);
  return run.tasks
    .filter(({ state, task }) => state.kind === 'pending' && task.dependsOn.every((id) => landed.has(id)))
    .filter(({ task }) => !stoppedFor(run, task.id).some((id) => active.has(id)))
    .toSorted((a, b) => again(b) - again(a) || level(b) - level(a) || a.agent - b.agent);
};

/**
 * Minutes of work a minute of waiting counts as: enough that a short task with nothing behind it is not passed over for
 * ever by what becomes ready after it, too little to put it before a chain twice as long that has just become ready.
 */
const ageing = 0.25;

const minutesBetween = (from: number | undefined, to: number): number =>
  from === undefined ? 0 : Math.max(0, to - from) / 60_000;

const choose = (
  waiting: readonly TaskRecord[],
  active: readonly TaskRecord[],
  limits: Limits,
): readonly TaskRecord[] => {
  const free = freeSlots(active, limits);
  return waiting.reduce<readonly TaskRecord[]>((chosen, record) => {
    const held = [...active, ...chosen];
    const locked = held.some((other) => anyOverlap(other.task.writes, record.task.writes));
    return chosen.length < free && !locked ? [...chosen, record] : chosen;
  }, []);
};

const freeSlots = (active: readonly TaskRecord[], { maxAgents, sequential, room = Infinity }: Limits): number => {
  const running = active.filter(({ state }) => state.kind === 'running').length;
  if (sequential) return active.length === 0 ? 1 : 0;
  // Somebody must be at work, or nothing would ever happen that frees memory.
  return Math.max(0, Math.min(maxAgents - running, Math.max(room, active.length === 0 ? 1 : 0)));
};
