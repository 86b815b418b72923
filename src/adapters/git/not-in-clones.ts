import { GitError, fields, git, tryGit } from './git.js';

const submodule = /^160000 commit \w+\t/;

const submodulesOf = async (store: string, commit: string): Promise<readonly string[]> =>
  fields(await git(['ls-tree', '-r', '-z', commit], { folder: store })).flatMap((field) => {
    const [all] = submodule.exec(field) ?? [];
    return all === undefined ? [] : [field.slice(all.length)];
  });

/** `git grep` exits 1 where nothing is found. */
const givesToLfs = async (store: string, commit: string): Promise<boolean> => {
  const pattern = '^[^#]*[[:space:]]filter=lfs';
  const args = ['grep', '--quiet', '-e', pattern, commit, '--', '.gitattributes', ':(glob)**/.gitattributes'];
  const ended = await tryGit(args, { folder: store });
  if (ended.exitCode !== 0 && ended.exitCode !== 1) throw new GitError(args, ended);
  return ended.exitCode === 0;
};

const few = (paths: readonly string[]): string =>
  paths.length <= 5 ? paths.join(', ') : `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more`;

/**
 * What a commit has and clones of it have not, as notes for a person: submodules (empty folders there) and files of
 * Git LFS (their pointers are there).
 */
export const notInClones = async (store: string, commit: string): Promise<readonly string[]> => {
  const [submodules, usesLfs] = await Promise.all([submodulesOf(store, commit), givesToLfs(store, commit)]);
  return [
    ...(submodules.length === 0
      ? []
      : [`Submodules are empty folders for agents and validation: ${few(submodules)}. Commands that need them fail.`]),
    ...(usesLfs
      ? ['Files that .gitattributes gives to Git LFS are only pointers for agents and validation, not their content.']
      : []),
  ];
};
