import { z } from 'zod';
import { Isolation } from '../isolation.js';
import { ConflictEnd, ConflictResolver, Phase, RunStatus } from '../run/event.js';
import { RequestSource } from '../request/request.js';

const count = z.int().nonnegative();
const ms = z.number();
const instant = z.iso.datetime();

export const Tokens = z.strictObject({ sent: count, received: count });
export type Tokens = z.infer<typeof Tokens>;

/** Where a task stood when the summary was made; the last three and `landed` are final. */
export const TaskStatus = z.enum(['pending', 'running', 'landing', 'landed', 'failed', 'skipped', 'cancelled']);
export type TaskStatus = z.infer<typeof TaskStatus>;

/**
 * One task. `durationMs` is time at work: the sum of its attempts, without the waits between them. `queuedMs` is from
 * being ready (but not before the tasks began) to its first start. `iterations`, `costUsd` and `tokens` hold its
 * repairs too. `costUsd` is null when a price is unknown. Lines and files are of its last work, landed or not.
 */
export const TaskSummary = z.strictObject({
  id: z.string(),
  title: z.string(),
  agent: z.int().positive(),
  branch: z.string(),
  status: TaskStatus,
  attempts: count,
  iterations: count,
  durationMs: ms,
  queuedMs: ms,
  costUsd: z.number().nullable(),
  tokens: Tokens,
  linesAdded: count,
  linesDeleted: count,
  files: z.array(z.string()),
  commit: z.string().nullable(),
  failure: z
    .strictObject({ reason: z.string(), message: z.string(), action: z.string(), evidence: z.string().optional() })
    .optional(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;

/** Money is in US dollars. `usd` sums what is known; with `known: false` it is a lower bound. */
export const CostSummary = z.strictObject({
  usd: z.number(),
  known: z.boolean(),
  byPhase: z.array(z.strictObject({ phase: Phase, usd: z.number(), known: z.boolean(), tokens: Tokens })),
  byModel: z.array(z.strictObject({ model: z.string(), usd: z.number(), known: z.boolean(), tokens: Tokens })),
  comparedTo: z.strictObject({ model: z.string(), usd: z.number() }).optional(),
});
export type CostSummary = z.infer<typeof CostSummary>;

/**
 * Wall-clock times of the whole run, so that they can be compared with each other.
 *
 * `sequentialMs`: the same work one task after the other, i.e. the tasks' durations plus all the rest of the run.
 * `savedMs`: that minus `actualMs`; negative when running side by side cost more than it brought.
 * `lowerBoundMs`: no schedule of these durations could be shorter (`core/plan/bounds.ts`), plus the rest.
 * `efficiency`: the bound over the actual of the tasks phase alone, 0 to 1; null when no task ran.
 */
export const TimeSummary = z.strictObject({
  actualMs: ms,
  sequentialMs: ms,
  savedMs: ms,
  lowerBoundMs: ms,
  efficiency: z.number().min(0).max(1).nullable(),
});
export type TimeSummary = z.infer<typeof TimeSummary>;

/** Tasks that ran together: a batch ends where a task starts after one of the batch was over. */
export const Batch = z.strictObject({ tasks: z.array(z.string()), startedAt: instant, durationMs: ms });
export type Batch = z.infer<typeof Batch>;

/**
 * One command of the last validation round. `newFailures` and `baselineFailures` count failures that can be named;
 * a command whose output names none counts as one. `exitCode` is null when it was stopped.
 */
export const ValidationSummary = z.strictObject({
  name: z.string(),
  command: z.string(),
  exitCode: z.int().nullable(),
  durationMs: ms,
  passed: count.optional(),
  total: count.optional(),
  newFailures: count,
  baselineFailures: count,
});
export type ValidationSummary = z.infer<typeof ValidationSummary>;

export const AcceptanceVerdict = z.enum(['met', 'not-met', 'judged-met', 'judged-not-met', 'unknown']);
export type AcceptanceVerdict = z.infer<typeof AcceptanceVerdict>;

/** What is known of one acceptance criterion and how it is known; the rule is in `acceptance.ts`. */
export const AcceptanceSummary = z.strictObject({
  id: z.string(),
  text: z.string(),
  verdict: AcceptanceVerdict,
  evidence: z.string(),
});
export type AcceptanceSummary = z.infer<typeof AcceptanceSummary>;

/** What a run did, cost and left undone: the committed file, the `--json` output and the dashboard's food. */
export const Summary = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  status: RunStatus,
  request: z.strictObject({
    source: RequestSource,
    number: z.int().positive().nullable(),
    actor: z.string(),
    title: z.string(),
  }),
  base: z.strictObject({ branch: z.string(), sha: z.string() }),
  branch: z.string().nullable(),
  headSha: z.string().nullable(),
  pullRequest: z.strictObject({ number: z.int().positive(), url: z.string() }).nullable(),
  prdPath: z.string().nullable(),
  planHash: z.string().nullable(),
  startedAt: instant,
  finishedAt: instant,
  tasks: z.array(TaskSummary),
  iterations: count,
  cost: CostSummary,
  tokens: Tokens,
  time: TimeSummary,
  /** Null when the run ended before any process of a clone could start. */
  isolation: Isolation.nullable(),
  agents: z.strictObject({ max: count, peak: count }),
  conflicts: z.array(
    z.strictObject({
      task: z.string(),
      with: z.array(z.string()),
      files: z.array(z.string()),
      /** Foreseen while the task was at work. */
      predicted: z.boolean(),
      end: ConflictEnd.nullable(),
      by: ConflictResolver.optional(),
    }),
  ),
  batches: z.array(Batch),
  validation: z.array(ValidationSummary),
  acceptance: z.array(AcceptanceSummary),
  review: z.null(),
  events: z.string().nullable(),
});
export type Summary = z.infer<typeof Summary>;
