import type { Merge } from '../../ports/repository.js';
import { GitError, fields, git, tryGit } from './git.js';

/**
 * Merges two commits without a work tree (`git merge-tree --write-tree`, git >= 2.38). Exit 0 is clean, 1 is a
 * conflict whose files follow the tree's id; anything else is a broken world.
 */
export const mergeCommits = async (store: string, ours: string, theirs: string): Promise<Merge> => {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const ended = await tryGit(args, { folder: store });
  const [tree, ...files] = fields(ended.stdout);
  if (ended.exitCode === 0 && tree !== undefined) return { kind: 'clean', tree };
  if (ended.exitCode === 1 && files.length > 0) return { kind: 'conflict', files: [...new Set(files)].toSorted() };
  throw new GitError(args, ended);
};

/** The best common ancestor of two commits. */
export const mergeBase = async (store: string, a: string, b: string): Promise<string> =>
  (await git(['merge-base', a, b], { folder: store })).trim();

/** The tree of a merge with its conflicts marked, ours, before and theirs. */
export const markedMerge = async (store: string, ours: string, theirs: string): Promise<string> => {
  const args = ['-c', 'merge.conflictStyle=diff3', 'merge-tree', '--write-tree', '-z', '--name-only', '--no-messages'];
  const ended = await tryGit([...args, ours, theirs], { folder: store });
  const [tree] = fields(ended.stdout);
  if (tree === undefined || (ended.exitCode !== 0 && ended.exitCode !== 1)) throw new GitError(args, ended);
  return tree;
};
