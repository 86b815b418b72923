import type { Failure } from '../../core/failure.js';
import type { TaskId } from '../../core/plan/plan.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Tools } from '../tools.js';

/** Told once: nothing else on the record says why the other tasks never began. */
export const stopStarting = ({ recorder }: Tools, why: Failure, before: Failure | undefined): Failure => {
  if (before !== undefined) return before;
  recorder.record({ type: 'warning', message: `${why.message} No further task is started; what is at work goes on.` });
  return why;
};

/** What had not started when something ended the run for all. */
export const skipPending = ({ recorder }: Tools, why: string): void => {
  for (const { task, state } of recorder.run.tasks)
    if (state.kind === 'pending') recorder.record({ type: 'task-skipped', task: task.id, why });
};

/** Told as a warning: why the others are stopped where `failure-mode` says so and this task was given up. */
export const whyStopped = ({ recorder, settings }: Tools, task: TaskId): string | undefined => {
  const { state } = taskRecord(recorder.run, task);
  if (settings.failureMode === 'continue' || state.kind !== 'failed') return undefined;
  const why = `"${task}" was given up, and failure-mode is ${settings.failureMode}: the others are stopped.`;
  recorder.record({ type: 'warning', message: why });
  return why;
};

/** When the run is stopped, what had not started is cancelled, not skipped: nobody decided against it. */
export const cancelPending = ({ recorder, signal }: Tools): void => {
  if (!signal.aborted) return;
  for (const { task, state } of recorder.run.tasks)
    if (state.kind === 'pending') recorder.record({ type: 'task-cancelled', task: task.id });
};

/** While everything is being stopped, an error is no more than a note. */
export const tellBroken = ({ recorder }: Tools, task: TaskId, { message }: Failure): void => {
  recorder.record({ type: 'warning', message: `While "${task}" was stopped: ${message}` });
  recorder.record({ type: 'task-cancelled', task });
};
