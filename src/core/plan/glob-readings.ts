import picomatch from 'picomatch';

/** Code units from the first to the second, both included. */
export type Range = readonly [number, number];

/** One place of a name: exactly one code unit out of some ranges, or (`*`) any number of any. */
export type Char = { readonly kind: 'many' } | { readonly kind: 'one'; readonly ranges: readonly Range[] };

/** One place of a path: exactly one name, or (`**`) any number of any names. */
export type Segment = { readonly kind: 'many' } | { readonly kind: 'one'; readonly chars: readonly Char[] };

/** A way to read a pattern without alternatives. `exact` is false where it stands for more than the pattern does. */
export interface Reading {
  readonly segments: readonly Segment[];
  readonly exact: boolean;
}

/** Whether picomatch sees a glob in it; anything else is a plain path. */
export const isGlob = (pattern: string): boolean => picomatch.scan(pattern).isGlob;

const anyNames: Segment = { kind: 'many' };
const anyText: Char = { kind: 'many' };
const anyChar: Char = { kind: 'one', ranges: [[0, 0xffff]] };
const literal = (unit: string): Char => ({ kind: 'one', ranges: [[unit.charCodeAt(0), unit.charCodeAt(0)]] });
const plainName = (name: string): Segment => ({ kind: 'one', chars: name.split('').map(literal) });

const maxReadings = 512;
const everything: Reading = { segments: [anyNames], exact: false };
/** Signs after which picomatch may mean anything: negations, alternatives outside braces, quotes, escapes, repeats. */
const reachesEverywhere = /^!|[|"\\]|[}\])][+?]/;

/** A path read as nothing but itself. */
const literalReading = (path: string): Reading => ({ segments: path.split('/').map(plainName), exact: true });

/**
 * Everything `pattern` can match, as readings whose union holds at least what
 * `pattern === path || picomatch.isMatch(path, pattern, { dot: true })` accepts. Understood are `*`, `**`, `?`,
 * `[...]` and `{a,b}`; where a pattern says more, a reading stands for more (`exact: false`), never for less.
 */
export const globReadings = (pattern: string): readonly Reading[] => {
  const itself = literalReading(pattern);
  if (!isGlob(pattern)) return [itself];
  const bare = pattern.replace(/^(\.\/)+/, '');
  if (reachesEverywhere.test(bare)) return [everything];
  const readings = expandBraces(bare)?.flatMap(readPath);
  if (readings === undefined || readings.length > maxReadings) return [everything];
  const exact =
    !pattern.includes('..') && pattern.split('/').every((name) => !/[{}]/.test(name) || plainBraces.test(name));
  return [itself, ...readings.map((each) => ({ ...each, exact: each.exact && exact }))];
};

/** Braces that picomatch reads as the bare choice they are. */
const plainBraces = /^[\w.-]*\{[\w.-]+(,[\w.-]+)+\}[\w.-]*$/;

/**
 * The alternatives of `{a,b}` (nested ones too). `{a}` is kept both ways, a range such as `{1..3}` becomes `*`.
 * Undefined when they are more than 512 or their braces do not pair.
 */
export const expandBraces = (pattern: string): readonly string[] | undefined => {
  const open = pattern.indexOf('{');
  if (open < 0) return pattern.includes('}') ? undefined : [pattern];
  const group = readGroup(pattern, open);
  if (group === undefined) return undefined;
  const rests = expandBraces(pattern.slice(group.end + 1));
  const middles = group.parts.map(expandBraces);
  if (rests === undefined || middles.includes(undefined)) return undefined;
  const alternatives = middles.flatMap((each) => each ?? []).map(rangeAsStar);
  if (alternatives.length * rests.length > maxReadings) return undefined;
  return alternatives.flatMap((middle) => rests.map((rest) => pattern.slice(0, open) + middle + rest));
};

const rangeAsStar = (text: string): string => (text.includes('..') ? '*' : text);

const readGroup = (pattern: string, open: number): { parts: readonly string[]; end: number } | undefined => {
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at += 1) {
    const unit = pattern[at];
    if (unit === '{') depth += 1;
    if (unit === '}') depth -= 1;
    if (depth === 0 || (depth === 1 && unit === ',')) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { parts, end: at };
  }
  return undefined;
};

/** Signs with a meaning of their own to picomatch that is not read here: from such a name on, anything. */
const odd = /[(){}]|\][+?]|\*\+|\?\+|[@+!?*]\(/;

/** A route group, as some frameworks name folders: to picomatch the name without its parentheses. */
const group = /^\(([\w-]+)\)$/;

const readPath = (path: string): readonly Reading[] => {
  const names = path.split('/');
  const firstOdd = names.findIndex(
    (name) => name === '' || (odd.test(name) && !group.test(name)) || readName(name) === undefined,
  );
  const known = (firstOdd < 0 ? names : names.slice(0, firstOdd)).map((name) => readName(name) ?? []);
  const tail: Reading = firstOdd < 0 ? { segments: [], exact: true } : everything;
  return known.reduceRight<readonly Reading[]>(
    (tails, heads) =>
      heads.length * tails.length > maxReadings
        ? [everything]
        : heads.flatMap((head) => tails.map((rest) => join(head, rest))),
    [tail],
  );
};

const join = (head: { segment: Segment; exact: boolean }, rest: Reading): Reading => ({
  segments: [head.segment, ...rest.segments],
  exact: head.exact && rest.exact,
});

/** The ways to read one name; undefined when a class in it is not understood. A class may also mean its own text. */
const readName = (name: string): readonly { segment: Segment; exact: boolean }[] | undefined => {
  const grouped = group.exec(name)?.[1];
  if (grouped !== undefined) return [grouped, name].map((each) => ({ segment: plainName(each), exact: false }));
  if (name === '**') return [{ segment: anyNames, exact: true }];
  if (name.includes('**')) return [{ segment: anyNames, exact: false }];
  const parts = name.split(/(\[[^\]]*\])/);
  const chars = parts.map((part, index) => (index % 2 === 1 ? readClass(part) : readText(part)));
  if (chars.includes(undefined)) return undefined;
  const read = { segment: { kind: 'one', chars: chars.flatMap((each) => each ?? []) } as const, exact: true };
  if (parts.length === 1) return [read];
  if (parts.length > 3) return undefined;
  const asText = parts.map((part, index) => (index % 2 === 1 ? part.split('').map(literal) : (readText(part) ?? [])));
  return [read, { segment: { kind: 'one', chars: asText.flat() }, exact: true }];
};

const readText = (text: string): readonly Char[] | undefined =>
  /[[\]]/.test(text)
    ? undefined
    : text.split('').map((unit) => (unit === '*' ? anyText : unit === '?' ? anyChar : literal(unit)));

/** `[abc]` and `[a-z]`; anything else in brackets, such as a negation, is not understood. */
const readClass = (text: string): readonly Char[] | undefined => {
  const inside = text.slice(1, -1);
  if (inside === '' || /[[\]:\\^!,/*?]/.test(inside)) return undefined;
  const ranges = [...inside.matchAll(/(.)-(.)|(.)/gs)].map(([whole, from, to]): Range =>
    from === undefined || to === undefined
      ? [whole.charCodeAt(0), whole.charCodeAt(0)]
      : [from.charCodeAt(0), to.charCodeAt(0)],
  );
  return ranges.some(([from, to]) => from > to) ? undefined : [{ kind: 'one', ranges }];
};
