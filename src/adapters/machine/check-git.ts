import type { Finding } from '../../core/doctor.js';
import { tryGit } from '../git/git.js';
import { ok, wrong } from './finding.js';

/** Landing needs `git merge-tree --write-tree`, which came with 2.38. */
const needed = [2, 38] as const;

const fix = `Install git ${needed.join('.')} or newer.`;

/** Git itself and, where it starts, the repository. */
export const checkGit = async (folder: string): Promise<readonly Finding[]> => {
  const git = await checkVersion(folder);
  return git.found === unstartable ? [git] : [git, await checkRepository(folder)];
};

const unstartable = 'git could not be started';

const checkVersion = async (folder: string): Promise<Finding> => {
  const said = await tryGit(['version'], { folder }).catch(() => undefined);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said?.stdout ?? '') ?? [];
  if (major === undefined || minor === undefined) return wrong('git', unstartable, fix);
  const isNew = Number(major) > needed[0] || (Number(major) === needed[0] && Number(minor) >= needed[1]);
  return isNew ? ok('git', `git ${major}.${minor}`) : wrong('git', `git ${major}.${minor}`, fix);
};

/** Is there a commit of a branch to start from? */
const checkRepository = async (folder: string): Promise<Finding> => {
  const ask = async (...args: string[]): Promise<string | undefined> => {
    const said = await tryGit(args, { folder }).catch(() => undefined);
    return said?.exitCode === 0 ? said.stdout.trim() : undefined;
  };
  const [root, branch, commit] = await Promise.all([
    ask('rev-parse', '--show-toplevel'),
    ask('symbolic-ref', '--quiet', '--short', 'HEAD'),
    ask('rev-parse', '--verify', '--quiet', 'HEAD'),
  ]);
  if (root === undefined)
    return wrong('repository', `${folder} is not in a git repository`, 'Go into a git repository, or make one.');
  if (commit === undefined)
    return wrong('repository', `${root} has no commit yet`, 'git add -A && git commit -m "First commit"');
  return branch === undefined
    ? wrong('repository', `no branch is checked out in ${root}`, 'Check out a branch, or give --base-branch.')
    : ok('repository', `branch ${branch} of ${root}`);
};
