import { randomInt } from 'node:crypto';

/** Numbers of users nobody on this machine has, side by side. No account is made of them. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

const count = 32;

/**
 * Ids systemd's table of users leaves to nobody (systemd.io/UIDS-GIDS): a large range, and a small one for a container
 * whose own table of users does not go so far.
 */
const unused = [
  { first: 0x7000_0000, last: 0x7fff_ffff },
  { first: 60_706, last: 61_183 },
] as const;

/** Is every id of a range there for us, by the kernel's `uid_map`? Lines: inside, outside, how many. */
const isMapped = ({ first, last }: (typeof unused)[number], map: string): boolean =>
  map
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([inside = 0, , many = 0]) => inside <= first && last < inside + many);

/** A range by chance, so that two runs at once seldom want the same. Undefined where this machine has none. */
export const pickRange = (uidMap: string, pick: (below: number) => number = randomInt): IdRange | undefined => {
  const found = unused.find((each) => isMapped(each, uidMap));
  if (found === undefined) return undefined;
  const ranges = Math.floor((found.last - found.first + 1) / count);
  return { first: found.first + pick(ranges) * count, count };
};

export const idsOf = ({ first, count: many }: IdRange): readonly number[] =>
  Array.from({ length: many }, (_, n) => first + n);

/** Gives an id to one launch at a time; one that comes back is given again after all others. */
export interface UserIds {
  /** Waits while all are given. */
  take(): Promise<number>;
  give(id: number): void;
}

export const openUserIds = (range: IdRange): UserIds => {
  const free = [...idsOf(range)];
  const waiting: ((id: number) => void)[] = [];
  return {
    take: () => {
      const id = free.shift();
      return id === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(id);
    },
    give: (id) => {
      const next = waiting.shift();
      if (next === undefined) free.push(id);
      else next(id);
    },
  };
};
