import { findSecrets } from '../secrets/find-secrets.js';
import { findRuns, type FindRuns, type Range } from './find-runs.js';
import { secretForms } from './secret-forms.js';

const mask = '***';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Replaces every secret by `***`: everything that looks like a key, and the given values in whatever form (as they
 * are, split by spaces, line breaks, quotes or invisible characters, reversed, base64 at any offset, base32,
 * hexadecimal, URL-encoded, JSON-escaped, as character references, line by line) and also where only a part of one
 * is left, down to twelve letters and digits in a row. To be applied before any cut. Linear in the text; made once
 * for a run's secrets, since their forms are costly.
 */
export const redactor = (secrets: readonly string[]): Redact => {
  const forms = secretForms(secrets);
  const runsIn = findRuns(forms);
  return (text) => {
    for (let now = text; ;) {
      const next = maskRanges(now, findAll(now, forms.exact, runsIn));
      if (next === now) return now;
      now = next;
    }
  };
};

/** `redactor` for one text. */
export const redact = (text: string, secrets: readonly string[]): string => redactor(secrets)(text);

const findAll = (text: string, forms: readonly string[], runsIn: FindRuns): readonly Range[] => [
  ...forms.flatMap((form) => occurrences(text, form)),
  ...runsIn(text),
  ...patternsIn(text),
];

// eslint-disable-next-line no-control-regex
const invisible = /[\p{Default_Ignorable_Code_Point}\0-\x08\x0b-\x1f\x7f-\x9f]/u;

/** Keys by their looks, also where invisible characters were put into them. */
const patternsIn = (text: string): readonly Range[] => {
  if (!invisible.test(text)) return findSecrets(text).map(({ start, end }): Range => [start, end]);
  const places: number[] = [];
  let seen = '';
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    const size = point > 0xffff ? 2 : 1;
    if (!invisible.test(text.slice(at, at + size))) {
      seen += text.slice(at, at + size);
      for (let n = 0; n < size; n += 1) places.push(at + n);
    }
    at += size - 1;
  }
  return findSecrets(seen).map(({ start, end }): Range => [places[start] ?? 0, (places[end - 1] ?? 0) + 1]);
};

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
