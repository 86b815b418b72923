import type { SecretForms } from './secret-forms.js';
import { runLength } from './secret-forms.js';

export type Range = readonly [start: number, end: number];

/** A text's letters and digits, and where each stood. */
interface Squeezed {
  readonly codes: Uint8Array;
  readonly places: Uint32Array;
  readonly length: number;
}

const isAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

const squeezed = (text: string): Squeezed => {
  const codes = new Uint8Array(text.length);
  const places = new Uint32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Full-width letters read like the plain ones.
    const code = unit >= 0xff01 && unit <= 0xff5e ? unit - 0xfee0 : unit;
    if (!isAlphanumeric(code)) continue;
    codes[length] = code;
    places[length] = at;
    length += 1;
  }
  return { codes, places, length };
};

const factor = 0x01000193;
const leaving = Array.from({ length: runLength }).reduce<number>((product) => Math.imul(product, factor), 1);

const hashOf = (codes: Uint8Array, at: number): number => {
  let hash = 0;
  for (let n = 0; n < runLength; n += 1) hash = (Math.imul(hash, factor) + (codes[at + n] ?? 0)) | 0;
  return hash;
};

/** Finds runs of known forms in a text: made once for a set of secrets. */
export type FindRuns = (text: string) => readonly Range[];

/**
 * Looks for every run of `runLength` letters and digits of the forms, whatever else stands between them in the text.
 * One pass with a rolling hash; each hit is compared letter by letter.
 */
export const findRuns = ({ runs }: SecretForms): FindRuns => {
  const known = new Set<number>();
  for (const form of runs) {
    const codes = new TextEncoder().encode(form);
    for (let at = 0; at + runLength <= form.length; at += 1) known.add(hashOf(codes, at));
  }
  const low = lowHalves(known);
  const isRun = (run: string): boolean => runs.some((form) => form.includes(run));
  return (text) =>
    known.size === 0 || text.length < runLength
      ? []
      : scan(squeezed(text), (hash) => low[hash & 0xffff] === 1 && known.has(hash), isRun);
};

/** Which low halves of a hash occur: most places of a text are told by it without a look into the set. */
const lowHalves = (known: ReadonlySet<number>): Uint8Array => {
  const seen = new Uint8Array(0x10000);
  for (const hash of known) seen[hash & 0xffff] = 1;
  return seen;
};

const scan = (
  { codes, places, length }: Squeezed,
  mayBe: (hash: number) => boolean,
  isRun: (run: string) => boolean,
): readonly Range[] => {
  const found: Range[] = [];
  let hash = length < runLength ? 0 : hashOf(codes, 0);
  for (let at = 0; at + runLength <= length; at += 1) {
    if (mayBe(hash) && isRun(String.fromCharCode(...codes.subarray(at, at + runLength))))
      found.push([places[at] ?? 0, (places[at + runLength - 1] ?? 0) + 1]);
    hash = (Math.imul(hash, factor) + (codes[at + runLength] ?? 0) - Math.imul(codes[at] ?? 0, leaving)) | 0;
  }
  return found;
};
