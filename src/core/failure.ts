import { z } from 'zod';

/**
 * An expected bad end, told to a person.
 *
 * `who` must act: `user` (a setting or a permission), `world` (network, limits, a provider), `us` (a bug).
 * `action` is the exact command, setting or step that mends it.
 */
export const Failure = z.strictObject({
  reason: z.string().regex(/^[a-z][a-z0-9-]*$/),
  who: z.enum(['user', 'world', 'us']),
  message: z.string(),
  action: z.string(),
  /** What there is to look at, several lines: output, diffs, what was tried. */
  evidence: z.string().optional(),
});
export type Failure = z.infer<typeof Failure>;
