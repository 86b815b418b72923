import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitDraft } from '../../ports/repository.js';
import { fields, git } from './git.js';
import { nullId } from './store.js';

/** One entry of a raw tree difference. Modes are git's octal strings; `000000` where there is nothing. */
export interface RawChange {
  readonly path: string;
  readonly modeBefore: string;
  readonly modeAfter: string;
  readonly idAfter: string;
}

const rawLine = /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*$/;

/** Reads `--raw -z --no-renames` from its front; returns the changes and the fields that follow them. */
export const parseRaw = (all: readonly string[]): { changes: readonly RawChange[]; rest: readonly string[] } => {
  const changes: RawChange[] = [];
  let at = 0;
  for (; at + 1 < all.length; at += 2) {
    const [, modeBefore, modeAfter, idAfter] = rawLine.exec(all[at] ?? '') ?? [];
    if (modeBefore === undefined || modeAfter === undefined || idAfter === undefined) break;
    changes.push({ path: all[at + 1] ?? '', modeBefore, modeAfter, idAfter });
  }
  return { changes, rest: all.slice(at) };
};

interface IndexEntry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** The tree of `from` with entries replaced (mode `0`: removed), made in an index of its own. */
const withEntries = async (store: string, from: string, entries: readonly IndexEntry[]): Promise<string> => {
  const index = join(store, `index-${randomUUID()}`);
  const options = { folder: store, env: { GIT_INDEX_FILE: index } };
  try {
    await git(['read-tree', from], options);
    // Removals first: a file that became a folder must be gone before what lies in it comes.
    const ordered = entries.toSorted((a, b) => Number(b.mode === '0') - Number(a.mode === '0'));
    const input = ordered.map(({ mode, id, path }) => `${mode} ${id}\t${path}\0`).join('');
    await git(['update-index', '--replace', '-z', '--index-info'], { ...options, input });
    return (await git(['write-tree'], options)).trim();
  } finally {
    await rm(index, { force: true });
  }
};

/** `from`'s tree with the files of `paths` as they are in tree `to` (gone there: deleted). */
export const composeTree = async (
  store: string,
  from: string,
  { to, paths }: { to: string; paths: readonly string[] },
): Promise<string> => {
  const output = await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', `${from}^{tree}`, `${to}^{tree}`], {
    folder: store,
  });
  const wanted = new Set(paths);
  const taken = parseRaw(fields(output)).changes.filter((change) => wanted.has(change.path));
  const entries = taken.map(({ path, modeAfter, idAfter }) =>
    modeAfter === '000000' ? { mode: '0', id: nullId, path } : { mode: modeAfter, id: idAfter, path },
  );
  return withEntries(store, from, entries);
};

/** `commit`'s tree with these text files added or replaced. */
export const addFiles = async (
  store: string,
  commit: string,
  files: Readonly<Record<string, string>>,
): Promise<string> => {
  const entries = Object.entries(files).map(async ([path, text]) => {
    const id = await git(['hash-object', '-w', '--no-filters', '--stdin'], { folder: store, input: text });
    return { mode: '100644', id: id.trim(), path };
  });
  return withEntries(store, commit, await Promise.all(entries));
};

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Makes a commit under the given identity and time (epoch ms; UTC). */
export const commitTree = async (
  store: string,
  draft: CommitDraft,
  { identity, at }: { identity: Identity; at: number },
): Promise<string> => {
  const date = `@${Math.floor(at / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    GIT_COMMITTER_DATE: date,
  };
  const parents = draft.parents.flatMap((parent) => ['-p', parent]);
  const args = ['commit-tree', draft.tree, ...parents, '-F', '-'];
  return (await git(args, { folder: store, env, input: draft.message })).trim();
};
