import type { Clock } from '../../src/ports/clock.js';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Lets everything that waits only on promises come as far as it can. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that only moves when it is told to. `advance` moves it by hand; `drive` carries a promise to its end, going on
 * to the next wake-up whenever nothing else is left to happen, so that hours pass at once and always the same way.
 */
export class FakeClock implements Clock {
  /** What was asked of `sleep`, ms. */
  readonly sleeps: number[] = [];
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(now = Date.UTC(2026, 2, 2, 9)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => this.#wake(sleeper), { once: true });
    });
  }

  /** Moves time on and wakes, in order, everyone whose time has come. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (let next = this.#next(); next !== undefined && next.until <= target; next = this.#next()) {
      this.#now = Math.max(this.#now, next.until);
      this.#wake(next);
      await settle();
    }
    this.#now = target;
    await settle();
  }

  /** Time passes until `work` has settled. Rejects when it can never settle: nobody sleeps and nothing moves. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    for (;;) {
      await settle();
      if (over) return work;
      const next = this.#next();
      if (next === undefined) throw new Error('Nothing is left that could happen, and the work is not done');
      this.#now = Math.max(this.#now, next.until);
      this.#wake(next);
    }
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.until - b.until)[0];
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
    sleeper.wake();
  }
}
