import { secretPatterns, type SecretPattern } from './patterns.js';

/** Where in a text something looks like a key, in UTF-16 units. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly pattern: SecretPattern;
}

/** Everything in `text` that looks like a key or token. Time is linear in the text. */
export const findSecrets = (text: string): readonly FoundSecret[] => {
  const small = text.toLowerCase();
  return secretPatterns
    .filter(({ hints }) => hints.some((hint) => small.includes(hint)))
    .flatMap((pattern) =>
      [...text.matchAll(pattern.pattern)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        pattern,
      })),
    );
};

/** Made up on the face of it: says so, or is one letter over and over. */
const isSample = (value: string): boolean =>
  /example|placeholder|dummy|fake|changeme|your[-_]|xxxx|\*\*\*|\.\.\./i.test(value) ||
  new Set(value.slice(-16)).size < 5;

/** The kinds of keys in code that is to be committed, samples aside, each once. */
export const secretsInCode = (code: string): readonly string[] => [
  ...new Set(
    findSecrets(code)
      .filter(({ pattern, start, end }) => pattern.commonInCode !== true && !isSample(code.slice(start, end)))
      .map(({ pattern }) => pattern.name),
  ),
];
