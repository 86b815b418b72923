const names = [
  ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'yarn.lock'],
  ...['bun.lock', 'bun.lockb', 'pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', 'Pipfile.lock', 'poetry.lock'],
  ...['uv.lock', 'go.mod', 'go.sum', 'go.work', 'go.work.sum', 'Cargo.toml', 'Cargo.lock', 'Gemfile', 'Gemfile.lock'],
  ...['composer.json', 'composer.lock', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle'],
  ...['settings.gradle.kts', 'gradle.lockfile', 'libs.versions.toml', 'packages.config', 'packages.lock.json'],
];

const pattern = /^(requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|[^/]+\.(gemspec|csproj|fsproj|vbproj))$/;

/** Is this a file by which a package manager knows what to install, or one that pins it? In any folder. */
export const isManifestOrLock = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return names.includes(name) || pattern.test(name) || /(^|\/)requirements\/[^/]+\.(txt|in)$/.test(path);
};
