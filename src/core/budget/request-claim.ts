import { costOf, type Price, type Rates, type Tokens } from '../prices.js';
import type { Claim } from './budget.js';

/** Bounds of one request, tokens. */
export interface Bounds {
  readonly input: number;
  readonly output: number;
}

/**
 * The most a request can cost: by the dearest rates it may meet (a longer input may reach a tier; all of it may be
 * written into the provider's cache). In tokens where the price is unknown.
 */
export const claimFor = (price: Price | undefined, { input, output }: Bounds): Claim => {
  if (price === undefined) return { unit: 'tokens', amount: input + output };
  const rates = [price, ...price.tiers.filter((tier) => input > tier.above)];
  const dearest = (rate: (rates: Rates) => number): number => Math.max(...rates.map(rate));
  const inputRate = dearest((each) =>
    Math.max(each.inputPerToken, each.cacheWritePerToken ?? 0, each.cachedInputPerToken ?? 0),
  );
  return { unit: 'usd', amount: input * inputRate + output * dearest((each) => each.outputPerToken) };
};

/** What a request did use, in the unit it was claimed in. */
export const usedBy = (price: Price | undefined, tokens: Tokens): number =>
  price === undefined ? tokens.input + tokens.output : costOf(price, tokens);
