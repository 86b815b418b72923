import type { Task, TaskId } from '../core/plan/plan.js';
import type { Run } from '../core/run/run.js';
import { taskRecord } from '../core/run/task-record.js';
import type { ValidationCommand } from '../core/validation.js';
import type { Clone } from '../ports/repository.js';
import { commitMessage } from './commit-message.js';
import type { Tools } from './tools.js';

/** An agent at its desk: one task, one clone, at one start; several messages may follow each other. */
export interface Desk {
  readonly tools: Tools;
  readonly task: Task;
  readonly agent: number;
  readonly clone: Clone;
  /** The commit the clone was made at; changes are counted against it. */
  readonly start: string;
  /** The task's own commands, run after the user's. */
  readonly verify: readonly ValidationCommand[];
  /** Of the commit made from the kept changes. */
  readonly message: string;
  readonly onSlow: (elapsedMs: number) => void;
  readonly onExtended: () => void;
}

export interface Seat {
  readonly task: TaskId;
  readonly attempt: number;
  readonly start: string;
  /** The work concerns this landed task too: its files may be changed with the own ones. */
  readonly also?: TaskId;
  readonly onSlow?: (elapsedMs: number) => void;
  readonly onExtended?: () => void;
}

/** Sits a task's agent down in a clone at `start`, which is thrown away when `work` is over. */
export const atDesk = async <T>(tools: Tools, seat: Seat, work: (desk: Desk) => Promise<T>): Promise<T> => {
  const { repository, recorder } = tools;
  const { attempt, start, onSlow = () => undefined, onExtended = () => undefined } = seat;
  const { task: own, agent } = taskRecord(recorder.run, seat.task);
  const task = seat.also === undefined ? own : withFilesOf(own, taskRecord(recorder.run, seat.also).task);
  const message = workMessage(recorder.run, task, attempt);
  const clone = await repository.clone(start, 'agent');
  try {
    return await work({ tools, task, agent, clone, start, verify: verifyCommands(task), message, onSlow, onExtended });
  } finally {
    await repository.discard(clone);
  }
};

const withFilesOf = (task: Task, other: Task): Task => ({
  ...task,
  writes: [...new Set([...task.writes, ...other.writes])],
});

/** A task's own commands, named so that a person sees whose they are. */
export const verifyCommands = (task: Task): readonly ValidationCommand[] =>
  task.verify.map(({ run, timeoutSeconds }) => ({ name: `verify: ${run}`, run, timeoutMs: timeoutSeconds * 1000 }));

/** Of a commit that is a task's own work. */
export const workMessage = (run: Run, task: Task, attempt: number): string =>
  commitMessage({
    subject: task.title,
    trailers: { 'Aider-Run': run.runId, 'Aider-Task': task.id, 'Aider-Attempt': String(attempt) },
  });
