import type { Failure } from '../failure.js';
import type { Isolation } from '../isolation.js';
import type { Outcome } from '../outcome.js';
import type { PlanDocument, Task, TaskId } from '../plan/plan.js';
import type { Prd } from '../prd.js';
import type { Request } from '../request/request.js';
import type { Usage } from '../usage.js';
import type { CommandResult } from '../validation.js';
import type {
  ConflictEnd,
  ConflictResolver,
  FileChange,
  Given,
  JudgedResult,
  LandedStep,
  Phase,
  RefusedChange,
  RunStatus,
} from './event.js';

export interface IterationRecord {
  readonly attempt: number;
  readonly iteration: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly outcome?: Outcome;
  readonly usage?: Usage;
  readonly detail?: string;
  readonly refused?: readonly RefusedChange[];
  readonly validation?: readonly JudgedResult[];
}

/** One attempt's time at work: from its start until it landed, failed, met a conflict or was stopped. */
export interface AttemptSpan {
  readonly attempt: number;
  readonly model: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/**
 * Where a task stands.
 *
 * ```
 * pending -> running -> landing -> landed -> failed (evicted)
 *    ^ |        |          |          '-> running (repair by a new attempt)
 *    | |        |          '-> pending (requeued at a conflict: redo on top)
 *    | |        '-> failed | cancelled | pending (attempt failed, or requeued at a predicted conflict)
 *    '-+-> skipped | failed | cancelled
 * ```
 *
 * Failed, skipped and cancelled are left only by a new `task-started`; a landed task also by `task-evicted`. When a
 * killed run is resumed, what was running, landing or cancelled, or skipped because of it, is pending again.
 */
export type TaskState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'running'; readonly attempt: number; readonly since: number }
  | { readonly kind: 'landing'; readonly attempt: number; readonly commit: string; readonly since: number }
  | {
      readonly kind: 'landed';
      readonly attempt: number;
      readonly commit: string;
      readonly head: string;
      readonly at: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: number }
  | { readonly kind: 'skipped'; readonly because?: TaskId; readonly why: string; readonly at: number }
  | { readonly kind: 'cancelled'; readonly at: number };

export interface TaskRecord {
  readonly task: Task;
  readonly agent: number;
  readonly state: TaskState;
  /** When its dependencies had all landed; undefined while they have not. Epoch milliseconds. */
  readonly readyAt?: number;
  readonly firstStartedAt?: number;
  /** Attempts started so far, the running one included. */
  readonly attempts: number;
  /** In order of their starts; a redo after a conflict is a span of its own. */
  readonly spans: readonly AttemptSpan[];
  readonly iterations: readonly IterationRecord[];
  readonly attemptFailures: readonly Failure[];
  readonly changes: readonly FileChange[];
  /** The last commit made of its work, landed or not, and the commit whose change it is. */
  readonly commit?: string;
  readonly start?: string;
}

export interface ConflictRecord {
  readonly task: TaskId;
  readonly files: readonly string[];
  readonly with: readonly TaskId[];
  readonly at: number;
  /** Foreseen while the task was at work, which was stopped for it. */
  readonly predicted?: true;
  /** Open when the run was killed and landings were lost: what it would be redone on top of may be gone. */
  readonly shaken?: true;
  readonly end?: ConflictEnd;
  readonly by?: ConflictResolver;
}

export interface RepairRecord {
  readonly round: number;
  readonly task: TaskId;
  readonly commands: readonly string[];
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly outcome?: Outcome;
  readonly usage?: Usage;
}

export interface GuiltyRecord {
  readonly task: TaskId;
  /** The earlier task without which it would be green. */
  readonly with?: TaskId;
  readonly commands: readonly string[];
  /** Commands run to find out. */
  readonly runs: number;
}

export interface FlakyRecord {
  readonly name: string;
  readonly command: string;
  /** Tests it named when it was red. */
  readonly failures: readonly string[];
}

export interface ModelCallRecord {
  readonly phase: Phase;
  readonly model: string;
  readonly usage: Usage;
  readonly durationMs: number;
}

export interface ValidationRound {
  readonly round: number;
  readonly head: string;
  readonly results: readonly JudgedResult[];
}

/** One run so far: a fold of its events. `apply` is the only way it changes. Times are epoch milliseconds. */
export interface Run {
  readonly runId: string;
  readonly request: Request;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly models: { readonly agent: string; readonly prd: string };
  readonly maxAgents: number;
  readonly given?: Given;
  /** How far agents, set-up and validation are kept apart from the machine. */
  readonly isolation?: { readonly level: Isolation; readonly notes: readonly string[] };
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly phase?: Phase;
  readonly phases: readonly { readonly phase: Phase; readonly startedAt: number; readonly durationMs?: number }[];
  readonly modelCalls: readonly ModelCallRecord[];
  readonly prd?: { readonly prd: Prd; readonly path: string; readonly origin: 'model' | 'file' };
  readonly plan?: {
    readonly plan: PlanDocument;
    readonly hash: string;
    readonly origin: 'model' | 'file' | 'split' | 'fallback';
    readonly notes: readonly string[];
  };
  /** The plan has waited for approval and got it: only then does such a run go on. */
  readonly isApproved?: true;
  readonly baseline?: readonly CommandResult[];
  readonly sequence?: { readonly why: string };
  /** In plan order. Empty until the plan is made. */
  readonly tasks: readonly TaskRecord[];
  /** Task ids in the order they landed; an evicted task is gone from it. */
  readonly landings: readonly TaskId[];
  /** Of the integration branch, repairs included. */
  readonly steps: readonly LandedStep[];
  /** Times in which nobody was at work on it, between a kill and the resume. */
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
  readonly conflicts: readonly ConflictRecord[];
  readonly validations: readonly ValidationRound[];
  readonly repairs: readonly RepairRecord[];
  /** Whose landings made the whole red, in the order they were found. */
  readonly guilty: readonly GuiltyRecord[];
  /** Commands that were red, then green on the same tree, in the order they were found. */
  readonly flaky: readonly FlakyRecord[];
  /** Where the work is that was not delivered. */
  readonly setAside?: { readonly branch: string; readonly sha: string };
  /** The bundle of what could not be pushed. */
  readonly kept?: {
    readonly file: string;
    readonly branches: readonly { readonly name: string; readonly commit: string }[];
  };
  readonly branch?: { readonly name: string; readonly sha: string; readonly url?: string };
  readonly pullRequest?: { readonly number: number; readonly url: string; readonly draft: boolean };
  readonly pullRequestForbidden?: { readonly message: string; readonly compareUrl: string };
  readonly warnings: readonly string[];
  /** The most agents that were at work at one moment. */
  readonly peakAgents: number;
  readonly end?: { readonly status: RunStatus; readonly failure?: Failure; readonly at: number };
}
