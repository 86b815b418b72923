import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.js';

/** Node wakes at once from a longer wait; whoever asks for one has been told nonsense, and 24 days are long enough. */
const longestMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    wait(Math.min(ms, longestMs), undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
