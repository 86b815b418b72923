import type { TaskId } from '../plan/plan.js';
import type { Run, TaskRecord } from './run.js';

/** What a run holds of one of its own tasks. Throws for a task its plan does not have: a bug. */
export const taskRecord = (run: Run, id: TaskId): TaskRecord => {
  const record = run.tasks.find((each) => each.task.id === id);
  if (record === undefined) throw new Error(`No task ${id} in the plan of run ${run.runId}`);
  return record;
};

/** Tasks that are neither landed nor at another end: pending, running or landing. */
export const unfinishedTasks = ({ tasks }: Run): readonly TaskId[] =>
  tasks
    .filter(({ state }) => state.kind === 'pending' || state.kind === 'running' || state.kind === 'landing')
    .map(({ task }) => task.id);
