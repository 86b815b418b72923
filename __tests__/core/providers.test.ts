import { classifyProviderError } from '../../src/core/provider-error.js';
import { findProvider, providers } from '../../src/core/providers.js';

describe('the provider table', () => {
  it('names key input, key variable and base variable alike for every provider', () => {
    for (const { name, keyInput, keyEnv, baseEnv } of providers) {
      expect(keyInput).toBe(`${name}-api-key`);
      expect([keyEnv, baseEnv]).toEqual([`${name.toUpperCase()}_API_KEY`, `${name.toUpperCase()}_API_BASE`]);
    }
    expect(findProvider('openrouter')?.defaultBase).toBe('https://openrouter.ai/api/v1');
    expect(findProvider('ollama')).toBeUndefined();
  });
});

describe('classifyProviderError', () => {
  it.each([
    [401, 'invalid_api_key: Incorrect API key provided', 'auth-failed'],
    [400, '400 INVALID_ARGUMENT API_KEY_INVALID: API key not valid. Please pass a valid API key.', 'auth-failed'],
    [403, '403 PERMISSION_DENIED: Your API key was reported as leaked.', 'auth-failed'],
    [403, 'unsupported_country_region_territory: Country, region, or territory not supported', 'auth-failed'],
    [403, '403: Your input was flagged by moderation', 'request-refused'],
    [403, '403: Key limit exceeded (total limit)', 'quota-exhausted'],
    [
      429,
      'insufficient_quota: You exceeded your current quota, please check your plan and billing details.',
      'quota-exhausted',
    ],
    [
      429,
      '429 RESOURCE_EXHAUSTED: You exceeded your current quota, please check your plan and billing details.',
      'rate-limited',
    ],
    [400, 'invalid_request_error: Your credit balance is too low to access the Anthropic API.', 'quota-exhausted'],
    [402, 'Insufficient Balance', 'quota-exhausted'],
    [429, 'rate_limit_exceeded: Rate limit reached', 'rate-limited'],
    [400, 'context_length_exceeded: This model’s maximum context length is 128000 tokens', 'context-overflow'],
    [400, 'invalid_request_error: prompt is too long: 215000 tokens > 200000 maximum', 'context-overflow'],
    [413, 'request_too_large', 'context-overflow'],
    [529, 'overloaded_error: Overloaded', 'provider-error'],
    [0, 'openai could not be reached', 'provider-error'],
    [404, 'model_not_found: no such model', 'model-unknown'],
    [400, '400: no/such is not a valid model ID', 'model-unknown'],
    [400, 'invalid_request_error: Model Not Exist', 'model-unknown'],
    [200, '', undefined],
    [302, 'whatever it says of an api_key', undefined],
    [400, 'Invalid schema for response_format', 'request-refused'],
  ])('reads %i %s as %s', (status, error, kind) => {
    expect(classifyProviderError(status, error)).toBe(kind);
  });
});
