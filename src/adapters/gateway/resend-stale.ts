import type { Stage } from './exchange.js';

/**
 * A kept connection that the provider closed just now: almost always nothing of the request was read, so it is sent
 * once more. Nobody knows, so this stands around the budget: the first try counts as if it had been answered.
 */
export const resendStale: Stage = async ({ signal }, next) => {
  const ending = await next();
  return ending.kind === 'unreached' && ending.stale && !signal.aborted ? next() : ending;
};
