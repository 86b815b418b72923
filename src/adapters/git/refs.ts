import { GitError, tryGit } from './git.js';
import { resolveCommit } from './files.js';
import { nullId } from './store.js';

const tries = 5;

/**
 * Moves a ref from `from` to `to` (null: it must not exist yet); false when it was elsewhere. A ref that only is
 * locked by another mover is tried again: git itself waits up to 5 s for the lock.
 */
export const moveRef = async (
  folder: string,
  ref: string,
  { to, from }: { to: string; from: string | null },
): Promise<boolean> => {
  const args = ['update-ref', ref, to, from ?? nullId];
  for (let round = 1; ; round += 1) {
    const ended = await tryGit(args, { folder });
    if (ended.exitCode === 0) return true;
    if (((await resolveCommit(folder, ref)) ?? null) !== from) return false;
    if (round === tries || !ended.stderr.includes('cannot lock ref')) throw new GitError(args, ended);
  }
};
