import { fields, git, tryGit } from './git.js';

const entry = /^(\d{6}) \w+ ([0-9a-f]+)\t/;

const readEntries = async (store: string, commit: string, rest: readonly string[]) =>
  fields(await git(['--literal-pathspecs', 'ls-tree', '-z', ...rest], { folder: store })).flatMap((field) => {
    const [all, mode, id] = entry.exec(field) ?? [];
    return all === undefined || mode === undefined || id === undefined
      ? []
      : [{ mode, id, path: field.slice(all.length), commit }];
  });

/** Paths of all files and symbolic links at a commit (submodules are none), sorted. */
export const listFiles = async (store: string, commit: string): Promise<readonly string[]> =>
  (await readEntries(store, commit, ['-r', commit]))
    .filter(({ mode }) => mode !== '160000')
    .map(({ path }) => path)
    .toSorted();

const sizedEntry = /^(\d{6}) \w+ [0-9a-f]+ +(\d+|-)\t/;

/** The same with their sizes in bytes. */
export const fileSizes = async (store: string, commit: string): Promise<ReadonlyMap<string, number>> => {
  const listing = fields(await git(['ls-tree', '-r', '-l', '-z', commit], { folder: store }));
  const sizes = listing.flatMap((field) => {
    const [all, mode, size] = sizedEntry.exec(field) ?? [];
    return all === undefined || mode === '160000' ? [] : [[field.slice(all.length), Number(size)] as const];
  });
  return new Map(sizes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Text of a regular file at a commit, cut at `maxBytes` (default 1 MiB); undefined when there is none. */
export const readFileAt = async (
  store: string,
  commit: string,
  { path, maxBytes = 1024 * 1024 }: { path: string; maxBytes?: number | undefined },
): Promise<string | undefined> => {
  // `ls-tree` takes `a/` as "what lies in a": not a file, and not the path that was asked for.
  const found = (await readEntries(store, commit, [commit, '--', path])).find((each) => each.path === path);
  if (found === undefined || !found.mode.startsWith('100')) return undefined;
  return git(['cat-file', 'blob', found.id], { folder: store, maxBytes });
};

/** The full id of a commit in a repository; undefined when it is not there. */
export const resolveCommit = async (folder: string, revision: string): Promise<string | undefined> => {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const ended = await tryGit(args, { folder });
  return ended.exitCode === 0 ? ended.stdout.trim() : undefined;
};

/** Those of `commits` that the repository holds. */
export const hasCommits = async (folder: string, commits: readonly string[]): Promise<ReadonlySet<string>> => {
  if (commits.length === 0) return new Set();
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
  const listing = await git(args, { folder, input: `${commits.join('\n')}\n` });
  return new Set(listing.split('\n').flatMap((line) => (line.endsWith(' commit') ? [line.slice(0, -7)] : [])));
};
