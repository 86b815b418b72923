import fc from 'fast-check';
import { lostFiles } from '../../../src/core/conflicts/lost-files.js';

const none = { ours: [], theirs: [], byUs: [], byThem: [] };

describe('lostFiles', () => {
  it.each([
    ['nothing is gone', none, []],
    ['they deleted what we still have', { ...none, ours: ['a'], byThem: ['a'] }, []],
    ['we deleted what they still have', { ...none, theirs: ['a'], byUs: ['a'] }, []],
    ['nobody deleted what we have', { ...none, ours: ['a'] }, ['a']],
    ['only we ourselves deleted what we have', { ...none, ours: ['a'], byUs: ['a'] }, ['a']],
    ['nobody deleted what both have', { ...none, ours: ['b', 'a'], theirs: ['a'] }, ['a', 'b']],
  ])('where %s', (_what, gone, expected) => {
    expect(lostFiles(gone)).toEqual(expected);
  });

  const tree = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
  const without = (from: readonly string[], other: readonly string[]) => from.filter((path) => !other.includes(path));

  it('finds nothing in the merge a person would make, and everything taken out of it', () => {
    fc.assert(
      fc.property(tree, tree, tree, tree, (base, ours, theirs, taken) => {
        const kept = [...new Set([...ours, ...theirs])].filter(
          (path) => (ours.includes(path) && theirs.includes(path)) || !base.includes(path),
        );
        const judge = (merged: readonly string[]) =>
          lostFiles({
            ours: without(ours, merged),
            theirs: without(theirs, merged),
            byUs: without(base, ours),
            byThem: without(base, theirs),
          });
        expect(judge(kept)).toEqual([]);
        expect(judge(without(kept, taken))).toEqual(kept.filter((path) => taken.includes(path)).toSorted());
      }),
    );
  });
});
