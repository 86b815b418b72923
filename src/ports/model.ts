import type { z } from 'zod';
import type { Failure } from '../core/failure.js';
import type { Result } from '../core/result.js';
import type { Usage } from '../core/usage.js';

export interface Question<T> {
  /** Aider's name of the model, `provider/model` or a bare name Aider knows. */
  readonly model: string;
  /** Named in the provider's structured-output request. */
  readonly name: 'prd' | 'plan' | 'merge';
  readonly schema: z.ZodType<T>;
  readonly system: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
}

/** `value` has passed the schema. Usage is what the provider reported, also for answers that were refused. */
export interface Answer<T> {
  readonly value: T;
  readonly usage: Usage;
  readonly durationMs: number;
}

/** Why a question stayed open. `reason` of the failure is one of `auth-failed`, `quota-exhausted`, `rate-limited`,
 * `provider-error`, `context-overflow`, `answer-invalid`, `answer-cut`, `budget-reached`, `cancelled`. `answer-invalid` carries the
 * faults in `message`. */
export interface ModelFailure extends Failure {
  readonly usage: Usage;
}

/** One structured question to a language model; through the gateway, never with a real key of its own. */
export interface Model {
  ask<T>(question: Question<T>): Promise<Result<Answer<T>, ModelFailure>>;
}
