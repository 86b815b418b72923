import { fields, git, resolveCommit, tryGit } from './git.js';

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x01');

const utc = (date: string): string => new Date(date).toISOString().replace('.000Z', 'Z');

const parseCommit = (line: string): CommitFacts => {
  const [sha = '', tree = '', parents = '', an = '', ae = '', aI = '', cn = '', ce = '', cI = '', ...rest] = line
    .replace(/^\n/, '')
    .split('\u0001');
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: utc(aI) },
    committer: { name: cn, email: ce, date: utc(cI) },
    message: rest.join('\u0001').trimEnd(),
  };
};

/** Commits of a range (`a..b`, or one revision), oldest first, at most `limit` of the newest. */
export const listCommits = async (gitDir: string, range: string, limit = 250): Promise<readonly CommitFacts[]> => {
  const args = ['log', '-z', `--max-count=${limit}`, `--format=${format}`, '--end-of-options', range];
  return fields(await git(gitDir, args))
    .map(parseCommit)
    .reverse();
};

export const readCommit = async (gitDir: string, sha: string): Promise<CommitFacts> => {
  const [commit] = await listCommits(gitDir, sha, 1);
  if (commit === undefined) throw new Error(`no commit ${sha}`);
  return commit;
};

export const countCommits = async (gitDir: string, range: string): Promise<number> =>
  Number(await git(gitDir, ['rev-list', '--count', '--end-of-options', range]));

export const mergeBase = async (gitDir: string, a: string, b: string): Promise<string | undefined> => {
  const { exitCode, stdout } = await tryGit(gitDir, ['merge-base', a, b]);
  return exitCode === 0 ? stdout.trim() : undefined;
};

export const isAncestor = async (gitDir: string, older: string, newer: string): Promise<boolean> =>
  (await tryGit(gitDir, ['merge-base', '--is-ancestor', older, newer])).exitCode === 0;

/** The tree of a clean merge, or undefined where files conflict. */
export const mergeTree = async (gitDir: string, ours: string, theirs: string): Promise<string | undefined> => {
  const { exitCode, stdout, stderr } = await tryGit(gitDir, ['merge-tree', '--write-tree', ours, theirs]);
  if (exitCode > 1) throw new Error(stderr);
  return exitCode === 0 ? stdout.split('\n')[0] : undefined;
};

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface FileFacts {
  readonly filename: string;
  readonly previous: string | undefined;
  readonly status: FileStatus;
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | undefined;
}

const statuses: Readonly<Record<string, FileStatus>> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

interface RawEntry {
  readonly sha: string;
  readonly status: FileStatus;
  readonly previous: string | undefined;
  readonly filename: string;
}

/** `:100644 100644 <old> <new> R086` NUL path [NUL path] ... */
const parseRaw = (parts: readonly string[]): readonly RawEntry[] => {
  const entries: RawEntry[] = [];
  for (let at = 0; at < parts.length;) {
    const [, , , sha = '', code = ''] = (parts[at] ?? '').split(' ');
    const status = statuses[code[0] ?? ''] ?? 'changed';
    const two = status === 'renamed' || status === 'copied';
    const filename = parts[at + (two ? 2 : 1)] ?? '';
    entries.push({ sha, status, previous: two ? parts[at + 1] : undefined, filename });
    at += two ? 3 : 2;
  }
  return entries;
};

/** Unified diff of two commits or trees. */
export const diffText = async (gitDir: string, from: string, to: string): Promise<string> =>
  await git(gitDir, ['diff', '--no-color', '--no-ext-diff', '-M', '--end-of-options', from, to]);

/** Patches by file, in the order of `git diff`: what follows the first hunk header, as GitHub's `patch`. */
const splitPatches = (text: string): readonly (string | undefined)[] =>
  text
    .split(/^(?=diff --git )/m)
    .filter((each) => each !== '')
    .map((each) => {
      const hunk = each.search(/^@@ /m);
      return hunk < 0 ? undefined : each.slice(hunk).replace(/\n$/, '');
    });

const count = (patch: string | undefined, sign: '+' | '-'): number =>
  (patch ?? '').split('\n').filter((line) => line.startsWith(sign)).length;

/** Files that differ, sorted by path, with GitHub's `patch` (absent for binary files). */
export const listFiles = async (gitDir: string, from: string, to: string): Promise<readonly FileFacts[]> => {
  const raw = await git(gitDir, ['diff', '--raw', '-z', '-M', '--no-abbrev', '--end-of-options', from, to]);
  const patches = splitPatches(await diffText(gitDir, from, to));
  return parseRaw(fields(raw)).map((entry, index) => {
    const patch = patches[index];
    return { ...entry, patch, additions: count(patch, '+'), deletions: count(patch, '-') };
  });
};

export interface Ref {
  readonly ref: string;
  readonly sha: string;
  readonly type: string;
}

/** Refs whose full name begins with `prefix`, sorted. */
export const listRefs = async (gitDir: string, prefix = 'refs/'): Promise<readonly Ref[]> => {
  const text = await git(gitDir, ['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)']);
  const refs = text.split('\n').filter((line) => line !== '');
  return refs
    .map((line) => line.split(' '))
    .map(([ref = '', sha = '', type = '']) => ({ ref, sha, type }))
    .filter(({ ref }) => ref.startsWith(prefix));
};

export const branchHead = async (gitDir: string, branch: string): Promise<string | undefined> =>
  await resolveCommit(gitDir, `refs/heads/${branch}`);

/** Ahead and behind of `head` against `base`. */
export const distance = async (
  gitDir: string,
  base: string,
  head: string,
): Promise<{ readonly ahead: number; readonly behind: number }> => {
  const text = await git(gitDir, ['rev-list', '--left-right', '--count', `${base}...${head}`]);
  const [behind = '0', ahead = '0'] = text.trim().split('\t');
  return { ahead: Number(ahead), behind: Number(behind) };
};

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number;
  readonly path: string;
}

/** Entries of a folder ('' is the root) at a commit; undefined when there is no such folder. */
export const listTree = async (
  gitDir: string,
  commit: string,
  path: string,
): Promise<readonly TreeEntry[] | undefined> => {
  const { exitCode, stdout } = await tryGit(gitDir, ['ls-tree', '-z', '-l', `${commit}:${path}`]);
  if (exitCode !== 0) return undefined;
  return fields(stdout).map((line) => {
    const [facts = '', name = ''] = line.split('\t');
    const [mode = '', type = '', sha = '', size = ''] = facts.split(/ +/);
    return {
      mode,
      type: type === 'tree' || type === 'commit' ? type : 'blob',
      sha,
      size: Number(size) || 0,
      path: name,
    };
  });
};

/** A blob's text (read as Latin-1 safe UTF-8) and id; undefined when the path is no file. */
export const readBlob = async (
  gitDir: string,
  commit: string,
  path: string,
): Promise<{ readonly sha: string; readonly text: string } | undefined> => {
  const { exitCode, stdout } = await tryGit(gitDir, ['rev-parse', '--verify', '--quiet', `${commit}:${path}`]);
  if (exitCode !== 0) return undefined;
  const blob = await tryGit(gitDir, ['cat-file', 'blob', stdout.trim()]);
  return blob.exitCode === 0 ? { sha: stdout.trim(), text: blob.stdout } : undefined;
};
