import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { codeBlock, codeCell, codeSpan, defuse, defuseCell, defuseLine } from '../../../src/core/text/outgoing.js';
import { group, pairs } from '../group.js';

const parser = unified().use(remarkParse).use(remarkGfm);

interface Read {
  readonly types: readonly string[];
  readonly prose: string;
}

const read = (markdown: string): Read => {
  const types: string[] = [];
  let prose = '';
  visit(parser.parse(markdown), (node) => {
    types.push(node.type);
    if (node.type === 'text') prose += `${node.value}\n`;
  });
  return { types, prose };
};

const acting = [
  'link',
  'linkReference',
  'image',
  'imageReference',
  'definition',
  'html',
  'footnoteReference',
  'footnoteDefinition',
];

/** Where our renderers put text of others. */
const places = {
  prose: (text: string) => defuse(text),
  line: (text: string) => `x ${defuseLine(text)}`,
  cell: (text: string) => `| a |\n|---|\n| ${defuseCell(text)} |`,
  span: (text: string) => `x ${codeSpan(text)} y`,
  codeCell: (text: string) => `| a |\n|---|\n| ${codeCell(text)} |`,
  block: (text: string) => codeBlock(text),
} as const;
type Place = keyof typeof places;

const payloads: readonly (readonly [string, string])[] = [
  ['mention', '@mona'],
  ['team mention', '@octo/security'],
  ['mention by reference', '&#64;mona'],
  ['mention split by a joiner', '@\u2060mona'],
  ['closing keyword', 'Closes #1'],
  ['closing keyword of another repository', 'fixes octo/repo#12'],
  ['old closing keyword', 'resolves GH-3'],
  ['closing address', 'closes https://github.com/octo/repo/issues/1'],
  ['own command', '/aider approve 0123'],
  ['command of another bot', '\n/merge'],
  ['quoted command', '> /aider stop'],
  ['our marker', '<!-- aider-orchestrator:tracking -->'],
  ['unclosed comment', '<!-- '],
  ['link', '[x](https://a.test)'],
  ['reference link', '[x][y]\n\n[y]: https://a.test'],
  ['image', '![x](https://a.test/?leak)'],
  ['reference image', '![x][y]\n\n[y]: https://a.test'],
  ['address in brackets', '<https://a.test>'],
  ['bare address', 'https://a.test'],
  ['bare host', 'www.a.test'],
  ['mail', 'mailto:a@a.test'],
  ['HTML image', '<img src="https://a.test/?leak">'],
  ['HTML link', '<a href="javascript:alert(1)">x</a>'],
  ['script', '<script>alert(1)</script>'],
  ['details', '<details><summary>x</summary>'],
  ['closing details', '</details>'],
  ['fence', '\n```\n'],
  ['longer fence', '\n`````\n@mona'],
  ['tilde fence', '\n~~~\n'],
  ['mermaid', '\n```mermaid\nclick a "https://a.test"\n```\n'],
  ['mathematics', '$$\\href{https://a.test}{x}$$'],
  ['footnote', '[^1]\n\n[^1]: x'],
  ['table', '\n| a | b |\n|---|---|\n'],
  ['pipe', 'a | b \\| c'],
  ['backtick out of a span', '` @mona `'],
  ['two backticks', '`` @mona'],
  ['escaped backtick', '\\` @mona \\`'],
  ['terminal escapes', '\u001b[31m@mona\u001b]8;;https://a.test\u0007'],
  ['right to left', '\u202e@mona'],
  ['invisible tags', 'x\u{e0001}\u{e0068}\u{e0069}'],
  ['carriage return', 'a\r@mona'],
  ['line separator', 'a\u2028/aider stop'],
  ['skip checks', '[skip ci] x'],
];

// eslint-disable-next-line no-control-regex -- terminal escapes are just what must go
const tags = /[\u{e0000}-\u{e01ff}\u202a-\u202e\u2066-\u2069\u001b\u0007\u2060]/u;

export const outgoingText = group('hostile text on its way out', {
  owner: 'src/core/text/outgoing.ts',
  predicates: {
    /** A real Markdown parser finds nothing in it that acts, and no reader a mention, reference or command. */
    doesNotAct: ({ place, text }: { place: Place; text: string }) => {
      const written = places[place](text);
      const { types, prose } = read(written);
      expect(types.filter((type) => acting.includes(type))).toEqual([]);
      expect(types.filter((type) => type === 'code')).toHaveLength(place === 'block' ? 1 : 0);
      expect(prose).not.toMatch(/@[A-Za-z0-9]|#\d|GH-\d|:\/\/|www\./i);
      expect(prose).not.toMatch(/^\s*\/[a-z]/m);
      expect(prose).not.toMatch(/\[skip ci\]/i);
      expect(written).not.toMatch(tags);
    },
    /** It stays in its cell: the table and what follows are whole. */
    staysInItsCell: (text: string) => {
      for (const cell of [defuseCell, codeCell]) {
        const { types, prose } = read(`| a | b |\n|---|---|\n| ${cell(text)} | last |\n\nafter`);
        expect(types.filter((type) => type === 'tableCell')).toHaveLength(4);
        expect(prose).toMatch(/last\n[\s\S]*after\n/);
      }
    },
  },
  vectors: [
    ...pairs(payloads, Object.keys(places) as Place[]).map(([[name, text], place]) => ({
      id: `${name} as ${place}`,
      holds: 'doesNotAct' as const,
      input: { place, text },
    })),
    ...payloads.map(([name, text]) => ({
      id: `${name} beside another cell`,
      holds: 'staysInItsCell' as const,
      input: text,
    })),
  ],
});

const addresses: readonly (readonly [string, string])[] = [
  ['the metadata address', 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'],
  ['as one number', 'http://2852039166/latest/meta-data/'],
  ['in hexadecimal', 'http://0xa9fea9fe/'],
  ['in octal', 'http://0251.0376.0251.0376/'],
  ['in IPv6', 'http://[::ffff:a9fe:a9fe]/'],
  ['IPv6 of its own', 'http://[fd00:ec2::254]/'],
  ['by name', 'http://metadata.google.internal/computeMetadata/v1/'],
  ['behind a user', 'http://github.com@169.254.169.254/'],
  ['without a scheme', '//169.254.169.254/'],
  ['with backslashes', 'http:\\\\169.254.169.254\\'],
  ['as a file', 'file:///proc/self/environ'],
  ['as gopher', 'gopher://127.0.0.1:6379/_x'],
  ['as data', 'data:text/html;base64,PHNjcmlwdD4='],
  ['of loopback', 'http://localhost:8080/'],
];

const forms: readonly (readonly [string, (url: string) => string])[] = [
  ['bare', (url) => url],
  ['link', (url) => `[x](${url})`],
  ['image', (url) => `![x](${url})`],
  ['in angles', (url) => `<${url}>`],
  ['HTML image', (url) => `<img src="${url}">`],
  ['definition', (url) => `![x][y]\n\n[y]: ${url}`],
];

export const metadataAddresses = group('addresses of metadata services', {
  owner: 'src/core/text/outgoing.ts',
  predicates: {
    /** Neither a reader's click nor GitHub's image proxy goes there. */
    isNoLink: (text: string) => {
      for (const place of ['prose', 'line', 'cell'] as const) {
        const { types } = read(places[place](text));
        expect(types.filter((type) => acting.includes(type))).toEqual([]);
      }
    },
  },
  vectors: pairs(addresses, forms).map(([[name, url], [form, write]]) => ({
    id: `${name}, ${form}`,
    holds: 'isNoLink' as const,
    input: write(url),
  })),
});
