// fast-check for a run with planted defects: the same cases each time, fewer of them, no search for the smallest one.
import * as real from 'fast-check';

export * from 'fast-check';

const most = 50;

export const assert = (property, given = {}) =>
  real.assert(property, { ...given, seed: 1, numRuns: Math.min(given.numRuns ?? most, most), endOnFailure: true });

export default { ...real, assert };
