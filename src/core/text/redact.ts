const mask = '***';

/**
 * No provider's key is that short. A shorter value is what people give to local servers that want none (`ollama`,
 * `not-needed`), and hiding it would hide model names and paths.
 */
const shortest = 12;

/**
 * Keys and tokens known by their looks. GitHub's new installation tokens are about 520 characters with `.`, `_`
 * and `-` (github.md).
 */
const patterns: readonly RegExp[] = [
  /gh[pousr]_[A-Za-z0-9._-]{20,}/g,
  /github_pat_[A-Za-z0-9_]{20,}/g,
  /sk-[A-Za-z0-9_-]{20,}/g,
  /AIza[A-Za-z0-9_-]{30,}/g,
  /xai-[A-Za-z0-9_-]{20,}/g,
  /gsk_[A-Za-z0-9]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/**
 * Replaces every secret in a text by `***`: the given values (as they are, base64 at any offset, URL-encoded,
 * JSON-escaped, and line by line) and everything that looks like a key. To be applied before any cut, since half a
 * secret is no longer recognised. Made once for many texts.
 */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = [...new Set(secrets.flatMap(formsOf))];
  return (text) => {
    for (let now = text; ;) {
      const next = maskRanges(now, findAll(now, forms));
      if (next === now) return now;
      now = next;
    }
  };
};

/** The same for one text. */
export const redact = (text: string, secrets: readonly string[]): string => redactor(secrets)(text);

type Range = readonly [start: number, end: number];

const formsOf = (secret: string): readonly string[] => {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const whole = [secret, secret.trim(), ...(lines.length > 1 ? lines.filter((line) => line.length >= 16) : [])];
  return [...new Set(whole)]
    .filter((value) => value.length >= shortest)
    .flatMap((value) => [value, ...encoded(value)])
    .filter((form) => form.length >= shortest && !mask.includes(form));
};

const encoded = (value: string): readonly string[] => {
  const safe = value.toWellFormed();
  return [JSON.stringify(value).slice(1, -1), encodeURIComponent(safe), ...base64Forms(safe)];
};

/**
 * What of a value's base64 does not depend on its neighbours, for each of the three offsets it can have in a longer
 * text, in both alphabets; so `Basic` credentials are found too.
 */
const base64Forms = (value: string): readonly string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = [...new Array<number>(offset).fill(0), ...new TextEncoder().encode(value)];
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    const plain = btoa(String.fromCharCode(...bytes)).slice(first, last);
    return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
  });

const findAll = (text: string, forms: readonly string[]): readonly Range[] => [
  ...forms.flatMap((form) => occurrences(text, form)),
  ...patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match): Range => [match.index, match.index + match[0].length]),
  ),
];

/** Overlapping ones too. */
const occurrences = (text: string, form: string): readonly Range[] => {
  const found: Range[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) found.push([at, at + form.length]);
  return found;
};

/** Ranges that touch or overlap become one mask, so that no part of one secret survives beside another. */
const maskRanges = (text: string, ranges: readonly Range[]): string => {
  let out = '';
  let done = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start > done || (start === 0 && done === 0)) out += text.slice(done, start) + mask;
    done = Math.max(done, end);
  }
  return out + text.slice(done);
};
