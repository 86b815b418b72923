import type { TaskId } from '../core/plan/plan.js';
import type { Run } from '../core/run/run.js';
import { taskRecord } from '../core/run/task-record.js';
import type { Revision } from './validation/checker.js';
import { commitMessage } from './commit-message.js';

/** What an agent made: `commit` changes `start`, and only that change is the task's. */
export interface Work {
  readonly commit: string;
  readonly start: string;
}

/** One step of the integration branch: the head after a task's work, or a repair of it, was merged. */
export interface Step extends Work {
  readonly task: TaskId;
  readonly head: Revision;
}

/** The message of the commit by which a task's work comes to the integration branch. */
export const landingMessage = (run: Run, id: TaskId): string => {
  const { agent, task, attempts } = taskRecord(run, id);
  return commitMessage({
    subject: `Land agent-${agent}: ${task.title}`,
    trailers: { 'Aider-Run': run.runId, 'Aider-Task': id, 'Aider-Attempt': String(attempts) },
  });
};
