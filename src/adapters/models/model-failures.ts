import type { Failure } from '../../core/failure.js';
import { keyFailure } from '../../core/key-failures.js';
import { ruleOf } from '../../core/outcome-rules.js';
import { classifyProviderError } from '../../core/provider-error.js';
import type { Traffic } from '../../ports/gateway.js';

export const questionCancelled = (model: string): Failure => ({
  reason: 'cancelled',
  who: 'user',
  message: `The question to ${model} was stopped.`,
  action: 'Start the run again when it is wanted.',
});

export const answerCut = (model: string): Failure => ({
  reason: 'answer-cut',
  who: 'user',
  message: `The answer of ${model} was cut at its output limit.`,
  action: 'Ask for less at once, or set prd-model to a model with longer answers.',
});

/** `message` is the list of faults, one a line. */
export const answerInvalid = (model: string, faults: readonly string[]): Failure => ({
  reason: 'answer-invalid',
  who: 'world',
  message: faults.join('\n'),
  action: `Set prd-model to a model that keeps to a JSON schema; ${model} did not.`,
});

export interface Refusal {
  readonly model: string;
  readonly traffic: Traffic;
  readonly error: Error;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
}

/** Why a provider gave no answer, by the last status and error the gateway saw. */
export const questionRefused = ({ model, traffic, error, timedOut, timeoutMs }: Refusal): Failure => {
  if (timedOut)
    return { ...failing(model), message: `${model} gave no answer within ${Math.round(timeoutMs / 1000)} s.` };
  const status = traffic.statuses.at(-1) ?? 0;
  const said = traffic.lastError || error.message;
  const answered = `${model} answered ${status}: ${said}`;
  const kind = classifyProviderError(status, said);
  switch (kind) {
    case undefined:
      // An answer that is there but cannot be read is the provider's fault, not a refusal.
      return { ...failing(model), message: `${model}: ${error.message}` };
    case 'model-unknown':
      return keyFailure('auth-failed', answered, model);
    case 'auth-failed':
    case 'quota-exhausted':
      return keyFailure(kind, answered, model);
    case 'rate-limited':
      return {
        reason: 'rate-limited',
        who: 'world',
        message: answered,
        action: 'Start the run again later, or raise the rate limit of the account.',
      };
    case 'context-overflow':
      return {
        reason: 'context-overflow',
        who: 'user',
        message: answered,
        action: 'Set prd-model to a model with a larger context.',
      };
    case 'provider-error':
      return { ...failing(model), message: status === 0 ? said : answered };
    case 'budget-reached':
      return ruleOf('budget-reached').failure(said.slice(said.indexOf(':') + 1).trim());
    case 'request-refused':
      return {
        reason: 'provider-error',
        who: 'user',
        message: answered,
        action: `Set prd-model to another model than ${model}, or look up what the error means at its provider.`,
      };
  }
};

const failing = (model: string) =>
  ({
    reason: 'provider-error',
    who: 'world',
    action: `Start the run again when the provider of ${model} answers; if it is a server of your own, check api-base.`,
  }) as const;
