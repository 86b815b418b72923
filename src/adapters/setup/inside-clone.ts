import { lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Does a path lie where its name says, with no symbolic link on the way? What ran in a clone may have put a link to
 * any place of this machine there, and a copy or removal of ours would follow it. The last part may be a link itself.
 */
export const liesInside = async (root: string, path: string): Promise<boolean> => {
  const parents = dirname(path) === '.' ? [] : dirname(path).split('/');
  let at = root;
  for (const part of parents) {
    at = join(at, part);
    const stats = await lstat(at).catch(() => undefined);
    if (stats?.isDirectory() !== true) return false;
  }
  return true;
};

/** Removes a path of a clone; what only seems to be in it stays. */
export const removeInside = async (root: string, path: string): Promise<void> => {
  if (await liesInside(root, path)) await rm(join(root, path), { recursive: true, force: true });
};
