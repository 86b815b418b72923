import { changeTree } from './objects/change-tree.js';
import { diffTrees, textOf } from './objects/diff-trees.js';
import { folderMode } from './objects/tree-entries.js';
import type { Trees } from './objects/trees.js';

/** `from`'s tree with the files of `paths` as they are in tree `to` (gone there: deleted). */
export const composeTree = async (
  trees: Trees,
  from: string,
  { to, paths }: { readonly to: string; readonly paths: readonly string[] },
): Promise<string> => {
  const [before, after] = await Promise.all([trees.idOf(from), paths.length === 0 ? from : trees.idOf(to)]);
  if (paths.length === 0) return before;
  const wanted = new Set(paths);
  const changes = await diffTrees(trees, before, after);
  const taken = changes.filter(({ path }) => wanted.has(textOf(path)));
  return changeTree(
    trees,
    before,
    taken.map(({ path, after: to }) => ({ path, to })),
  );
};

/** A tree with these text files added or replaced. */
export const addFiles = async (
  trees: Trees,
  tree: string,
  files: Readonly<Record<string, string>>,
): Promise<string> => {
  const edits = Object.entries(files).map(async ([path, text]) => ({
    path: Buffer.from(path).toString('latin1'),
    to: { mode: '100644', id: await trees.writeBlob(text) },
  }));
  return changeTree(trees, tree, await Promise.all(edits));
};

/** Paths `from` has and `to` has not, whatever became of their content; sorted. */
export const gone = async (trees: Trees, from: string, to: string): Promise<readonly string[]> => {
  const [before, after] = await Promise.all([trees.idOf(from), trees.idOf(to)]);
  const changes = await diffTrees(trees, before, after);
  return changes.flatMap(({ path, after: left }) => (left === undefined ? [textOf(path)] : [])).toSorted();
};

/** Whether a tree has a file, or anything that is no folder, at a path. */
export const holdsFile = async (trees: Trees, tree: string, path: string): Promise<boolean> => {
  const [name = '', ...below] = Buffer.from(path).toString('latin1').split('/');
  const entry = (await trees.entries(tree)).find((each) => each.name === name);
  if (entry === undefined || below.length === 0) return entry !== undefined && entry.mode !== folderMode;
  return entry.mode === folderMode && (await holdsFile(trees, entry.id, path.slice(path.indexOf('/') + 1)));
};
