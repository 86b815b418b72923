import { z } from 'zod';

/** How one message to an agent ended (design section 5). Every value has its rule in `outcome-rules.ts`. */
export const Outcome = z.enum([
  'changed',
  'no-change',
  'out-of-scope',
  'validation-failed',
  'rate-limited',
  'quota-exhausted',
  'auth-failed',
  'context-overflow',
  'timed-out',
  'crashed',
  'answer-cut',
  'edits-unmatched',
  'provider-error',
  'cancelled',
]);
export type Outcome = z.infer<typeof Outcome>;
