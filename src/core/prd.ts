import { z } from 'zod';

export const AcceptanceCriterion = z.strictObject({
  id: z.string().regex(/^AC[1-9]\d*$/),
  text: z.string().min(1),
});
export type AcceptanceCriterion = z.infer<typeof AcceptanceCriterion>;

/** The product requirements document of one request. Criteria are numbered AC1, AC2, ... in order. */
export const Prd = z.strictObject({
  title: z.string().min(1),
  goal: z.string().min(1),
  scope: z.array(z.string()),
  nonGoals: z.array(z.string()),
  acceptance: z.array(AcceptanceCriterion).min(1),
  risks: z.array(z.string()),
  openQuestions: z.array(z.string()),
});
export type Prd = z.infer<typeof Prd>;
