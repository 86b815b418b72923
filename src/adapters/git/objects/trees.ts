import type { ObjectReader } from './read-objects.js';
import { formatTree, parseTree, type TreeEntry } from './tree-entries.js';
import { writeObject } from './write-object.js';

/** The trees of one store. */
export interface Trees {
  /** The id of the tree of a commit or tree, or of a commit's first parent (`<commit>^`). Rejects when there is none. */
  idOf(name: string): Promise<string>;
  /** Rejects when there is no such tree. */
  entries(id: string): Promise<readonly TreeEntry[]>;
  /** Writes a tree and returns its id. */
  write(entries: readonly TreeEntry[]): Promise<string>;
  /** Writes a file's content and returns its id. */
  writeBlob(text: string): Promise<string>;
}

/** The tree without entries. Git knows it everywhere, without its being stored. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The trees of a store that `reader` reads. */
export const openTrees = (store: string, reader: Pick<ObjectReader, 'info' | 'read'>): Trees => ({
  idOf: async (name) => {
    const found = await reader.info(`${name}^{tree}`);
    if (found === undefined) throw new Error(`the store has no tree of ${name}`);
    return found.id;
  },
  entries: async (id) => {
    if (id === emptyTree) return [];
    const found = await reader.read(id);
    if (found?.type !== 'tree') throw new Error(`the store has no tree ${id}`);
    return parseTree(found.data);
  },
  write: (entries) => writeObject(store, 'tree', formatTree(entries)),
  writeBlob: (text) => writeObject(store, 'blob', Buffer.from(text)),
});

/** Those of a store of which only what is written now matters. */
export const newTrees = (store: string): Trees => {
  const nothing = () => Promise.resolve(undefined);
  return openTrees(store, { info: nothing, read: nothing });
};
