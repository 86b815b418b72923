import type { Leftovers } from '../../src/ports/leftovers.js';

/** A repository in which no run left anything. */
export const noLeftovers: Leftovers = { list: () => Promise.resolve([]), remove: () => Promise.resolve() };
