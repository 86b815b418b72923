import type { Blob } from './diff-trees.js';
import { folderMode, type TreeEntry } from './tree-entries.js';
import type { Trees } from './trees.js';

/** What a path is to be; undefined: gone. `path` holds a character for each byte (latin1). */
export interface Edit {
  readonly path: string;
  readonly to: Blob | undefined;
}

/**
 * The tree with paths changed, written folder by folder: only folders on the way to a change are read and written. A
 * file takes the place of a folder and a folder that of a file; a folder without files is left out, as git does.
 */
export const changeTree = async (trees: Trees, from: string, edits: readonly Edit[]): Promise<string> =>
  edits.length === 0 ? from : ((await within(trees, from, edits)) ?? trees.write([]));

const within = async (trees: Trees, from: string | undefined, edits: readonly Edit[]): Promise<string | undefined> => {
  const entries = new Map((from === undefined ? [] : await trees.entries(from)).map((entry) => [entry.name, entry]));
  const byName = Map.groupBy(edits, ({ path }) => path.split('/', 1)[0] ?? '');
  await Promise.all(
    [...byName].map(async ([name, own]) => {
      const entry = await changeEntry(trees, { name, entry: entries.get(name), edits: own });
      if (entry === undefined) entries.delete(name);
      else entries.set(name, entry);
    }),
  );
  return entries.size === 0 ? undefined : trees.write([...entries.values()]);
};

interface Place {
  readonly name: string;
  readonly entry: TreeEntry | undefined;
  readonly edits: readonly Edit[];
}

const changeEntry = async (trees: Trees, { name, entry, edits }: Place): Promise<TreeEntry | undefined> => {
  const own = edits.find(({ path }) => path === name);
  if (own?.to !== undefined) return { mode: plainMode(own.to.mode), name, id: own.to.id };
  const below = edits.flatMap(({ path, to }) => (path === name ? [] : [{ path: path.slice(name.length + 1), to }]));
  const isFolder = entry?.mode === folderMode;
  const rest = isFolder || own === undefined ? entry : undefined;
  // What is to be gone below a file is not there.
  if (!isFolder && below.every(({ to }) => to === undefined)) return rest;
  const id = await within(trees, isFolder ? entry.id : undefined, below);
  return id === undefined ? undefined : { mode: folderMode, name, id };
};

/** As git's index has it: a file is executable for its owner or not. */
const plainMode = (mode: string): string =>
  !mode.startsWith('100') ? mode : (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
