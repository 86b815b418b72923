/** What a provider's refusal means to us. `request-refused` is a fault of this one request. */
export type ProviderErrorKind =
  'auth-failed' | 'quota-exhausted' | 'rate-limited' | 'context-overflow' | 'provider-error' | 'request-refused';

/** Words by which OpenAI, Anthropic, DeepSeek, OpenRouter and xAI say that the account has no money left. */
const quota =
  /insufficient[_ ](quota|balance|credits)|credit balance is too low|billing_(error|hard_limit)|exceeded your current quota, please check your plan|used all available credits|monthly spending limit|key limit exceeded/i;

/** Gemini answers a bad key with 400, and a 403 may also mean moderation or one model that is not allowed. */
const auth =
  /api[_ -]?key|unauthenticated|authentication|unauthorized|permission_(denied|error)|invalid[_ ]token|account|suspended|disabled|unsupported_country/i;

const context =
  /context[_ ](length|window)|maximum context|prompt is too long|too many (input )?tokens|input token count|reduce the length|exceeds the maximum number of tokens/i;

/**
 * Judges a refused answer by its status (0: not reached) and the error's code, type and message.
 *
 * Gemini's 429 counts as a rate limit also where it names a plan's quota: those quotas are per model and refill.
 */
export const classifyProviderError = (status: number, error: string): ProviderErrorKind => {
  if (status === 402 || (quota.test(error) && !/RESOURCE_EXHAUSTED/.test(error))) return 'quota-exhausted';
  if (status === 401 || (status === 403 && auth.test(error))) return 'auth-failed';
  if (status === 400 && /API_KEY_INVALID|api key (not valid|expired)/i.test(error)) return 'auth-failed';
  if (status === 429) return 'rate-limited';
  if (status === 413 || (status === 400 && context.test(error))) return 'context-overflow';
  return status === 0 || status === 408 || status >= 500 ? 'provider-error' : 'request-refused';
};

/** The key itself is refused, so that every further request with it would be. */
export const isKeyDead = (kind: ProviderErrorKind): kind is 'auth-failed' | 'quota-exhausted' =>
  kind === 'auth-failed' || kind === 'quota-exhausted';
