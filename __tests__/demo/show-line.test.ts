import { showLine } from '../../demo/show-line.js';

describe('a line of the log of the demo', () => {
  it.each([
    ['what a step says', '00:01  Planning', ['00:01  Planning']],
    ['a colon or two', '::', ['::']],
    ['no secret that is to be masked', '::add-mask::ghs_1', []],
    ['no end of a stopped part', '::4f1c::', []],
    ['an annotation, line by line', '::error::One%0A→ two', ['error: One', '  → two']],
  ])('shows %s', (_, line, shown) => {
    expect(showLine(line)).toEqual(shown);
  });
});
