import { z } from 'zod';
import { AcceptanceCriterion } from '../prd.js';

export const TaskId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
  .brand('TaskId');
export type TaskId = z.infer<typeof TaskId>;

export const TaskKind = z.enum(['contract', 'implementation', 'test', 'wiring', 'docs', 'migration']);
export type TaskKind = z.infer<typeof TaskKind>;

/** A command that must exit 0 for its task to be done, whatever the baseline says. */
export const Verify = z.strictObject({
  run: z.string().min(1),
  timeoutSeconds: z.int().positive().max(3600).default(600),
});
export type Verify = z.infer<typeof Verify>;

/** One node of a plan: one agent, one branch `agent-<n>`. `writes` and `reads` are repository paths or globs. */
export const Task = z.strictObject({
  id: TaskId,
  title: z.string().min(1).max(200),
  kind: TaskKind,
  instructions: z.string().min(1),
  writes: z.array(z.string()).min(1),
  reads: z.array(z.string()).default([]),
  dependsOn: z.array(TaskId).default([]),
  acceptance: z.array(z.string()).default([]),
  verify: z.array(Verify).default([]),
  estimateMinutes: z.number().positive().default(5),
  model: z.string().optional(),
  editFormat: z.string().optional(),
  maxAttempts: z.int().positive().optional(),
});
export type Task = z.infer<typeof Task>;

export const Contract = z.strictObject({
  id: z.string(),
  file: z.string(),
  signature: z.string(),
  doc: z.string().default(''),
  producedBy: TaskId,
});
export type Contract = z.infer<typeof Contract>;

/** The shape of a plan document, before it is checked. What a model or a file brings is parsed by `parse-plan.ts`. */
export const PlanDocument = z.strictObject({
  version: z.literal(1),
  title: z.string().min(1),
  conventions: z.array(z.string()).default([]),
  acceptance: z.array(AcceptanceCriterion).default([]),
  contracts: z.array(Contract).default([]),
  tasks: z.array(Task).min(1).max(50),
});
export type PlanDocument = z.infer<typeof PlanDocument>;

declare const checked: unique symbol;

/**
 * A checked DAG of tasks. Only `parsePlan` makes one, so holding it is the proof of every guarantee: unique ids,
 * known and acyclic dependencies, paths inside the repository and not protected, and no two unordered tasks
 * whose writes overlap.
 */
export type Plan = PlanDocument & { readonly [checked]: true };

/** The branch number of a task: its place in the plan, from 1. */
export const agentNumber = (plan: PlanDocument, id: TaskId): number =>
  plan.tasks.findIndex((task) => task.id === id) + 1;
