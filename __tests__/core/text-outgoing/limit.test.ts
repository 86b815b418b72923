import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { limit } from '../../../src/core/text/outgoing-limit.js';

const blocks = (markdown: string) =>
  unified()
    .use(remarkParse)
    .use(remarkGfm)
    .parse(markdown)
    .children.map((node) => node.type);

const lines = fc
  .array(
    fc.constantFrom(
      'text',
      '```',
      '````',
      '~~~',
      '<details><summary>x</summary>',
      '</details>',
      '',
      '| a | b |',
      '🙂🙂🙂',
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((some) => `${some.join('\n')}\n`.repeat(40));

describe('limit', () => {
  it('leaves a short text as it is', () => {
    expect(limit('short')).toBe('short');
    expect(limit('x'.repeat(60_000))).toHaveLength(60_000);
  });

  it('says that it cut', () => {
    expect(limit('line\n'.repeat(20_000))).toContain('This text was cut');
  });

  it('closes an open fence and open details, so that its note is read as a quote', () => {
    const cut = limit(`<details>\n\n\`\`\`\`text\n\`\`\`\n${'x\n'.repeat(1000)}`, 600);
    expect(cut).toContain('\n````\n\n</details>\n\n> [!NOTE]');
    expect(blocks(cut).at(-1)).toBe('blockquote');
  });

  it('never gives more than the limit, never half a character, and is idempotent', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 1500 }), (text, max) => {
        const cut = limit(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(true);
        expect(limit(cut, max)).toBe(cut);
      }),
    );
  });

  it('leaves nothing open behind', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 400, max: 1500 }), (text, max) => {
        fc.pre(text.length > max);
        const cut = limit(text, max);
        expect(blocks(`${cut}after`).at(-1)).toBe('blockquote');
        expect(blocks(`${cut}\nafter`).at(-1)).toBe('paragraph');
      }),
    );
  });
});
