import type { Token } from '../world/model.js';
import type { World } from '../world/world.js';

/** Requests an hour: 60 without a token, 1,000 for a job's GITHUB_TOKEN, 5,000 for Apps and people. Counted, not enforced. */
const limitOf = (token: Token | undefined): number => {
  if (token === undefined) return 60;
  return token.kind === 'actions' ? 1000 : 5000;
};

const used = new WeakMap<World, Map<string, number>>();

const countOf = (world: World, token: Token | undefined, add: number): number => {
  const counts = used.get(world) ?? new Map<string, number>();
  used.set(world, counts);
  const count = (counts.get(token?.value ?? '') ?? 0) + add;
  counts.set(token?.value ?? '', count);
  return count;
};

const stateOf = (world: World, token: Token | undefined, add: number) => {
  const limit = limitOf(token);
  const count = Math.min(limit, countOf(world, token, add));
  const reset = (Math.floor(world.clock() / 3_600_000) + 1) * 3600;
  return { limit, used: count, remaining: limit - count, reset };
};

/** Counts one request and says so in GitHub's headers. */
export const rateHeaders = (world: World, token: Token | undefined): Readonly<Record<string, string>> => {
  const state = stateOf(world, token, 1);
  return {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-used': String(state.used),
    'x-ratelimit-reset': String(state.reset),
    'x-ratelimit-resource': 'core',
  };
};

export const rateLimitBody = (world: World, token: Token | undefined) => {
  const core = stateOf(world, token, 0);
  return { resources: { core, search: core, graphql: core }, rate: core };
};
