import { z } from 'zod';

/** What model requests used. `costUsd` is null when the model's price is unknown: then nobody claims a sum. */
export const Usage = z.strictObject({
  requests: z.int().nonnegative(),
  tokensSent: z.int().nonnegative(),
  tokensReceived: z.int().nonnegative(),
  costUsd: z.number().nonnegative().nullable(),
});
export type Usage = z.infer<typeof Usage>;

export const noUsage: Usage = { requests: 0, tokensSent: 0, tokensReceived: 0, costUsd: 0 };

export const addUsage = (a: Usage, b: Usage): Usage => ({
  requests: a.requests + b.requests,
  tokensSent: a.tokensSent + b.tokensSent,
  tokensReceived: a.tokensReceived + b.tokensReceived,
  costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
});
