import type { Failure } from '../../core/failure.js';
import type { TaskRecord } from '../../core/run/run.js';
import type { Tools } from '../tools.js';

/** Hands a task to a person, and with it a conflict it did not get over. */
export const giveUp = ({ recorder }: Tools, { task }: TaskRecord, failure: Failure): void => {
  const open = recorder.run.conflicts.some((conflict) => conflict.task === task.id && conflict.end === undefined);
  if (open) recorder.record({ type: 'conflict-ended', task: task.id, end: 'escalated' });
  recorder.record({ type: 'task-failed', task: task.id, failure });
};

/** Why a task whose attempts are used up is a person's now. */
export const escalation = (record: TaskRecord, last: Failure): Failure => ({
  ...last,
  message: `Task "${record.task.title}" was given up after ${count(record.attempts, 'attempt')} and ${count(record.iterations.length, 'iteration')}. ${last.message}`,
});

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
