import { addUsage, noUsage, type Usage } from '../../src/core/usage.js';

describe('addUsage', () => {
  const some: Usage = { requests: 1, tokensSent: 10, tokensReceived: 5, costUsd: 0.25 };

  it('adds every figure', () => {
    expect(addUsage(some, some)).toEqual({ requests: 2, tokensSent: 20, tokensReceived: 10, costUsd: 0.5 });
    expect(addUsage(noUsage, some)).toEqual(some);
  });

  it('claims no sum of money once one part is unknown', () => {
    expect(addUsage(some, { ...some, costUsd: null }).costUsd).toBeNull();
  });
});
