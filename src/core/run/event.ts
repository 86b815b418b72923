import { z } from 'zod';
import { Failure } from '../failure.js';
import { Isolation } from '../isolation.js';
import { Outcome } from '../outcome.js';
import { PlanDocument, TaskId } from '../plan/plan.js';
import { Prd } from '../prd.js';
import { Request } from '../request/request.js';
import { Usage } from '../usage.js';
import { CommandResult, Verdict } from '../validation.js';

/** How a run ended (design section 3). */
export const RunStatus = z.enum(['succeeded', 'partial', 'failed', 'skipped', 'awaiting-approval', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;

export const Phase = z.enum(['setup', 'prd', 'plan', 'tasks', 'validation', 'repair', 'delivery']);
export type Phase = z.infer<typeof Phase>;

export const FileChange = z.strictObject({
  path: z.string(),
  kind: z.enum(['added', 'modified', 'deleted']),
  linesAdded: z.int().nonnegative(),
  linesDeleted: z.int().nonnegative(),
});
export type FileChange = z.infer<typeof FileChange>;

export const RefusedChange = z.strictObject({ path: z.string(), why: z.string() });
export type RefusedChange = z.infer<typeof RefusedChange>;

/** A command's result held against the baseline. `newFailures`: the tests that are to blame, where they have names. */
export const JudgedResult = z.strictObject({
  ...CommandResult.shape,
  verdict: Verdict,
  newFailures: z.array(z.string()).optional(),
});
export type JudgedResult = z.infer<typeof JudgedResult>;

/**
 * How a conflict ended; the ladder is design section 7. `cancelled`: its task was stopped or given up for another reason
 * before the conflict came to its turn; the work is on its agent's branch.
 */
export const ConflictEnd = z.enum(['landed-after-redo', 'resolved-and-validated', 'escalated', 'cancelled']);
export type ConflictEnd = z.infer<typeof ConflictEnd>;

/** What resolved it: a rule for files of its kind, or a model that merged the hunks. */
export const ConflictResolver = z.enum(['rule', 'model']);
export type ConflictResolver = z.infer<typeof ConflictResolver>;
/** One step of the integration branch: the head after `commit`, which changes `start`, was merged. */
export const LandedStep = z.strictObject({ task: TaskId, commit: z.string(), start: z.string(), head: z.string() });
export type LandedStep = z.infer<typeof LandedStep>;

/** What a command line gave, none of it a secret: a resume takes it for given again. */
export const Given = z.strictObject({ github: z.boolean(), settings: z.record(z.string(), z.string()) });
export type Given = z.infer<typeof Given>;

const event = <const Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), ...shape });

const task = TaskId;
const attempt = z.int().positive();
const iteration = z.int().positive();

/**
 * Everything that can happen in a run. The journal, the log, the live display, the tracking comment and the report
 * are all fed by these, so they cannot disagree; `apply` (run.ts) is the only way a run changes.
 */
export const RunEventBody = z.discriminatedUnion('type', [
  event('run-started', {
    runId: z.string(),
    request: Request,
    base: z.strictObject({ branch: z.string(), sha: z.string() }),
    models: z.strictObject({ agent: z.string(), prd: z.string() }),
    maxAgents: z.int().positive(),
    given: Given.optional(),
  }),
  /** How far agents, set-up and validation are kept apart; the notes say how it was got and what stays open. */
  event('isolation-reached', { level: Isolation, notes: z.array(z.string()) }),
  event('phase-started', { phase: Phase }),
  event('phase-ended', { phase: Phase, durationMs: z.number() }),
  event('model-called', { phase: Phase, model: z.string(), usage: Usage, durationMs: z.number() }),
  event('prd-written', { prd: Prd, path: z.string(), origin: z.enum(['model', 'file']) }),
  event('plan-made', {
    plan: PlanDocument,
    hash: z.string(),
    origin: z.enum(['model', 'file', 'split', 'fallback']),
    notes: z.array(z.string()),
  }),
  event('baseline-taken', { results: z.array(CommandResult) }),
  event('sequence-chosen', { why: z.string() }),
  event('task-started', {
    task,
    agent: z.int().positive(),
    attempt,
    model: z.string(),
    mode: z.enum(['fresh', 'redo']),
  }),
  event('iteration-started', { task, attempt, iteration }),
  event('agent-slow', { task, attempt, iteration, elapsedMs: z.number() }),
  /** It had used up its time and still made progress. */
  event('agent-extended', { task, attempt, iteration, extensionMs: z.number() }),
  event('iteration-ended', {
    task,
    attempt,
    iteration,
    outcome: Outcome,
    usage: Usage,
    durationMs: z.number(),
    detail: z.string(),
    changes: z.array(FileChange),
    refused: z.array(RefusedChange),
    validation: z.array(JudgedResult),
    /** Made of the kept changes, validated or not. */
    commit: z.string().optional(),
    /** What `commit` changes. */
    start: z.string().optional(),
  }),
  event('attempt-failed', { task, attempt, failure: Failure }),
  event('task-landing', { task, attempt, commit: z.string() }),
  event('task-landed', { task, attempt, commit: z.string(), head: z.string(), changes: z.array(FileChange) }),
  /** The integration branch is about to go from one head to another: `kept` of its steps stay, the others follow. */
  event('integration-moving', {
    from: z.string(),
    to: z.string(),
    kept: z.int().nonnegative(),
    added: z.array(LandedStep),
  }),
  event('conflict-found', { task, attempt, files: z.array(z.string()), with: z.array(TaskId) }),
  /** While it is at work: its last commit would not merge with what landed, or with that of another at work. */
  event('conflict-predicted', { task, attempt, files: z.array(z.string()), with: z.array(TaskId) }),
  /** Ends every conflict of the task that is open. */
  event('conflict-ended', { task, end: ConflictEnd, by: ConflictResolver.optional() }),
  /** Back among the pending, to be redone on top of what landed; no attempt is used. */
  event('task-requeued', { task, attempt }),
  event('task-failed', { task, failure: Failure }),
  event('task-skipped', { task, because: TaskId.optional(), why: z.string() }),
  event('task-cancelled', { task }),
  /** The same command on the same tree was red, then green: nobody's fault. `failures` are tests it named when red. */
  event('flaky-found', { name: z.string(), command: z.string(), commit: z.string(), failures: z.array(z.string()) }),
  event('validation-ended', { round: z.int().nonnegative(), head: z.string(), results: z.array(JudgedResult) }),
  /** Whose landing made `commands` red; `with` the task without which they would be green. `runs`: commands run to find out. */
  event('guilty-found', { task, with: TaskId.optional(), commands: z.array(z.string()), runs: z.int().nonnegative() }),
  event('repair-started', { round: z.int().positive(), task, commands: z.array(z.string()) }),
  event('repair-ended', {
    round: z.int().positive(),
    task,
    outcome: Outcome,
    usage: Usage,
    durationMs: z.number(),
    detail: z.string(),
  }),
  event('task-evicted', { task, failure: Failure }),
  event('branch-pushing', { branch: z.string(), sha: z.string() }),
  /** Not delivered, since `failure-mode` is `rollback`; kept for a person where nobody merges it. */
  event('work-set-aside', { branch: z.string(), sha: z.string() }),
  /** Could not be pushed; kept as branches of a git bundle, at a path relative to the repository. */
  event('work-kept', {
    file: z.string(),
    branches: z.array(z.strictObject({ name: z.string(), commit: z.string() })),
  }),
  event('branch-pushed', { branch: z.string(), sha: z.string(), url: z.string().optional() }),
  event('pull-request-opening', { branch: z.string() }),
  event('pull-request-opened', { number: z.int().positive(), url: z.string(), draft: z.boolean() }),
  event('pull-request-forbidden', { message: z.string(), compareUrl: z.string() }),
  event('warning', { message: z.string() }),
  /**
   * A killed run goes on. What was at work begins again, the attempt that was cut short does not count; `lost` had landed,
   * but its commits are gone; `steps` of the integration branch are still there; of `workGone` the last commit that was
   * made, landed or not, is gone.
   */
  event('run-resumed', {
    lost: z.array(TaskId),
    steps: z.int().nonnegative(),
    workGone: z.array(TaskId).optional(),
  }),
  event('run-ended', { status: RunStatus, failure: Failure.optional() }),
]);
export type RunEventBody = z.infer<typeof RunEventBody>;

/** An event as it stands in the journal: numbered from 1 without a gap, `at` in milliseconds since the epoch. */
export type RunEvent = RunEventBody & { readonly seq: number; readonly at: number };

export const RunEvent = z.intersection(
  RunEventBody,
  z.object({ seq: z.int().positive(), at: z.number() }),
) as unknown as z.ZodType<RunEvent>;
