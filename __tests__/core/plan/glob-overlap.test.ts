import fc from 'fast-check';
import picomatch from 'picomatch';
import { anyOverlap, isInside, patternsOverlap } from '../../../src/core/plan/glob-overlap.js';

/** How a change is held against a pattern when it is judged: as a plain path, or as a glob with hidden files. */
const matches = (pattern: string, path: string): boolean =>
  pattern === path || (picomatch.scan(pattern).isGlob && picomatch.isMatch(path, pattern, { dot: true }));

const unit = fc.constantFrom('a', 'b', 'A', '.', '-', '1');
const name = fc
  .array(unit, { minLength: 1, maxLength: 3 })
  .map((units) => units.join(''))
  .filter((text) => !/^\.+$/.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

const alternatives = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(inner, { minLength: 1, maxLength: 3 }).map((parts) => `{${parts.join(',')}}`);
const piece = fc.oneof(
  { weight: 4, arbitrary: unit },
  { weight: 2, arbitrary: fc.constantFrom('*', '?', '**') },
  fc.constantFrom('[ab]', '[a-b]', '[!a]', '[^a]', '[.]', '[', ']', '(', ')', '|', '+', '@(a|b)', '!(a)', '+(a)', '!'),
  fc.constantFrom(
    '{1..3}',
    '{',
    '}',
    '"',
    '\\',
    '[[a]',
    '[a]+',
    '$',
    '{a,{b,1}}',
    '{a/b,**}',
    '{,a}',
    '(a)',
    '(ab)',
    '(',
    ')',
  ),
  alternatives(name),
);
const patternName = fc.oneof(
  { weight: 2, arbitrary: fc.constant('**') },
  { weight: 5, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')) },
);
const pattern = fc
  .array(patternName, { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter((text) => text !== '');

describe('patternsOverlap', () => {
  it.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/a.ts', 'src/b.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/*.js', false],
    ['src/*.ts', 'src/a/b.ts', false],
    ['src/**', 'src/a/b.ts', true],
    ['src/**', 'test/**', false],
    ['**/*.md', 'docs/**', true],
    ['**/*.md', 'docs/*.txt', false],
    ['a*c', '*b*', true],
    ['a*c', 'a?d', false],
    ['{src,lib}/*.ts', 'lib/x.ts', true],
    ['{src,lib}/*.ts', 'test/x.ts', false],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['src', 'src/a.ts', true],
    ['src/a.ts', '**/*.lock', false],
    ['[a-c]*/**', 'bx/y', true],
    ['SRC/A.ts', 'src/a.ts', true],
    ['**/x', 'x', true],
    ['a/**', 'a', true],
    ['app/[id]/page.tsx', 'app/about/page.tsx', false],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
    ['app/(shop)/page.tsx', 'lib/**', false],
    ['app/(shop)/a.ts', 'app/(shop)/b.ts', false],
    ['@(a|b)/x', 'b/x', true],
    ['**/!(a)', 'b', true],
  ])('of %s and %s is %s', (a, b, expected) => {
    expect(patternsOverlap(a, b)).toBe(expected);
    expect(patternsOverlap(b, a)).toBe(expected);
  });

  it('never calls patterns disjoint that share a path', () => {
    fc.assert(
      fc.property(pattern, pattern, fc.array(path, { minLength: 1, maxLength: 40 }), (a, b, paths) => {
        const shared = paths.filter((each) => matches(a, each) && matches(b, each));
        expect(shared.length === 0 || patternsOverlap(a, b)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('sees every path a pattern matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(path, { minLength: 1, maxLength: 40 }), (glob, paths) => {
        expect(paths.filter((each) => matches(glob, each) && !patternsOverlap(glob, each))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not satisfied with saying yes to plain globs', () => {
    const plain = fc.array(fc.oneof(name, fc.constantFrom('*', '**', 'a*', '*b', '?')), { minLength: 1, maxLength: 3 });
    const plainPattern = plain.map((names) => names.join('/'));
    fc.assert(
      fc.property(plainPattern, name, (glob, other) => {
        const inside = `zz/${glob}`;
        expect(patternsOverlap(inside, `yy/${other}/**`)).toBe(false);
      }),
    );
  });
});

describe('anyOverlap', () => {
  it('is what comparing every pair says', () => {
    const list = fc.array(fc.oneof(path, pattern), { maxLength: 5 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(anyOverlap(a, b)).toBe(a.some((left) => b.some((right) => patternsOverlap(left, right))));
      }),
    );
  });
});

describe('isInside', () => {
  it.each([
    ['src/a.ts', ['src/**'], true],
    ['src/*.ts', ['src/**'], true],
    ['src/**', ['src/**'], true],
    ['src/**', ['src/*'], false],
    ['src/a/*.ts', ['src/**/*.ts'], true],
    ['lib/a.ts', ['src/**'], false],
    ['src/a.ts', ['{src,lib}/**'], true],
    ['{src,lib}/a.ts', ['src/**'], false],
    ['@(a|b)', ['a'], false],
    ['x/y', ['@(x)/y'], false],
  ])('of %s in %j is %s', (inner, outer, expected) => {
    expect(isInside(inner, outer)).toBe(expected);
  });

  it('never lets a path out', () => {
    fc.assert(
      fc.property(pattern, pattern, fc.array(path, { maxLength: 40 }), (inner, outer, paths) => {
        fc.pre(isInside(inner, [outer]));
        expect(paths.filter((each) => matches(inner, each) && !matches(outer, each))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
