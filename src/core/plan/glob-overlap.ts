import { globReadings, isGlob, type Char, type Range, type Reading, type Segment } from './glob-readings.js';

type Place = { readonly kind: 'many' } | { readonly kind: 'one' };

/**
 * Whether some path can be matched by both patterns (paths or globs). Says true when unsure, never wrongly false:
 * letters are compared without case, for file systems that do so, and one plain path below another overlaps it, since
 * a file cannot be where a folder has to be.
 */
export const patternsOverlap = (a: string, b: string): boolean => {
  if (!isGlob(a) && !isGlob(b)) return isWithin(a, b) || isWithin(b, a);
  return readingsOf(a).some((left) => readingsOf(b).some((right) => readingsMeet(left, right)));
};

const isWithin = (path: string, folder: string): boolean =>
  `${path.toLowerCase()}/`.startsWith(`${folder.toLowerCase()}/`);

/** Whether any pattern of one list overlaps any of the other. */
export const anyOverlap = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((left) => b.some((right) => patternsOverlap(left, right)));

/** Whether everything `inner` can match is surely matched by one of `outer`. Says false when unsure. */
export const isInside = (inner: string, outer: readonly string[]): boolean => {
  const allowed = outer.flatMap(readingsOf).filter((reading) => reading.exact);
  return (
    outer.includes(inner) ||
    globReadings(inner).every((reading) =>
      allowed.some((other) => covers(reading.segments, belowOnly(other.segments), segmentCovers)),
    )
  );
};

/** A `**` at the end with at least one name: picomatch does not always take it for none. */
const belowOnly = (segments: readonly Segment[]): readonly Segment[] =>
  segments.at(-1)?.kind === 'many' ? [...segments.slice(0, -1), anyName, anyNames] : segments;

const anyNames: Segment = { kind: 'many' };
const anyName: Segment = { kind: 'one', chars: [{ kind: 'many' }] };

/** Readings do not change, and the same few patterns are compared over and over. */
const known = new Map<string, readonly Reading[]>();
const mostKnown = 1_000;

const readingsOf = (pattern: string): readonly Reading[] => {
  const readings = known.get(pattern) ?? globReadings(pattern);
  if (known.size < mostKnown) known.set(pattern, readings);
  return readings;
};

const readingsMeet = (a: Reading, b: Reading): boolean => meet(a.segments, b.segments, segmentsMeet);

const segmentsMeet = (a: Segment, b: Segment): boolean =>
  a.kind === 'many' || b.kind === 'many' || meet(a.chars, b.chars, charsMeet);

const charsMeet = (a: Char, b: Char): boolean =>
  a.kind === 'many' || b.kind === 'many' || rangesMeet(bothCases(a.ranges), b.ranges);

const rangesMeet = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.some(([from, to]) => b.some(([otherFrom, otherTo]) => from <= otherTo && otherFrom <= to));

const bothCases = (ranges: readonly Range[]): readonly Range[] =>
  ranges.flatMap((range) => [range, ...moved(range, 65, 90, 32), ...moved(range, 97, 122, -32)]);

const moved = ([from, to]: Range, first: number, last: number, by: number): readonly Range[] =>
  from <= last && first <= to ? [[Math.max(from, first) + by, Math.min(to, last) + by]] : [];

const segmentCovers = (inner: Segment, outer: Segment): boolean =>
  outer.kind === 'many' || (inner.kind === 'one' && covers(inner.chars, outer.chars, charCovers));

const charCovers = (inner: Char, outer: Char): boolean =>
  outer.kind === 'many' ||
  (inner.kind === 'one' &&
    inner.ranges.every(([from, to]) =>
      outer.ranges.some(([otherFrom, otherTo]) => otherFrom <= from && to <= otherTo),
    ));

/** Whether two sequences, in which a `many` place stands for any number of places, can be the same. */
const meet = <T extends Place>(a: readonly T[], b: readonly T[], fits: (a: T, b: T) => boolean): boolean =>
  walk(a, b, (left, right, next) => {
    if (left?.kind === 'many') return next(1, 0) || (right !== undefined && next(0, 1));
    if (right?.kind === 'many') return next(0, 1) || (left !== undefined && next(1, 0));
    return left !== undefined && right !== undefined && fits(left, right) && next(1, 1);
  });

/** Whether every sequence `inner` stands for is one that `outer` stands for too. */
const covers = <T extends Place>(inner: readonly T[], outer: readonly T[], fits: (a: T, b: T) => boolean): boolean =>
  walk(inner, outer, (left, right, next) => {
    if (right?.kind === 'many') return next(0, 1) || (left !== undefined && next(1, 0));
    return left?.kind === 'one' && right !== undefined && fits(left, right) && next(1, 1);
  });

type Step<T> = (left: T | undefined, right: T | undefined, next: (a: number, b: number) => boolean) => boolean;

/** Both sequences from their ends, each pair of places judged once: places of `a` x places of `b` steps. */
const walk = <T>(a: readonly T[], b: readonly T[], step: Step<T>): boolean => {
  const width = b.length + 1;
  const known = new Array<boolean>((a.length + 1) * width).fill(false);
  for (let i = a.length; i >= 0; i -= 1) {
    for (let j = b.length; j >= 0; j -= 1) {
      const next = (di: number, dj: number): boolean => known[(i + di) * width + j + dj] ?? false;
      known[i * width + j] = (i === a.length && j === b.length) || step(a[i], b[j], next);
    }
  }
  return known[0] ?? false;
};
