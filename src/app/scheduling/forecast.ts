import { lessAdvanced, mayHalt } from '../../core/conflicts/less-advanced.js';
import { touching } from '../../core/conflicts/touching.js';
import type { TaskId } from '../../core/plan/plan.js';
import { taskRecord } from '../../core/run/task-record.js';
import { errorText } from '../error-text.js';
import { haveRules } from '../conflicts/resolve-by-rule.js';
import type { Integration } from '../integration.js';
import type { Tools } from '../tools.js';

/** A commit an agent just made. `isDone`: its task is about to land with it. */
export interface Commit {
  readonly task: TaskId;
  readonly commit: string;
  readonly isDone: boolean;
}

/** Foresees conflicts between tasks at work, and with what has landed. */
export interface Forecast {
  /**
   * Holds a new commit against the integration head and the last commits of all others at work. Of a task that is done
   * it resolves at once: others are looked at while it lands.
   */
  look(made: Commit): Promise<void>;
  /** The task is not at work any more. */
  forget(task: TaskId): void;
  /** When nothing is being looked at any more. */
  settled(): Promise<void>;
}

export interface ForecastOptions {
  readonly tools: Tools;
  readonly integration: Integration;
  /** Stops a task that is at work. */
  readonly halt: (task: TaskId) => void;
}

/**
 * For every clash the less advanced task is stopped at once, by its own signal: what it would still do is lost work,
 * on top of the other it is done right. Told as `conflict-predicted`; the runner requeues it when it has stopped.
 */
export const createForecast = ({ tools, integration, halt }: ForecastOptions): Forecast => {
  const { repository, recorder } = tools;
  const last = new Map<TaskId, string>();

  const conflictOf = async (ours: string, theirs: string): Promise<readonly string[]> => {
    const merge = await repository.merge(ours, theirs);
    return merge.kind === 'clean' || (await haveRules(tools, merge.files)) ? [] : merge.files;
  };
  const stop = (task: TaskId, files: readonly string[], others: readonly TaskId[]): void => {
    const { attempts: attempt } = taskRecord(recorder.run, task);
    recorder.record({ type: 'conflict-predicted', task, attempt, files: [...files], with: [...others] });
    last.delete(task);
    halt(task);
  };
  const withOther = async ({ task, commit, isDone }: Commit, [other, theirs]: readonly [TaskId, string]) => {
    const files = await conflictOf(theirs, commit);
    // While git looked, either may have gone on, landed or been stopped.
    if (files.length === 0 || last.get(other) !== theirs || !(isLast(task, commit) || hasLanded(task))) return;
    const behind = lessAdvanced(recorder.run, { committed: task, other, isDone });
    if (behind !== undefined) stop(behind, files, [behind === task ? other : task]);
  };
  const isLast = (task: TaskId, commit: string): boolean => last.get(task) === commit;
  const hasLanded = (task: TaskId): boolean => taskRecord(recorder.run, task).state.kind === 'landed';
  const withLanded = async ({ task, commit, isDone }: Commit): Promise<void> => {
    if (isDone || !mayHalt(recorder.run, task)) return;
    const files = await conflictOf(integration.head.commit, commit);
    if (files.length > 0 && isLast(task, commit)) stop(task, files, touching(recorder.run, task, files));
  };

  const lookAt = async (made: Commit): Promise<void> => {
    const others = [...last].filter(([other]) => other !== made.task);
    await withLanded(made);
    await Promise.all(others.map((other) => withOther(made, other)));
  };
  const tellBroken = (error: unknown): void =>
    void recorder.record({ type: 'warning', message: `A conflict could not be looked for: ${errorText(error)}` });
  let open: Promise<unknown> = Promise.resolve();

  return {
    look: async (made) => {
      last.set(made.task, made.commit);
      const looked = lookAt(made);
      if (!made.isDone) return looked;
      open = Promise.all([open, looked.catch(tellBroken)]);
    },
    forget: (task) => void last.delete(task),
    settled: async () => void (await open),
  };
};
