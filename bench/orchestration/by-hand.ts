import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { gitTestEnv } from '../../__tests__/support/git-repo.js';

/** One task the usual way, ms: a linked worktree, a commit in it, a merge in a checked-out branch, the removal. */
export interface ByHand {
  readonly add: number;
  readonly commit: number;
  readonly merge: number;
  readonly remove: number;
}

const git = (cwd: string, ...args: readonly string[]): Promise<unknown> =>
  execa('git', args, { cwd, env: gitTestEnv, extendEnv: false, stdin: 'ignore' });

const took = async (work: Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
};

/** Opens a repository in which tasks are landed the usual way: on a branch that is checked out. */
export const openByHand = async (
  source: string,
  folder: string,
): Promise<(n: number, path: string) => Promise<ByHand>> => {
  const main = join(folder, 'main');
  await git(folder, 'clone', '-q', source, main);
  return async (n, path) => {
    const tree = join(folder, `tree-${n}`);
    const add = await took(git(main, 'worktree', 'add', '-q', '-b', `task-${n}`, tree));
    await writeFile(join(tree, path), `changed by ${n}\n`);
    const commit = await took(git(tree, 'commit', '-q', '-a', '-m', 'work'));
    const merge = await took(git(main, 'merge', '-q', '--no-ff', '-m', 'land', `task-${n}`));
    const remove = await took(git(main, 'worktree', 'remove', '--force', tree));
    return { add, commit, merge, remove };
  };
};
