import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.js';

/** A clock that runs `speed` times as fast as the machine's; what sleeps by it wakes that much sooner. */
export const scaledClock = (speed: number): Clock => {
  const startedAt = performance.now();
  return {
    now: () => (performance.now() - startedAt) * speed,
    sleep: (ms, signal) => wait(ms / speed, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  };
};
