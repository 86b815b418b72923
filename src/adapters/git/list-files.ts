import { listFiles } from './files.js';
import { diffTrees, textOf, type Blob, type TreeChange } from './objects/diff-trees.js';
import type { Trees } from './objects/trees.js';

/** More differences than these are dearer to apply than a new list. */
const manyChanges = 5_000;

/**
 * Lists of files by commit, as `listFiles` gives them. The first is read whole; each next one is the one before with
 * what differs, since the commits of a run differ in a few of perhaps 100,000 files. Where no file came or went it is
 * the same array.
 */
export const listsOf = ({
  store,
  trees,
}: {
  readonly store: string;
  readonly trees: Trees;
}): ((commit: string) => Promise<readonly string[]>) => {
  let last: { readonly tree: string; readonly files: readonly string[] } | undefined;
  return async (commit) => {
    const tree = await trees.idOf(commit);
    const known = last;
    const changes = known === undefined ? undefined : await diffTrees(trees, known.tree, tree);
    const files =
      known === undefined || changes === undefined || changes.length > manyChanges
        ? await listFiles(store, tree)
        : applied(known.files, changes);
    last = { tree, files };
    return files;
  };
};

/** Submodules are no files. */
const isFile = (blob: Blob | undefined): boolean => blob !== undefined && blob.mode !== '160000';

const applied = (files: readonly string[], changes: readonly TreeChange[]): readonly string[] => {
  const moved = changes.filter(({ before, after }) => isFile(before) !== isFile(after));
  if (moved.length === 0) return files;
  const gone = new Set(moved.flatMap(({ path, before }) => (isFile(before) ? [textOf(path)] : [])));
  const added = moved.flatMap(({ path, after }) => (isFile(after) ? [textOf(path)] : []));
  return [...files.filter((path) => !gone.has(path)), ...added].toSorted();
};
