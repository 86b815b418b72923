import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { commitMessage } from '../../../src/app/commit-message.js';
import { secretsInCode } from '../../../src/core/secrets/find-secrets.js';
import { makePlainSafe, makeSafe, stripHidden } from '../../../src/core/text/incoming.js';
import { limit } from '../../../src/core/text/outgoing-limit.js';
import { defuse, defuseLine } from '../../../src/core/text/outgoing.js';
import { redactor } from '../../../src/core/text/redact.js';
import { group, pairs } from '../group.js';

const redact = redactor(['Jx7Kq2Vw9Rt4Yz8Lm3Np6Bc1Df5Gh0Sa']);

/** Everything that reads text of others. */
const readers = {
  makeSafe: (text: string) => makeSafe(text),
  makePlainSafe: (text: string) => makePlainSafe(text),
  redact: (text: string) => redact(text),
  secretsInCode: (text: string) => secretsInCode(text).join(),
  defuse: (text: string) => defuse(text),
  defuseLine: (text: string) => defuseLine(text),
  limit: (text: string) => limit(text),
  commitMessage: (text: string) => commitMessage({ subject: text, trailers: {} }),
} as const;
type Reader = keyof typeof readers;

const pieces: readonly (readonly [string, string])[] = [
  ['letters', 'a'],
  ['spaces', ' '],
  ['zero-width spaces', '\u200b'],
  ['open comments', '<!--'],
  ['dashes', '-'],
  ['backticks', '`'],
  ['backslashes', '\\'],
  ['key beginnings', 'sk-'],
  ['private key beginnings', '-----BEGIN PRIVATE KEY-----\n'],
  ['dots and tokens', 'eyJaaaaaaaaaaaa.'],
  ['addresses with colons', 'a://b:'],
];

const took = (reader: Reader, text: string): number => {
  const startedAt = performance.now();
  readers[reader](text);
  return performance.now() - startedAt;
};

/** Up to sixty thousand characters each (all of them in `npm run hostile`), made to cost a Markdown or HTML parser the square of their length, or its stack. */
const N = process.env['HOSTILE'] === 'full' ? 60_000 : 15_000;
const bombs: readonly (readonly [string, string])[] = [
  ['nested quotes', '>'.repeat(N)],
  ['nested quotes and lists', '> - '.repeat(N / 4)],
  ['nested numbered lists', '1. '.repeat(N / 3)],
  ['indented lists', Array.from({ length: Math.floor(Math.sqrt(N)) }, (_, n) => `${' '.repeat(n * 2)}- a`).join('\n')],
  ['open brackets', '['.repeat(N)],
  ['brackets', '['.repeat(N / 2) + ']'.repeat(N / 2)],
  ['open images', '!['.repeat(N / 2)],
  ['half links', '[a](b'.repeat(N / 5)],
  ['footnotes', '[^a]'.repeat(N / 4)],
  ['definitions', '[a]: b\n'.repeat(N / 7)],
  ['emphasis', '*a**b'.repeat(N / 5)],
  [
    'backticks of every length',
    Array.from({ length: Math.floor(Math.sqrt(2 * N)) }, (_, n) => '`'.repeat(n + 1)).join('a'),
  ],
  ['open tags', '<a '.repeat(N / 3)],
  ['nested elements', '<div>'.repeat(N / 5)],
  ['formatting elements', '<b><i><u>'.repeat(N / 9)],
  ['open comments', '<!--'.repeat(N / 4)],
  ['nested comments', '<!'.repeat(N / 9) + '<!-- x -->' + '-- x -->'.repeat(N / 12)],
  ['table columns', `${'|a'.repeat(N / 4)}|\n${'|-'.repeat(N / 4)}|\n`],
  ['character references', '&#8203;'.repeat(N / 7)],
  ['footnotes of footnotes', Array.from({ length: N / 20 }, (_, n) => `[^${n}]: [^${n + 1}]\n`).join('\n')],
];

const open: readonly (readonly [string, string])[] = [
  ['a fence', '```\n'],
  ['a long fence', '````text\n'],
  ['a tilde fence', '~~~\n'],
  ['details', '<details><summary>x</summary>\n\n'],
  ['details in details', '<details>\n\n<details>\n\n'],
  ['a fence in details', '<details>\n\n```\n'],
];

export const bombsAndSizes = group('size and regex bombs', {
  owner: 'src/core/text/**, src/core/secrets/**',
  predicates: {
    /** Ten times the text costs some ten times the time; a square would cost a hundred times. Short times tell nothing. */
    isLinear: ({ reader, piece }: { reader: Reader; piece: string }) => {
      const text = piece.repeat(
        Math.ceil((process.env['HOSTILE'] === 'full' || piece === 'a' ? 10_000_000 : 500_000) / piece.length),
      );
      took(reader, text.slice(0, 100_000));
      const [small, large] = [took(reader, text.slice(0, text.length / 10)), took(reader, text)];
      expect(large).toBeLessThan(Math.max(2_000, small * 40));
    },
    /** A bomb costs at most a bounded multiple of plain prose with as many marks; twelve rounds of it, not its square. */
    endsSoon: (bomb: string) => {
      const prose = '- *a* [b](c) `d` <b>e</b> &amp; f\n'.repeat(N / 34);
      stripHidden(prose.slice(0, 5_000));
      const fair = took('makeSafe', prose);
      // Something to take out, so that it is parsed at all, more than once.
      expect(took('makeSafe', `[a](b "c")\n\n${bomb}`)).toBeLessThan(2_000 + fair * 10);
    },
  },
  vectors: [
    ...pairs(pieces, Object.keys(readers) as Reader[]).map(([[what, piece], reader]) => ({
      id: `megabytes of ${what} for ${reader}`,
      holds: 'isLinear' as const,
      input: { reader, piece },
    })),
    ...bombs.map(([id, input]) => ({ id, holds: 'endsSoon' as const, input })),
  ],
});

export const oversized = group('oversized and unclosed Markdown', {
  owner: 'src/core/text/outgoing-limit.ts',
  predicates: {
    /** At most the limit, told, and nothing left open: what is written after it is prose again. */
    isClosed: ({ start, filler }: { start: string; filler: string }) => {
      const cut = limit(start + filler.repeat(Math.ceil(80_000 / filler.length)));
      expect(cut.length).toBeLessThanOrEqual(60_000);
      expect(cut.isWellFormed()).toBe(true);
      const last = unified().use(remarkParse).use(remarkGfm).parse(`${cut}\nafter`).children.at(-1);
      expect(last?.type).toBe('paragraph');
      expect(cut).toContain('This text was cut');
    },
  },
  vectors: pairs(open, ['line of text\n', '| a | b |\n', '\u{1f642}']).map(([[what, start], filler]) => ({
    id: `${what} over ${JSON.stringify(filler)}`,
    holds: 'isClosed' as const,
    input: { start, filler },
  })),
});
