import { z } from 'zod';

/** Who caused an event. `type` is GitHub's: `User`, `Bot`, `Organization`, `Mannequin`. */
export const Sender = z.object({ login: z.string().min(1), type: z.string() });
export type Sender = z.infer<typeof Sender>;

/** The event's own copy of the issue: what is run is what was there when the event happened, not a later edit. */
export const IssueCopy = z
  .object({
    number: z.int().positive(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.enum(['open', 'closed']),
    locked: z.boolean().default(false),
    pull_request: z.unknown().optional(),
  })
  .transform(({ pull_request, body, ...issue }) => ({
    ...issue,
    body: body ?? '',
    isPullRequest: pull_request !== undefined && pull_request !== null,
  }));
export type IssueCopy = z.infer<typeof IssueCopy>;

/** `issues`, action `labeled`: one event a label; the sender is who put it on. */
export const IssuesLabeled = z.object({
  action: z.literal('labeled'),
  label: z.object({ name: z.string() }),
  issue: IssueCopy,
  sender: Sender,
});

/** `issue_comment`, action `created`: fires for pull requests too. Anyone can comment. */
export const IssueCommentCreated = z.object({
  action: z.literal('created'),
  comment: z.object({ id: z.int().positive(), body: z.string().nullish() }),
  issue: IssueCopy,
  sender: Sender,
});

/** `workflow_dispatch`: inputs are strings, whatever their declared type; null when the workflow declares none. */
export const WorkflowDispatch = z.object({
  inputs: z.record(z.string(), z.unknown()).nullish(),
  sender: Sender,
});
