import fc from 'fast-check';
import { hunksOf, mergeHunks, readMarked, union, type Hunk } from '../../../src/core/conflicts/hunks.js';

const labels = { ours: 'aaa', theirs: 'bbb' };
const marked = ['above', '<<<<<<< aaa', 'mine', '||||||| base', 'old', '=======', 'theirs', '>>>>>>> bbb', 'below', ''];

describe('a marked file', () => {
  it('is read as what merged and what did not', () => {
    expect(readMarked(marked.join('\n'), labels)).toEqual([
      { text: 'above\n' },
      { hunk: { ours: 'mine\n', before: 'old\n', theirs: 'theirs\n' } },
      { text: 'below\n' },
    ]);
  });

  it('may lack what was before, name the path of a side, and end its lines as Windows does', () => {
    const text = ['<<<<<<< aaa:old/name', 'mine', '=======', 'theirs', '>>>>>>> bbb:new name', ''].join('\r\n');
    expect(readMarked(text, labels)).toEqual([{ hunk: { ours: 'mine\r\n', before: '', theirs: 'theirs\r\n' } }]);
  });

  it.each([
    ['no conflict', 'only text\n'],
    ['markers of others, as in a manual of git', '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n'],
    ['a marker without an end', '<<<<<<< aaa\nmine\n=======\ntheirs\n'],
    ['nothing', ''],
  ])('is not read where it holds %s', (_what, text) => {
    expect(readMarked(text, labels)).toBeUndefined();
  });

  it('keeps markers of others inside a side as its text', () => {
    const text = '<<<<<<< aaa\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n>>>>>>> bbb\n';
    expect(readMarked(text, labels)).toEqual([
      { hunk: { ours: '<<<<<<< HEAD\n', before: '', theirs: '>>>>>>> topic\n' } },
    ]);
  });

  it('takes for a marker only what stands at the start of a line, whole, and where its turn is', () => {
    const sides = (...lines: readonly string[]) =>
      readMarked(['<<<<<<< aaa', ...lines, '>>>>>>> bbb', ''].join('\n'), labels)?.map((part) =>
        'hunk' in part ? part.hunk : part,
      );
    expect(sides('x ||||||| base', '=======', 'theirs')).toEqual([
      { ours: 'x ||||||| base\n', before: '', theirs: 'theirs\n' },
    ]);
    expect(sides('|||||||', 'old', '=======', '=======', '||||||| x')).toEqual([
      { ours: '', before: 'old\n', theirs: '=======\n||||||| x\n' },
    ]);
    expect(sides('|||||||', '||||||| x', '=======')).toEqual([{ ours: '', before: '||||||| x\n', theirs: '' }]);
    expect(sides('>>>>>>> bbb', '=======')).toEqual([{ ours: '>>>>>>> bbb\n', before: '', theirs: '' }]);
  });

  it('may end without a line break', () => {
    const text = '<<<<<<< aaa\nmine\n=======\ntheirs\n>>>>>>> bbb';
    expect(readMarked(text, labels)).toEqual([{ hunk: { ours: 'mine\n', before: '', theirs: 'theirs\n' } }]);
  });

  const line = fc.constantFrom('a\n', 'b\n', '\n', '<<<<<<< other\n', '======= \n');
  const block = fc.array(line, { maxLength: 3 }).map((all) => all.join(''));
  const hunk: fc.Arbitrary<Hunk> = fc.record({ ours: block, before: block, theirs: block });

  it('gives back every side whole, and takes what stands in its place', () => {
    fc.assert(
      fc.property(block, fc.array(fc.tuple(hunk, block), { minLength: 1, maxLength: 4 }), (first, rest) => {
        const render = (show: (each: Hunk) => string): string =>
          first + rest.map(([each, after]) => show(each) + after).join('');
        const text = render(
          ({ ours, before, theirs }) => `<<<<<<< aaa\n${ours}||||||| x\n${before}=======\n${theirs}>>>>>>> bbb\n`,
        );
        const parts = readMarked(text, labels) ?? [];
        expect(hunksOf(parts)).toEqual(rest.map(([each]) => each));
        for (const side of ['ours', 'before', 'theirs'] as const)
          expect(mergeHunks(parts, (each) => each[side])).toBe(render((each) => each[side]));
        expect(mergeHunks(parts, union)).toBe(render(({ ours, theirs }) => ours + theirs));
        expect(
          mergeHunks(parts, (_each, index) => `${index}\n`)
            .split('\n')
            .filter((each) => /^\d$/.test(each)),
        ).toEqual(rest.map((_each, index) => `${index}`));
      }),
    );
  });

  it('joins a last line without an end to the next by one', () => {
    expect(union({ ours: 'a', before: '', theirs: 'b' })).toBe('a\nb');
    expect(union({ ours: 'a', before: '', theirs: '' })).toBe('a');
  });
});
