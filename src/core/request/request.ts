import { z } from 'zod';

/** Where a request came from. */
export const RequestSource = z.enum(['label', 'comment', 'schedule', 'dispatch', 'cli']);
export type RequestSource = z.infer<typeof RequestSource>;

/**
 * What was asked, from any trigger. The texts are the event's own copy, already made safe by `text/incoming.ts`.
 *
 * `number` is the issue's; absent for free text. `commentId` is the comment that asked, to react to.
 */
export const Request = z.strictObject({
  source: RequestSource,
  actor: z.string(),
  title: z.string(),
  body: z.string(),
  /** What of `body` was added to the issue's own text, and by whom. */
  added: z.strictObject({ by: z.string(), text: z.string() }).optional(),
  number: z.int().positive().optional(),
  commentId: z.int().positive().optional(),
  /** Its plan is to be made and shown; it is run when somebody approves it. */
  planOnly: z.literal(true).optional(),
});
export type Request = z.infer<typeof Request>;
