/** Lock files a package manager writes for the manifests of this name, each in the manifest's folder or one above. */
const locksOf = new Map<string, readonly string[]>([
  ['package.json', ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']],
  ['pnpm-workspace.yaml', ['pnpm-lock.yaml']],
  ['pyproject.toml', ['poetry.lock', 'uv.lock']],
  ['Cargo.toml', ['Cargo.lock']],
]);

/**
 * The lock files that no longer fit a change: those there are for its manifests, but for those the change itself
 * writes. The nearest of a name counts: in a workspace the one at its root.
 */
export const staleLocks = (changed: readonly string[], files: readonly string[]): readonly string[] => {
  const there = new Set(files);
  const stale = changed.flatMap((path) => {
    const folders = foldersAbove(path);
    return (locksOf.get(path.slice(path.lastIndexOf('/') + 1)) ?? []).flatMap(
      (name) => folders.map((folder) => folder + name).find((lock) => there.has(lock)) ?? [],
    );
  });
  return [...new Set(stale)].filter((lock) => !changed.includes(lock));
};

/** `a/b/package.json`: `a/b/`, `a/`, `` (the root). */
const foldersAbove = (path: string): readonly string[] => {
  const parts = path.split('/').slice(0, -1);
  return [...parts.keys(), parts.length]
    .map((count) =>
      parts
        .slice(0, count)
        .map((part) => `${part}/`)
        .join(''),
    )
    .toReversed();
};
