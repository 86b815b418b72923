/** More named files than this are not a pointer but a list. */
const maxNamed = 20;

/**
 * The files of a repository that a text names: by their whole path, by its last segments (`core/plan.ts`), or by a
 * file name of which there is only one. In order of appearance, at most 20.
 */
export const findNamedFiles = (text: string, files: readonly string[]): readonly string[] => {
  const byName = groupByName(files);
  const words = text.match(/[\p{L}\p{N}_@+.~/-]+/gu) ?? [];
  const found = words.map(clean).flatMap((word) => resolve(word, byName));
  return [...new Set(found)].slice(0, maxNamed);
};

const clean = (word: string): string => word.replace(/^(\.?\/)+/, '').replace(/[.\-/~+]+$/, '');

const resolve = (word: string, byName: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const same = byName.get(nameOf(word)) ?? [];
  if (same.includes(word)) return [word];
  // A bare word without a dot (`test`, `Makefile`) names a file only by its whole path.
  if (!word.includes('/') && !word.includes('.')) return [];
  const ending = same.filter((path) => path.endsWith(`/${word}`));
  return ending.length === 1 ? ending : [];
};

const groupByName = (files: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const group = groups.get(nameOf(file));
    if (group === undefined) groups.set(nameOf(file), [file]);
    else group.push(file);
  }
  return groups;
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
