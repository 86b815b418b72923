/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, replacements and swaps of
 * neighbours that turn `a` into `b`. Counts UTF-16 units; quadratic, so for short words.
 */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
};

/** Exactly one slip of the finger apart. */
export const isOneEditAway = (a: string, b: string): boolean =>
  Math.abs(a.length - b.length) <= 1 && editDistance(a, b) === 1;

/** The candidate nearest to a mistyped word, undefined when none is near enough (a third of its length, at most 3). */
export const suggest = (word: string, candidates: readonly string[]): string | undefined => {
  const far = Math.min(3, Math.ceil(word.length / 3));
  const ranked = candidates.map((each) => ({ each, distance: editDistance(word.slice(0, 100), each) }));
  return ranked.filter(({ distance }) => distance <= far).sort((a, b) => a.distance - b.distance)[0]?.each;
};
