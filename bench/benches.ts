import { attribution } from './attribution/attribution.js';
import { clones } from './clones/clones.js';
import { conflicts } from './conflicts/conflicts.js';
import { isolation } from './isolation/isolation.js';
import type { Bench } from './lib/bench.js';
import { memory } from './memory/memory.js';
import { orchestration } from './orchestration/orchestration.js';
import { rate } from './rate/rate.js';
import { schedule } from './schedule/schedule.js';
import { warm } from './warm/warm.js';

/** Every benchmark of `npm run bench`, in the order of the table. */
export const benches: readonly Bench[] = [
  schedule,
  orchestration,
  clones,
  rate,
  memory,
  isolation,
  conflicts,
  attribution,
  warm,
];
