import type { PlanDocument } from '../../src/core/plan/plan.js';
import type { Prd } from '../../src/core/prd.js';
import type { Edit } from './edits.js';

/** The form Aider asked its edits in, told from its system text. */
export type EditFormat = 'diff' | 'whole' | 'patch';

/** What one request asks of the model, told from the request alone. */
export interface Question {
  readonly kind: 'prd' | 'plan' | 'task' | 'repair' | 'other';
  /** The task named by the fixed first line of our messages to Aider. */
  readonly task?: string;
  readonly attempt?: number;
  readonly iteration?: number;
  /** Repair round. */
  readonly round?: number;
  readonly system: string;
  /** Text of the newest user message that carries the request. */
  readonly text: string;
  readonly editFormat: EditFormat;
  /** Files in Aider's chat, as the request shows them. */
  readonly files: ReadonlyMap<string, string>;
  /** The fence Aider uses in this chat. */
  readonly fence: readonly [string, string];
}

export type Reply =
  | { readonly kind: 'text'; readonly text: string; readonly finish?: 'stop' | 'length' }
  /** Rendered in the edit format the request asks for. */
  | { readonly kind: 'edits'; readonly say: string; readonly edits: readonly Edit[] }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    }
  /** Never answers; ends when the client leaves or the server closes. */
  | { readonly kind: 'hang' };

/** The first rule of a script that matches answers: its n-th match gets the n-th reply, the last one repeats. */
export interface Rule {
  readonly name: string;
  readonly matches: (question: Question) => boolean;
  readonly replies: readonly [Reply, ...Reply[]];
  /** Delay before the answer, ms; overrides the server's. */
  readonly latencyMs?: number;
}

/** Everything a scripted model knows. It reads no prose: a request no rule matches is refused and recorded. */
export interface Script {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export const edits = (say: string, ...list: readonly Edit[]): Reply => ({ kind: 'edits', say, edits: list });

export const text = (words: string, finish: 'stop' | 'length' = 'stop'): Reply => ({
  kind: 'text',
  text: words,
  finish,
});

/** The provider's own way to say no; `code` becomes the error's code and type. */
export const refuse = (status: number, code: string, message: string, retryAfterSeconds?: number): Reply => ({
  kind: 'refuse',
  status,
  code,
  message,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

export const hang: Reply = { kind: 'hang' };

export const onPrd = (prd: Prd): Rule => ({
  name: 'prd',
  matches: (question) => question.kind === 'prd',
  replies: [text(JSON.stringify(prd))],
});

export const onPlan = (plan: PlanDocument): Rule => ({
  name: 'plan',
  matches: (question) => question.kind === 'plan',
  replies: [text(JSON.stringify(plan))],
});

/** Messages to the agent of one task; its repairs too unless an earlier rule took them. */
export const onTask = (id: string, ...replies: readonly [Reply, ...Reply[]]): Rule => ({
  name: `task ${id}`,
  matches: (question) => (question.kind === 'task' || question.kind === 'repair') && question.task === id,
  replies,
});

export const onRepair = (id: string, ...replies: readonly [Reply, ...Reply[]]): Rule => ({
  name: `repair ${id}`,
  matches: (question) => question.kind === 'repair' && question.task === id,
  replies,
});

export const onAnything = (...replies: readonly [Reply, ...Reply[]]): Rule => ({
  name: 'anything',
  matches: () => true,
  replies,
});
