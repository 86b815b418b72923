import fc from 'fast-check';
import { claimFor, usedBy } from '../../../src/core/budget/request-claim.js';
import type { Price } from '../../../src/core/prices.js';

const rate = fc.double({ min: 0, max: 1e-4, noNaN: true });
const rates = {
  inputPerToken: rate,
  outputPerToken: rate,
  cachedInputPerToken: rate,
  cacheWritePerToken: rate,
};
const anyPrice = fc.record({
  ...rates,
  tiers: fc.array(fc.record({ ...rates, above: fc.nat(200_000) }), { maxLength: 2 }),
});

describe('the claim of a request', () => {
  it('is never below what the request costs within its bounds, whatever the price', () => {
    const bounds = fc.record({ input: fc.nat(300_000), output: fc.nat(30_000) });
    const parts = fc.tuple(...[0, 1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true })));
    fc.assert(
      fc.property(anyPrice, bounds, parts, (drawn, { input, output }, [a = 0, b = 0, c = 0, d = 0]) => {
        const price: Price = { ...drawn, tiers: drawn.tiers.toSorted((x, y) => x.above - y.above) };
        const total = Math.floor(input * a);
        const cachedInput = Math.floor(total * b);
        const cacheWrite = Math.floor((total - cachedInput) * c);
        const tokens = { input: total, cachedInput, cacheWrite, output: Math.floor(output * d) };
        expect(usedBy(price, tokens)).toBeLessThanOrEqual(claimFor(price, { input, output }).amount + 1e-9);
      }),
    );
  });

  const rates = { inputPerToken: 1, outputPerToken: 10 };

  it('is the whole input and output at the rates of the model', () => {
    expect(claimFor({ ...rates, tiers: [] }, { input: 6, output: 2 })).toEqual({ unit: 'usd', amount: 26 });
  });

  it('is by the dearest rate for input: written into a cache or taken from it', () => {
    expect(claimFor({ ...rates, cacheWritePerToken: 2, tiers: [] }, { input: 6, output: 0 }).amount).toBe(12);
    expect(claimFor({ ...rates, cachedInputPerToken: 3, tiers: [] }, { input: 6, output: 0 }).amount).toBe(18);
    expect(claimFor({ ...rates, cachedInputPerToken: 0.1, tiers: [] }, { input: 6, output: 0 }).amount).toBe(6);
  });

  it('counts a tier in once the input may pass it, and not before', () => {
    const price = { ...rates, tiers: [{ above: 5, inputPerToken: 2, outputPerToken: 20 }] };
    expect(claimFor(price, { input: 6, output: 1 }).amount).toBe(32);
    expect(claimFor(price, { input: 5, output: 1 }).amount).toBe(15);
    const cheaper = { ...rates, tiers: [{ above: 5, inputPerToken: 0.5, outputPerToken: 5 }] };
    expect(claimFor(cheaper, { input: 6, output: 1 }).amount).toBe(16);
  });

  it('is in tokens where the price is unknown', () => {
    expect(claimFor(undefined, { input: 10, output: 5 })).toEqual({ unit: 'tokens', amount: 15 });
    expect(usedBy(undefined, { input: 3, cachedInput: 1, cacheWrite: 0, output: 2 })).toBe(5);
  });
});
