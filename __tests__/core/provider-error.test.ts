import { classifyProviderError, isKeyDead, type ProviderErrorKind } from '../../src/core/provider-error.js';
import { keyFailure, nameKeyInput } from '../../src/core/key-failures.js';
import { aFailure } from '../support/builders.js';

describe("a provider's refusal", () => {
  it.each<[number, string, ProviderErrorKind | undefined]>([
    [199, '', 'request-refused'],
    [200, 'insufficient_quota', undefined],
    [302, '', undefined],
    [399, '', undefined],
    [400, '', 'request-refused'],
    [400, 'budget_reached: $5', 'budget-reached'],
    [400, 'x budget_reached: $5', 'request-refused'],
    [429, 'budget_reached: $5', 'rate-limited'],
    [402, 'RESOURCE_EXHAUSTED', 'quota-exhausted'],
    [403, 'Your credit balance is too low', 'quota-exhausted'],
    [429, 'RESOURCE_EXHAUSTED: You exceeded your current quota, please check your plan', 'rate-limited'],
    [403, 'used all available credits', 'quota-exhausted'],
    [401, '', 'auth-failed'],
    [403, 'PERMISSION_DENIED', 'auth-failed'],
    [403, 'the prompt was flagged by moderation', 'request-refused'],
    [400, 'unauthorized', 'request-refused'],
    [400, 'API key not valid', 'auth-failed'],
    [400, 'api key expired', 'auth-failed'],
    [422, 'API_KEY_INVALID', 'request-refused'],
    [413, '', 'context-overflow'],
    [400, 'too many tokens', 'context-overflow'],
    [400, 'too many input tokens', 'context-overflow'],
    [422, 'too many tokens', 'request-refused'],
    [404, '', 'model-unknown'],
    [400, 'gpt-9 is not a valid model ID', 'model-unknown'],
    [400, 'Model Not Exist', 'model-unknown'],
    [422, 'model_not_found', 'request-refused'],
    [0, '', 'provider-error'],
    [408, '', 'provider-error'],
    [499, '', 'request-refused'],
    [500, '', 'provider-error'],
    [503, '', 'provider-error'],
  ])('of status %d and "%s" is %s', (status, error, kind) => {
    expect(classifyProviderError(status, error)).toBe(kind);
  });

  it('ends the use of a key where every further request would meet the same', () => {
    const kinds = ['auth-failed', 'quota-exhausted', 'rate-limited', 'model-unknown', undefined] as const;
    expect(kinds.filter(isKeyDead)).toEqual(['auth-failed', 'quota-exhausted']);
  });
});

describe('the failure of a key', () => {
  it('names the input that holds it, and says to check the name of the model or to add credit', () => {
    const refused = keyFailure('auth-failed', 'No.', 'anthropic/claude-x');
    expect(refused).toMatchObject({ reason: 'auth-failed', who: 'user', message: 'No.' });
    expect(refused.action).toMatch(/anthropic\/claude-x.*anthropic-api-key/);
    expect(keyFailure('quota-exhausted', 'No.', 'openai/gpt-4o').action).toMatch(/credit.*openai-api-key/);
    expect(keyFailure('auth-failed', 'No.', 'unheard-of').action).toContain('the key of its provider');
  });

  it('is named so later too, and no other failure is', () => {
    for (const reason of ['auth-failed', 'quota-exhausted'])
      expect(nameKeyInput(aFailure({ reason, message: 'No.' }), 'gemini/x').action).toContain('gemini-api-key');
    expect(nameKeyInput(aFailure(), 'gemini/x')).toEqual(aFailure());
  });
});
