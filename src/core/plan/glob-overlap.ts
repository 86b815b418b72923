import { foldersOf } from './folders-of.js';
import { globReadings, isGlob, type Char, type Range, type Reading, type Segment } from './glob-readings.js';

type Place = { readonly kind: 'many' } | { readonly kind: 'one' };

/**
 * Whether some path can be matched by both patterns (paths or globs). Says true when unsure, never wrongly false:
 * letters are compared without case, for file systems that do so, and one plain path below another overlaps it, since
 * a file cannot be where a folder has to be.
 */
export const patternsOverlap = (a: string, b: string): boolean => overlap(knowledgeOf(a), knowledgeOf(b));

const overlap = (left: Knowledge, right: Knowledge): boolean => {
  if (!left.start.startsWith(right.start) && !right.start.startsWith(left.start)) return false;
  if (!left.isGlob && !right.isGlob) return isWithin(left.start, right.start) || isWithin(right.start, left.start);
  return left.readings().some((reading) => right.readings().some((other) => readingsMeet(reading, other)));
};

/** Both in small letters. */
const isWithin = (path: string, folder: string): boolean => `${path}/`.startsWith(`${folder}/`);

/** Whether any pattern of one list overlaps any of the other. */
export const anyOverlap = (a: readonly string[], b: readonly string[]): boolean => {
  const [left, right] = [sortedOut(a), sortedOut(b)];
  const before = left.met.get(right);
  if (before !== undefined) return before;
  const answer = pathsMeet(left, right) || globsMeet(left, right);
  left.met.set(right, answer);
  return answer;
};

/** A list with its plain paths apart: those of two lists are compared in one pass, not pair by pair. */
interface SortedOut {
  readonly globs: readonly Knowledge[];
  readonly paths: readonly Knowledge[];
  /** The plain paths in small letters, and every folder above one of them. */
  readonly names: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  /** What was asked before. */
  readonly met: WeakMap<SortedOut, boolean>;
}

/** Lists are not changed once made, and those of tasks are compared with each other after every event of a run. */
const lists = new WeakMap<readonly string[], SortedOut>();

const sortedOut = (patterns: readonly string[]): SortedOut => {
  const before = lists.get(patterns);
  if (before !== undefined) return before;
  const [globs, paths] = [patterns.filter(isGlob), patterns.filter((pattern) => !isGlob(pattern))];
  const names = new Set(paths.map((path) => path.toLowerCase()));
  const made: SortedOut = {
    globs: globs.map(knowledgeOf),
    paths: paths.map(knowledgeOf),
    names,
    folders: new Set([...names].flatMap(foldersOf)),
    met: new WeakMap(),
  };
  lists.set(patterns, made);
  return made;
};

/** The same path on both sides, or one that is a folder of the other side's. */
const pathsMeet = (a: SortedOut, b: SortedOut): boolean =>
  [...a.names].some((name) => b.names.has(name) || b.folders.has(name)) ||
  [...b.names].some((name) => a.folders.has(name));

const globsMeet = (a: SortedOut, b: SortedOut): boolean =>
  a.globs.some((glob) => [b.globs, b.paths].some((others) => others.some((other) => overlap(glob, other)))) ||
  b.globs.some((glob) => a.paths.some((path) => overlap(glob, path)));

/** Whether everything `inner` can match is surely matched by one of `outer`. Says false when unsure. */
export const isInside = (inner: string, outer: readonly string[]): boolean => {
  const allowed = outer.flatMap((each) => knowledgeOf(each).readings()).filter((reading) => reading.exact);
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

interface Knowledge {
  readonly isGlob: boolean;
  /** Made when they are first asked for: most pairs are told apart by their start. */
  readings(): readonly Reading[];
  /** In small letters, what everything it matches begins with. */
  readonly start: string;
}

/** What is known of a pattern does not change, and the same few are compared over and over. */
const known = new Map<string, Knowledge>();
const mostKnown = 1_000;

const knowledgeOf = (pattern: string): Knowledge => {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  let readings: readonly Reading[] | undefined;
  const knowledge: Knowledge = {
    isGlob: isGlob(pattern),
    start: startOf(pattern),
    readings: () => (readings ??= globReadings(pattern)),
  };
  if (known.size < mostKnown) known.set(pattern, knowledge);
  return knowledge;
};

const startOf = (pattern: string): string =>
  isGlob(pattern) ? commonStart(pattern.replace(/^(\.\/)+/, '')).toLowerCase() : pattern.toLowerCase();

/** The names before the first one that is not plain, without the slash, since `a/**` matches `a` too. */
const commonStart = (pattern: string): string =>
  /["|\\]/.test(pattern) ? '' : (/^((?:[\w.-]+\/)*[\w.-]+)\//.exec(pattern)?.[1] ?? '');

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

/** Both sequences from their beginnings, each pair of places judged at most once and only where they can be met. */
const walk = <T>(a: readonly T[], b: readonly T[], step: Step<T>): boolean => {
  const judged = new Map<number, boolean>();
  const width = b.length + 1;
  const from = (i: number, j: number): boolean => {
    if (i === a.length && j === b.length) return true;
    const before = judged.get(i * width + j);
    if (before !== undefined) return before;
    const answer = step(a[i], b[j], (di, dj) => from(i + di, j + dj));
    judged.set(i * width + j, answer);
    return answer;
  };
  return from(0, 0);
};
