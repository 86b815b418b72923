import type { TaskId } from '../../core/plan/plan.js';
import { judgeChanges } from '../../core/policy/judge-changes.js';
import { taskRecord } from '../../core/run/task-record.js';
import { verifyCommands, workMessage } from '../desk.js';
import type { Work } from '../step.js';
import type { Tools } from '../tools.js';
import { hasNoNewFailure } from '../validation/checker.js';

/** Work that did not merge with a head, and where. */
export interface Collision {
  readonly id: TaskId;
  readonly work: Work;
  readonly files: readonly string[];
  /** The landed tasks it collided with. */
  readonly others: readonly TaskId[];
  /** The integration head it collided with. */
  readonly head: string;
}

/**
 * A merge that git did not make, as work on top of the head; undefined where it is not sound. Sound is what the patch
 * policy lets through, touches nothing but the task's own changes and the files of the conflict, and passes the user's
 * commands with those of both tasks.
 */
export const adopt = async (tools: Tools, collision: Collision, tree: string): Promise<Work | undefined> => {
  const { repository, recorder, checker, signal } = tools;
  const { id, others, head } = collision;
  if (!(await keepsToPolicy(tools, collision, tree))) return undefined;
  const { task, attempts } = taskRecord(recorder.run, id);
  const message = workMessage(recorder.run, task, attempts);
  const commit = await repository.commit({ tree, parents: [head], message });
  const verify = [id, ...others].flatMap((each) => verifyCommands(taskRecord(recorder.run, each).task));
  const results = await checker.check({ commit, tree }, verify);
  return signal.aborted || !hasNoNewFailure(results) ? undefined : { commit, start: head };
};

const keepsToPolicy = async (
  { repository, settings }: Tools,
  { work, files, head }: Collision,
  tree: string,
): Promise<boolean> => {
  const [own, inspected, existing] = await Promise.all([
    repository.changes(work.start, work.commit),
    repository.inspect(head, tree),
    repository.listFiles(head),
  ]);
  const writes = [...own.map(({ path }) => path), ...files];
  return judgeChanges(inspected, { writes, protectedFiles: settings.protectedFiles, existing }).refused.length === 0;
};
