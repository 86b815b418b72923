/** Chance that comes out the same for the same seed: mulberry32, by Tommy Ettinger (public domain). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** True so often. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** From 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of them, the more often the higher its weight. */
  pick<T>(...weighted: readonly (readonly [number, T])[]): T {
    const total = weighted.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.next() * total;
    for (const [weight, value] of weighted) {
      left -= weight;
      if (left < 0) return value;
    }
    const [last] = weighted.slice(-1);
    if (last === undefined) throw new Error('There is nothing to pick from');
    return last[1];
  }
}
