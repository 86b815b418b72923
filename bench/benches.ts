import type { Bench } from './lib/bench.js';
import { isolation } from './isolation/isolation.js';
import { orchestration } from './orchestration/orchestration.js';
import { schedule } from './schedule/schedule.js';

/** Every benchmark of `npm run bench`, in the order of the table. */
export const benches: readonly Bench[] = [schedule, orchestration, isolation];
