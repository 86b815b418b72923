import { redact, redactor } from '../../../src/core/text/redact.js';
import { limit } from '../../../src/core/text/outgoing-limit.js';
import { group, pairs } from '../group.js';

/** Made up. Built from parts, so that no scanner takes this file for a leak. */
const keys: readonly (readonly [string, string])[] = [
  ['model key', `sk-${'proj'}-Zq9vT3mB7xLc2Rk8Wd5Yh1NsGf6JpQ4u`],
  ['own token', 'Jx7Kq2Vw9Rt4Yz8Lm3Np6Bc1Df5Gh0Sa'],
  ['token with signs', 'pW+9/x=Lq~7%Z"r\\2k$Vt8!mN4&bC3@dF6'],
  ['installation token', `ghs_4711_${'eyJhbGciOiJSUzI1NiJ9Qq8Zx'.repeat(8)}.sig-Na7_Tb2`],
];

const chars = (text: string): readonly string[] => [...text];
const hex = (text: string): readonly string[] =>
  [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const middle = (text: string, size: number): string => text.slice(5, 5 + size);

const base32 = (text: string): string => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
    .join('');
};

/** How an agent might print a key so that a plain search misses it. */
const encodings: readonly (readonly [string, (key: string) => string])[] = [
  ['as it is', (key) => key],
  ['base64', b64],
  ['base64 at offset 1', (key) => b64(`x${key}`)],
  ['base64 at offset 2', (key) => b64(`xy${key}`)],
  ['base64 of a header', (key) => b64(`x-access-token:${key}`)],
  ['base64 for addresses', (key) => Buffer.from(key).toString('base64url')],
  ['base64 in lines', (key) => (b64(key).match(/.{1,10}/g) ?? []).join('\n')],
  ['base64 reversed', (key) => b64(chars(key).toReversed().join(''))],
  ['base32', base32],
  ['hexadecimal', (key) => hex(key).join('')],
  ['hexadecimal in capitals', (key) => hex(key).join('').toUpperCase()],
  ['hexadecimal with colons', (key) => hex(key).join(':')],
  [
    'hexadecimal escapes',
    (key) =>
      hex(key)
        .map((each) => `\\x${each}`)
        .join(''),
  ],
  [
    'unicode escapes',
    (key) =>
      hex(key)
        .map((each) => `\\u00${each}`)
        .join(''),
  ],
  [
    'every sign per cent',
    (key) =>
      hex(key)
        .map((each) => `%${each}`)
        .join(''),
  ],
  ['URL-encoded', encodeURIComponent],
  ['JSON-escaped', (key) => JSON.stringify({ key })],
  ['decimal references', (key) => [...Buffer.from(key)].map((byte) => `&#${byte};`).join('')],
  [
    'hexadecimal references',
    (key) =>
      hex(key)
        .map((each) => `&#x${each};`)
        .join(''),
  ],
  ['byte list', (key) => JSON.stringify([...Buffer.from(key)])],
  ['reversed', (key) => chars(key).toReversed().join('')],
  ['spaced', (key) => chars(key).join(' ')],
  ['dashed', (key) => chars(key).join('-')],
  ['one letter a line', (key) => chars(key).join('\n')],
  ['with zero-width spaces', (key) => chars(key).join('\u200b')],
  ['with soft hyphens', (key) => chars(key).join('\u00ad')],
  [
    'full width',
    (key) =>
      chars(key)
        .map((each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0))
        .join(''),
  ],
  ['in two lines', (key) => `${key.slice(0, 15)}\n${key.slice(15)}`],
  ['in two strings of code', (key) => `"${key.slice(0, 15)}" + "${key.slice(15)}"`],
  ['in bold pieces', (key) => `**${key.slice(0, 15)}**${key.slice(15)}`],
  ['cut at the start', (key) => key.slice(8)],
  ['cut at the end', (key) => key.slice(0, -8)],
  ['a part of 22', (key) => middle(key, 22)],
];

const positions: readonly (readonly [string, (text: string) => string])[] = [
  ['alone', (text) => text],
  ['in prose', (text) => `The output was ${text}, see above.`],
];

const letters = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0))
    .replace(/[^A-Za-z0-9]/g, '');

/** The longest run of letters and digits of `secret` that `text` still holds. */
const longestLeft = (text: string, secret: string): number => {
  const [hay, needle] = [letters(text), letters(secret)];
  let longest = 0;
  for (let at = 0; at + longest < needle.length; at += 1)
    while (at + longest < needle.length && hay.includes(needle.slice(at, at + longest + 1))) longest += 1;
  return longest;
};

interface Leak {
  readonly key: string;
  readonly written: string;
  readonly text: string;
}

export const secrets = group('secrets in every encoding', {
  owner: 'src/core/text/redact.ts',
  predicates: {
    /** Less than twelve letters in a row of what was written are left, and doing it again changes nothing. */
    masksIt: ({ key, written, text }: Leak) => {
      const safe = redact(text, ['other-secret-value-1', key]);
      expect(safe).toContain('***');
      expect(longestLeft(safe, written)).toBeLessThan(12);
      expect(redact(safe, ['other-secret-value-1', key])).toBe(safe);
    },
    /** Redacted first, a cut cannot leave half a key. */
    masksBeforeACut: ({ key, at }: { key: string; at: number }) => {
      const text = `${'x '.repeat(at / 2)}${key} tail ${'y '.repeat(2000)}`;
      expect(longestLeft(limit(redact(text, [key]), 1_000), key)).toBeLessThan(12);
    },
    looksLikeAKey: (text: string) => expect(redact(`a ${text} b`, [])).not.toContain(text),
    isLeftAlone: ({ text, key }: { text: string; key: string }) => expect(redactor([key])(text)).toBe(text),
  },
  vectors: [
    ...pairs(pairs(keys, encodings), positions).map(([[[name, key], [encoding, encode]], [position, place]]) => ({
      id: `${name}, ${encoding}, ${position}`,
      holds: 'masksIt' as const,
      input: { key, written: encoding === 'base64 of a header' ? b64(key) : encode(key), text: place(encode(key)) },
    })),
    ...pairs(keys, [960, 980, 990, 1000]).map(([[name, key], at]) => ({
      id: `${name} at a cut near ${at}`,
      holds: 'masksBeforeACut' as const,
      input: { key, at },
    })),
    ...[
      `ghp_${'a1B2'.repeat(9)}`,
      `ghp_${'a1B2'.repeat(3)}\u200b${'a1B2'.repeat(6)}`,
      `github_pat_${'a1B2_'.repeat(12)}`,
      `sk-ant-api03-${'a1B-'.repeat(20)}`,
      `AIza${'Sy0-_a1'.repeat(5)}`,
      `xai-${'a1B2'.repeat(10)}`,
      `gsk_${'a1B2'.repeat(13)}`,
      `AKIA${'ABCD'.repeat(4)}`,
      `glpat-${'a1B2'.repeat(5)}`,
      `xoxb-${'1234567890-'.repeat(2)}abcDEF`,
      `npm_${'a1B2'.repeat(9)}`,
      `SG.${'a1B2'.repeat(5)}.${'a1B2'.repeat(10)}`,
      `rk_live_${'a1B2'.repeat(6)}`,
      `hvs.${'a1B2'.repeat(24)}`,
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNz'.repeat(20)}`,
      `https://user:${'a1B2'.repeat(5)}@db.example.com`,
      `Authorization: Bearer ${'a1B2'.repeat(10)}`,
    ].map((text, n) => ({ id: `looks: ${n + 1} ${text.slice(0, 12)}`, holds: 'looksLikeAKey' as const, input: text })),
    ...[
      'src/core/run.ts',
      'a risk-free sketch of the task',
      '0123456789abcdef0123456789abcdef01234567',
      'Jx7Kq2',
      'https://a.test/path?q=1',
    ].map((text) => ({
      id: `control: ${text.slice(0, 20)}`,
      holds: 'isLeftAlone' as const,
      input: { text, key: keys[1]?.[1] ?? '' },
    })),
  ],
});
