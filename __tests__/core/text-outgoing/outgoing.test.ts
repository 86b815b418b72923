import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { codeBlock, codeCell, codeSpan, defuse, defuseCell, defuseLine } from '../../../src/core/text/outgoing.js';

const parse = (markdown: string) => unified().use(remarkParse).use(remarkGfm).parse(markdown);

const nodesOf = (markdown: string): readonly { type: string; value?: string }[] => {
  const found: { type: string; value?: string }[] = [];
  visit(parse(markdown), (node) => {
    found.push(node);
  });
  return found;
};

/** Node types that act, or reach beyond their own text. */
const acting = ['link', 'linkReference', 'image', 'imageReference', 'definition', 'html', 'footnoteReference'];
const actors = (markdown: string): readonly string[] =>
  nodesOf(markdown)
    .map((node) => node.type)
    .filter((type) => acting.includes(type));
const textOf = (markdown: string): string =>
  nodesOf(markdown)
    .filter((node) => node.type === 'text')
    .map((node) => node.value ?? '')
    .join('\n');

const mention = /@[A-Za-z0-9]/;
const closing = /#\d|GH-\d|:\/\//i;

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@mona',
        'Closes #1',
        'fixes octo/repo#12',
        'resolves GH-3',
        '/aider stop',
        '\n/aider',
        '> /aider',
        '<!-- aider-orchestrator -->',
        '<details>',
        '</details>',
        '[x](https://evil.test)',
        '![x](y)',
        '[x][y]',
        '[y]: http://evil.test',
        '[^1]',
        '<https://evil.test>',
        'www.evil.test',
        'a@b.test',
        '|',
        '\\|',
        '\\',
        '\n',
        '\r\n',
        '\n\n',
        '```',
        '\n```\n',
        '\n~~~\n',
        '`',
        '``',
        '&#64;mona',
        '&lt;b&gt;',
        '&',
        '@',
        '#',
        '<',
        '!',
        '[',
        ']',
        '(',
        ')',
        ':',
        '/',
        '$$',
        '\u202e',
        '\u0000',
        '    ',
        '\t',
        '# ',
        '---',
        '* ',
      ),
      fc.string({ maxLength: 4, unit: 'grapheme' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('defuse', () => {
  it.each([
    ['a mention', 'thanks @mona', 'thanks @\u200bmona'],
    ['a closing keyword', 'Closes #12', 'Closes #\u200b12'],
    ['an old reference', 'fixes GH-7', 'fixes GH\u200b-7'],
    ['a command', '/aider stop', '\u200b/aider stop'],
    ['a command in a quote', '> /aider stop', '> \u200b/aider stop'],
    ['a marker', '<!-- aider -->', '<\u200b!-- aider -->'],
    ['a link', '[a](b)', '[a]\u200b(b)'],
    ['an image', '![a](b)', '!\u200b[a]\u200b(b)'],
    ['an address', 'https://evil.test', 'https:\u200b//evil.test'],
    ['an element', '<img src=x>', '<\u200bimg src=x>'],
    ['a hidden mention', '&#64;mona', '&#\u200b64;mona'],
    ['a fence', '```sh', '``\u200b`sh'],
  ])('disarms %s', (_name, text, expected) => {
    expect(defuse(text)).toBe(expected);
  });

  it.each(['plain words', 'a < b && c > d', 'src/core/run.ts', '**bold** and `code`', '5 / 2 = 2.5', '100 %'])(
    'leaves %j as it is',
    (text) => {
      expect(defuse(text)).toBe(text);
    },
  );

  it('is idempotent', () => {
    fc.assert(fc.property(hostile, (text) => defuse(defuse(text)) === defuse(text)));
  });

  it('leaves nothing that acts, for a real Markdown parser', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = defuse(text);
        expect(actors(safe)).toEqual([]);
        expect(nodesOf(safe).some((node) => node.type === 'code' && /^\s*[`~]{3}/m.test(safe))).toBe(false);
        expect(textOf(safe)).not.toMatch(mention);
        expect(textOf(safe)).not.toMatch(closing);
        expect(safe).not.toMatch(/^[\s>]*\/aider/m);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every visible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => defuse(text).replaceAll('\u200b', '') === text),
    );
  });
});

describe('defuseLine', () => {
  it('keeps a command in a code span to the letter', () => {
    expect(defuseLine('run `npm i @octo/x` for @octo\nsoon')).toBe('run `npm i @octo/x` for @\u200bocto soon');
  });

  it('closes no code span that was not opened', () => {
    expect(defuseLine('a `b` c` @d')).toBe("a `b` c' @\u200bd");
    expect(defuseLine('a \\`@b` c')).toBe('a `@b` c');
  });

  it('leaves nothing that acts', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(actors(`x ${defuseLine(text)}`)).toEqual([]);
        expect(textOf(`x ${defuseLine(text)}`)).not.toMatch(mention);
        expect(textOf(`x ${defuseLine(text)}`)).not.toMatch(closing);
      }),
      { numRuns: 300 },
    );
  });
});

describe('defuseCell', () => {
  it('fits exactly one table cell, whatever the text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rows = nodesOf(`| a | b |\n|---|---|\n| ${defuseCell(text)} | last |\n\nafter`);
        expect(rows.filter((node) => node.type === 'tableRow')).toHaveLength(2);
        expect(rows.filter((node) => node.type === 'tableCell')).toHaveLength(4);
        expect(rows.filter((node) => node.type === 'text').map((node) => node.value)).toEqual(
          expect.arrayContaining(['last', 'after']),
        );
        expect(rows.map((node) => node.type).filter((type) => acting.includes(type))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => defuseCell(defuseCell(text)) === defuseCell(text)),
      { numRuns: 200 },
    );
  });
});

describe('codeSpan and codeBlock', () => {
  it('hold any text without letting it out', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(actors(codeBlock(text))).toEqual([]);
        expect(nodesOf(`${codeBlock(text)}\n\nafter`).map((node) => node.type)).toEqual([
          'root',
          'code',
          'paragraph',
          'text',
        ]);
        expect(actors(`x ${codeSpan(text)} y`)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('show the text as it is', () => {
    expect(codeSpan('a `b` c')).toBe('``a `b` c``');
    expect(codeBlock('x\n```\ny\n', 'diff')).toBe('````diff\nx\n```\ny\n````');
    expect(codeSpan(' \n ')).toBe('');
    expect(codeCell('a | b')).toBe('`a \\| b`');
  });
});
