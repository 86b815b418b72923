/** Every folder above a path: `a` and `a/b` of `a/b/c`. */
export const foldersOf = (path: string): readonly string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
