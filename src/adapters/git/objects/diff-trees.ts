import { folderMode, type TreeEntry } from './tree-entries.js';
import type { Trees } from './trees.js';

/** One side of a difference. */
export type Blob = Pick<TreeEntry, 'mode' | 'id'>;

/** A path that is not the same in two trees. `path` holds a character for each byte (latin1). */
export interface TreeChange {
  readonly path: string;
  readonly before: Blob | undefined;
  readonly after: Blob | undefined;
}

/** A path as people and the plan know it. */
export const textOf = (path: string): string => Buffer.from(path, 'latin1').toString('utf8');

/**
 * What differs between two trees, files and submodules, in no order. Folders that are equal are not looked into, so it
 * is as cheap as the difference is small, however many files there are.
 */
export const diffTrees = async (trees: Trees, from: string, to: string): Promise<readonly TreeChange[]> => {
  const within = async (
    before: string | undefined,
    after: string | undefined,
    prefix: string,
  ): Promise<readonly TreeChange[]> => {
    if (before === after) return [];
    const [a, b] = await Promise.all([entriesOf(trees, before), entriesOf(trees, after)]);
    const names = [...new Set([...a.keys(), ...b.keys()])];
    const found = await Promise.all(
      names.map(async (name): Promise<readonly TreeChange[]> => {
        const [one, other] = [a.get(name), b.get(name)];
        if (one?.id === other?.id && one?.mode === other?.mode) return [];
        const path = prefix + name;
        const [folderBefore, folderAfter] = [folderIn(one), folderIn(other)];
        const below = folderBefore === folderAfter ? [] : await within(folderBefore, folderAfter, `${path}/`);
        const [fileBefore, fileAfter] = [fileIn(one), fileIn(other)];
        const isHere = fileBefore !== undefined || fileAfter !== undefined;
        return [...(isHere ? [{ path, before: fileBefore, after: fileAfter }] : []), ...below];
      }),
    );
    return found.flat();
  };
  return within(from, to, '');
};

const entriesOf = async (trees: Trees, id: string | undefined): Promise<ReadonlyMap<string, TreeEntry>> =>
  new Map((id === undefined ? [] : await trees.entries(id)).map((entry) => [entry.name, entry]));

const folderIn = (entry: TreeEntry | undefined): string | undefined =>
  entry?.mode === folderMode ? entry.id : undefined;

const fileIn = (entry: TreeEntry | undefined): Blob | undefined =>
  entry === undefined || entry.mode === folderMode ? undefined : { mode: entry.mode, id: entry.id };
