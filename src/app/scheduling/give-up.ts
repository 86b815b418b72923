import type { Failure } from '../../core/failure.js';
import type { TaskRecord } from '../../core/run/run.js';
import type { Tools } from '../tools.js';

/** Hands a task to a person, and with it a conflict it did not get over. */
export const giveUp = ({ recorder }: Pick<Tools, 'recorder'>, { task }: TaskRecord, failure: Failure): void => {
  const open = recorder.run.conflicts.some((conflict) => conflict.task === task.id && conflict.end === undefined);
  if (open) recorder.record({ type: 'conflict-ended', task: task.id, end: 'escalated' });
  recorder.record({ type: 'task-failed', task: task.id, failure });
};
