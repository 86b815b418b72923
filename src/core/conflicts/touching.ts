import type { TaskId } from '../plan/plan.js';
import type { Run } from '../run/run.js';

/**
 * The landed tasks whose changes meet the files git could not merge. Where a folder was renamed git names a path that
 * nobody wrote; then those who changed something beside it.
 */
export const touching = (run: Run, id: TaskId, files: readonly string[]): readonly TaskId[] => {
  const landed = run.tasks.filter(({ task, state }) => task.id !== id && state.kind === 'landed');
  const changing = (near: (path: string, file: string) => boolean): readonly TaskId[] =>
    landed
      .filter(({ changes }) => changes.some(({ path }) => files.some((file) => near(path, file))))
      .map(({ task }) => task.id);
  const direct = changing(meets);
  return direct.length > 0
    ? direct
    : changing((path, file) => folderOf(path) === folderOf(file) || nameOf(path) === nameOf(file));
};

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** A file that git would move along with its folder keeps its name. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The same path, or one lies below the other: a file where the other needs a folder. */
const meets = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || b.startsWith(`${a}~`);
