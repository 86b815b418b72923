import fc from 'fast-check';
import { guardOf, isProtected } from '../../../src/core/policy/protection.js';
import { defaultProtectedFiles } from '../../../src/core/settings/table.js';

describe('protected files', () => {
  it.each([
    '.env',
    'a/.env',
    'a/b/.ENV.local',
    'docs/CODEOWNERS',
    'docs/codeowners',
    '.github/x/y',
    'a/.gitattributes',
  ])('are %s by default', (path) => expect(isProtected(path, defaultProtectedFiles)).toBe(true));

  it.each(['src/a.ts', 'env', 'docs/CODEOWNERS.md', 'a/.github/x', 'docs/CODEOWNERS/x', 'environment/a.ts'])(
    'are not %s',
    (path) => expect(isProtected(path, defaultProtectedFiles)).toBe(false),
  );

  it('are of the root alone where the glob begins with a slash', () => {
    expect(['README.md', 'docs/README.md'].map((path) => isProtected(path, ['/README.md']))).toEqual([true, false]);
    expect(guardOf('README.md', ['/README.md'])).toBe('/README.md');
    expect(guardOf('docs/README.md', ['/README.md'])).toBeUndefined();
  });

  it('keep a plan from naming them, not from sweeping over them', () => {
    const guards = ['a/**', 'docs/*', 'docs/**/*', 'docs/CODEOWNERS', '**/.env', 'a/.e*', 'a/{b,.env}'].map((pattern) =>
      guardOf(pattern, ['.env*', 'CODEOWNERS']),
    );
    expect(guards).toEqual([undefined, undefined, undefined, 'CODEOWNERS', '.env*', '.env*', '.env*']);
  });

  it('are every path that a plan may not name, whatever the globs', () => {
    const name = fc.constantFrom('a', 'b.ts', '.env', '.env.local', 'CODEOWNERS', 'x.lock', '.github');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const globs = fc.subarray(['.env*', 'CODEOWNERS', '*.lock', '/a/**', '.github/**', 'b.ts']);
    fc.assert(
      fc.property(path, globs, (each, guards) => {
        if (isProtected(each, guards)) expect(guardOf(each, guards)).toBeDefined();
      }),
    );
  });
});
