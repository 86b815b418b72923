import { judgeChanges } from '../../../src/core/policy/judge-changes.js';
import { expandPaths, matchesAny, pathMatcher, plainPaths } from '../../../src/core/policy/scope.js';
import type { InspectedChange } from '../../../src/core/policy/inspected-change.js';

describe('pathMatcher', () => {
  const planned = pathMatcher(['src/**', 'app/[id]/page.tsx', 'docs/*.md']);

  it.each(['src/a.ts', 'src/.hidden', 'docs/a.md', 'app/[id]/page.tsx'])('takes %s', (path) => {
    expect(planned(path)).toBe(true);
  });

  it.each(['docs/a/b.md', 'app/x.tsx', 'srcs/a.ts', ''])('does not take %j', (path) => {
    expect(planned(path)).toBe(false);
  });

  it('takes nothing where there are no patterns', () => {
    expect(matchesAny('a', [])).toBe(false);
  });
});

describe('expandPaths', () => {
  const files = ['README.md', 'app/[id]/page.tsx', 'src/a.ts', 'src/b.ts', 'src/c.ts'];

  it('gives plain paths as they are, also missing ones, then what globs match', () => {
    expect(expandPaths(['src/new.ts', 'src/*.ts', 'src/b.ts'], files, 10)).toEqual([
      'src/new.ts',
      'src/b.ts',
      'src/a.ts',
      'src/c.ts',
    ]);
  });

  it('takes a pattern that is the name of a file for that file', () => {
    expect(expandPaths(['app/[id]/page.tsx'], files, 10)).toEqual(['app/[id]/page.tsx']);
  });

  it('stops at the limit, but never leaves out a plain path', () => {
    expect(expandPaths(['src/*.ts'], files, 2)).toEqual(['src/a.ts', 'src/b.ts']);
    expect(expandPaths(['x', 'y', 'src/*.ts'], files, 1)).toEqual(['x', 'y']);
  });
});

describe('plainPaths', () => {
  it('leaves globs out', () => {
    expect(plainPaths(['a/b.ts', 'a/*.ts', 'c'])).toEqual(['a/b.ts', 'c']);
  });
});

describe('judgeChanges', () => {
  const change = (path: string, kind: InspectedChange['kind'] = 'modified', modeAfter = '100644'): InspectedChange => ({
    path,
    kind,
    linesAdded: 1,
    linesDeleted: 0,
    modeBefore: '100644',
    modeAfter,
    size: 2,
    isBinary: false,
    added: ['x'],
  });
  const policy = { writes: ['src/**', '.env'], protectedFiles: ['.env*'], existing: [] };

  it('keeps planned changes and says of every other why it is refused', () => {
    const changes = [change('src/a.ts'), change('b.ts'), change('c.ts', 'deleted'), change('.env')];
    const link = change('src/link', 'modified', '120000');
    const { accepted, refused } = judgeChanges([...changes, link], policy);
    expect(accepted.map(({ path }) => path)).toEqual(['src/a.ts']);
    expect(refused).toEqual([
      { path: 'b.ts', why: 'not among the files this task may write' },
      { path: 'c.ts', why: 'deleted, which the plan does not say' },
      { path: '.env', why: 'protected: nobody may change it (setting protected-files)' },
      { path: 'src/link', why: 'it is a symbolic link after the change' },
    ]);
  });
});
