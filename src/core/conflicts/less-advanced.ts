import type { Run, TaskRecord } from '../run/run.js';
import { taskRecord } from '../run/task-record.js';
import type { TaskId } from '../plan/plan.js';

/** A task is stopped this often because of a predicted conflict; after that its conflicts are met when it lands. */
export const maxHalts = 2;

/** Two tasks at work whose last commits do not merge. `isDone`: the one that just committed is about to land. */
export interface Clash {
  readonly committed: TaskId;
  readonly other: TaskId;
  readonly isDone: boolean;
}

/**
 * The one to stop, so that the other can finish and it can be redone on top: the less advanced. Who has a validated
 * result goes before who has not, then who sent more messages in this attempt, who began earlier, and plan order.
 * Undefined where nobody should be stopped: the one that would be is done itself, or was stopped often enough; then
 * the conflict is met at its landing.
 */
export const lessAdvanced = (run: Run, { committed, other, isDone }: Clash): TaskId | undefined => {
  const [mine, theirs] = [taskRecord(run, committed), taskRecord(run, other)];
  const theirsIsDone = !isAtWork(theirs);
  if (isDone && theirsIsDone) return undefined;
  const isMineBehind = theirsIsDone || (!isDone && compare(mine, theirs) > 0);
  const behind = isMineBehind ? mine : theirs;
  return mayHalt(run, behind.task.id) ? behind.task.id : undefined;
};

/** Whether a task may be stopped once more because of what is predicted. */
export const mayHalt = (run: Run, id: TaskId): boolean =>
  run.conflicts.filter(({ task, predicted }) => task === id && predicted === true).length < maxHalts;

/** A message of it is under way or being validated: neither done nor landing. */
const isAtWork = ({ state, iterations }: TaskRecord): boolean =>
  state.kind === 'running' && iterations.at(-1)?.attempt === state.attempt && iterations.at(-1)?.endedAt === undefined;

/** Below 0 where `a` is more advanced. */
const compare = (a: TaskRecord, b: TaskRecord): number =>
  messages(b) - messages(a) || since(a) - since(b) || a.agent - b.agent;

const messages = ({ state, iterations }: TaskRecord): number =>
  state.kind === 'running'
    ? iterations.filter(({ attempt, endedAt }) => attempt === state.attempt && endedAt !== undefined).length
    : 0;

const since = ({ state }: TaskRecord): number => (state.kind === 'running' ? state.since : 0);
