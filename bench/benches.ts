import type { Bench } from './lib/bench.js';

/** Every benchmark of `npm run bench`, in the order of the table. */
export const benches: readonly Bench[] = [];
