import fc from 'fast-check';
import { addSpelling, spellingsNear, type Spellings } from '../../../src/core/policy/file-name.js';

const part = fc.constantFrom('a', 'A', 'b', 'ä', 'Ä', 'a\u0308', '\ufb01', 'fi', 'c.ts', 'C.ts');
const paths = fc.array(
  fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  { maxLength: 8 },
);

describe('spellings near added paths', () => {
  it('tell the same clashes as the spellings of all paths', () => {
    fc.assert(
      fc.property(paths, paths, (existing, added) => {
        const all: Spellings = new Map();
        // Those that do not clash among themselves.
        const sorted = [...new Set(existing)].toSorted().filter((path) => addSpelling(all, path) === undefined);
        const near = spellingsNear(added, sorted);
        for (const path of added) expect(addSpelling(near, path)).toBe(addSpelling(all, path));
      }),
      { numRuns: 2_000 },
    );
  });

  it('tell a clash with any of two that clash already', () => {
    const near = spellingsNear(['fi/b'], ['fi/a', '\ufb01/b']);
    expect(addSpelling(near, 'fi/b')).toBe('\ufb01/b');
  });

  it('are none where nothing is added', () => {
    expect(spellingsNear([], ['a/b', 'c']).size).toBe(0);
  });
});
