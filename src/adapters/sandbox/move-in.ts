import { chmod, lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** To move a folder elsewhere one must be allowed to write in it, which tools like Go's module cache do not leave. */
const moveOne = async (from: string, to: string): Promise<void> => {
  const moved = await rename(from, to).then(
    () => true,
    () => false,
  );
  if (moved) return;
  const { mode } = await lstat(from);
  await chmod(from, mode | 0o700);
  await rename(from, to);
  await chmod(to, mode & 0o7777);
};

/** Moves everything in a folder into another one; what was moved goes back when something cannot be. */
const moveAll = async (from: string, to: string): Promise<void> => {
  const names = await readdir(from);
  const moved: string[] = [];
  try {
    for (const name of names) {
      await moveOne(join(from, name), join(to, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) await moveOne(join(to, name), join(from, name));
    throw error;
  }
};

const empty = async (folder: string): Promise<void> => {
  const names = await readdir(folder);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
};

/**
 * Puts what lies in `folder` into `bound` and `bound` in its place. A sandbox that was started with `bound` sees the
 * files where it sees `bound`, for a bind mount is of the folder itself, whatever it is called later; a mount made
 * later would not reach it. Only the entries at the top are renamed, whatever the size. What `bound` held is removed.
 */
export const moveInto = async (bound: string, folder: string): Promise<void> => {
  await empty(bound);
  await moveAll(folder, bound);
  await rmdir(folder);
  await rename(bound, folder);
};
