import type { Failure } from './failure.js';
import { parseModelName } from './models.js';
import { findProvider } from './providers.js';

type Reason = 'auth-failed' | 'quota-exhausted';

const keyInputOf = (model: string): string => {
  const name = parseModelName(model);
  return (name.ok ? findProvider(name.value.provider)?.keyInput : undefined) ?? 'the key of its provider';
};

const actionOf = (reason: Reason, model: string): string => {
  switch (reason) {
    case 'auth-failed':
      return `Check the spelling of ${model}, and set ${keyInputOf(model)} to a key that may use it.`;
    case 'quota-exhausted':
      return `Add credit to the account of ${keyInputOf(model)}, or use another model.`;
  }
};

/** A provider turned `model` or its key away, or the account is empty; the mend names the input of the key. */
export const keyFailure = (reason: Reason, message: string, model: string): Failure => ({
  reason,
  who: 'user',
  message,
  action: actionOf(reason, model),
});

/** The same for a failure that does not know its model yet; one of another reason stays as it is. */
export const nameKeyInput = (failure: Failure, model: string): Failure =>
  failure.reason === 'auth-failed' || failure.reason === 'quota-exhausted'
    ? keyFailure(failure.reason, failure.message, model)
    : failure;
