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

/** Lists and texts longer than these no planner needs; they only cost the time of every step after it. */
const most = { paths: 5_000, ids: 100, commands: 20, conventions: 50, words: 2_000, instructions: 30_000 } as const;

/** Goes to Aider as an argument: a name, never an option. */
const Name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:/@+-]*$/)
  .max(200);

/** A command that must exit 0 for its task to be done, whatever the baseline says. */
export const Verify = z.strictObject({
  run: z.string().min(1).max(most.words),
  timeoutSeconds: z.int().positive().max(3600).default(600),
});
export type Verify = z.infer<typeof Verify>;

/** One node of a plan: one agent, one branch `agent-<n>`. `writes` and `reads` are repository paths or globs. */
export const Task = z.strictObject({
  id: TaskId,
  title: z.string().min(1).max(200),
  kind: TaskKind,
  instructions: z.string().min(1).max(most.instructions),
  writes: z.array(z.string()).min(1).max(most.paths),
  reads: z.array(z.string()).max(most.paths).default([]),
  dependsOn: z.array(TaskId).max(most.ids).default([]),
  acceptance: z.array(z.string()).max(most.ids).default([]),
  verify: z.array(Verify).max(most.commands).default([]),
  estimateMinutes: z.number().positive().max(10_000).default(5),
  model: Name.optional(),
  editFormat: Name.optional(),
  maxAttempts: z.int().positive().max(20).optional(),
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
  title: z.string().min(1).max(most.words),
  conventions: z.array(z.string().max(most.words)).max(most.conventions).default([]),
  acceptance: z.array(AcceptanceCriterion).max(most.ids).default([]),
  contracts: z.array(Contract).max(most.ids).default([]),
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
