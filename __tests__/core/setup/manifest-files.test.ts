import { isManifestOrLock } from '../../../src/core/setup/manifest-files.js';

it.each([
  ['package.json', true],
  ['packages/a/package-lock.json', true],
  ['requirements-dev.txt', true],
  ['x/requirements/base.txt', true],
  ['requirements/notes.md', false],
  ['go.sum', true],
  ['src/App.csproj', true],
  ['gradle/libs.versions.toml', true],
  ['src/package.json.ts', false],
  ['docs/my-package.json', false],
  ['README.md', false],
])('%s is a manifest or lock file: %s', (path, expected) => expect(isManifestOrLock(path)).toBe(expected));
