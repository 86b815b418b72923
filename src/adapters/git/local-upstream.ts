import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, success } from '../../core/result.js';
import type { Published } from '../../ports/repository.js';
import { resolveCommit } from './files.js';
import { git, tryGit } from './git.js';
import { moveRef } from './refs.js';
import { type BranchMove, type Upstream, baseMissing, baseRef, fetchArgs, keptRef, transferMs } from './upstream.js';

/**
 * Fetches a commit or ref of a repository on this machine into a ref of the store. `git upload-pack`, which git starts there, does
 * not see our settings but reads the global file: that is where `safe.directory` must stand for it.
 */
export const fetchFromFolder = async (store: string, folder: string, from: string, to: string = baseRef) => {
  const settings = join(store, 'source.gitconfig');
  await writeFile(settings, '[safe]\n\tdirectory = *\n');
  const env = { GIT_CONFIG_GLOBAL: settings };
  const args = [...fetchArgs, '--update-shallow', '--', folder, `+${from}:${to}`];
  return tryGit(args, { folder: store, env, timeoutMs: transferMs });
};

const branchesOf = async (folder: string): Promise<readonly string[]> =>
  (await git(['for-each-ref', '--format=%(refname:short)', 'refs/heads'], { folder })).split('\n').filter(Boolean);

const isCheckedOut = async (folder: string, branch: string): Promise<boolean> =>
  (await git(['worktree', 'list', '--porcelain'], { folder })).split('\n').includes(`branch refs/heads/${branch}`);

const publish = async (folder: string, store: string, move: BranchMove): Promise<Published> => {
  const { branch, commit, expected } = move;
  if (await isCheckedOut(folder, branch))
    return { kind: 'refused', why: `the branch ${branch} is checked out in ${folder}` };
  const fetched = await tryGit([...fetchArgs, '--', store, commit], { folder, timeoutMs: transferMs });
  if (fetched.exitCode !== 0) return { kind: 'refused', why: fetched.stderr.trim() };
  const moved = await moveRef(folder, `refs/heads/${branch}`, { to: commit, from: expected });
  return moved ? { kind: 'published' } : { kind: 'refused', why: `the branch ${branch} was moved by somebody else` };
};

/** The user's repository on this machine. Only refs of branches we publish are written, never its work tree. */
export const localUpstream = (folder: string): Upstream => ({
  findBase: async (branch) => {
    const found =
      (await resolveCommit(folder, `refs/heads/${branch}`)) ??
      (await resolveCommit(folder, `refs/remotes/origin/${branch}`));
    return found === undefined ? failed(baseMissing(branch, await branchesOf(folder))) : success(found);
  },
  fill: async (store, commit) => {
    const ended = await fetchFromFolder(store, folder, commit);
    if (ended.exitCode === 0) return success(undefined);
    return failed({
      reason: 'source-unreadable',
      who: 'user',
      message: `The repository in ${folder} could not be read: ${ended.stderr.trim()}`,
      action: `Run \`git -C ${folder} fsck\` and mend what it names.`,
    });
  },
  bringKept: async (store, { ref }) => (await fetchFromFolder(store, folder, ref, keptRef)).exitCode === 0,
  findBranch: (_store, branch) => resolveCommit(folder, `refs/heads/${branch}`),
  findRevision: async (_store, revision) => {
    const commit = await resolveCommit(folder, revision);
    return commit === undefined ? undefined : { folder, commit };
  },
  publish: (store, move) => publish(folder, store, move),
  folderOf: () => folder,
});
