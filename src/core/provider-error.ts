/**
 * What a provider's refusal means to us: the one place that says so. `model-unknown` may also mean that the model is
 * closed to this key; `request-refused` is a fault of this one request.
 */
export type ProviderErrorKind =
  | 'auth-failed'
  | 'quota-exhausted'
  | 'rate-limited'
  | 'context-overflow'
  | 'provider-error'
  | 'model-unknown'
  | 'request-refused'
  /** Not the provider's word but our gateway's. */
  | 'budget-reached';

/** The code our gateway refuses a request with that does not fit the budget. */
export const budgetCode = 'budget_reached';

/** Words by which OpenAI, Anthropic, DeepSeek, OpenRouter and xAI say that the account has no money left. */
const quota =
  /insufficient[_ ](quota|balance|credits)|credit balance is too low|billing_(error|hard_limit)|exceeded your current quota, please check your plan|used all available credits|monthly spending limit|key limit exceeded/i;

/** Gemini answers a bad key with 400, and a 403 may also mean moderation or one model that is not allowed. */
const auth =
  /api[_ -]?key|unauthenticated|authentication|unauthorized|permission_(denied|error)|invalid[_ ]token|account|suspended|disabled|unsupported_country/i;

const context =
  /context[_ ](length|window)|maximum context|prompt is too long|too many (input )?tokens|input token count|reduce the length|exceeds the maximum number of tokens/i;

/** OpenRouter and DeepSeek say it with 400. */
const noSuchModel = /not a valid model|model[_ ]not[_ ](found|exist)/i;

/**
 * Judges an answer by its status (0: not reached) and the error's code, type and message. Undefined where it is no
 * refusal (2xx and 3xx).
 *
 * Gemini's 429 counts as a rate limit also where it names a plan's quota: those quotas are per model and refill.
 */
export const classifyProviderError = (status: number, error: string): ProviderErrorKind | undefined => {
  if (status >= 200 && status < 400) return undefined;
  if (status === 400 && error.startsWith(`${budgetCode}:`)) return 'budget-reached';
  if (status === 402 || (quota.test(error) && !/RESOURCE_EXHAUSTED/.test(error))) return 'quota-exhausted';
  if (status === 401 || (status === 403 && auth.test(error))) return 'auth-failed';
  if (status === 400 && /API_KEY_INVALID|api key (not valid|expired)/i.test(error)) return 'auth-failed';
  if (status === 429) return 'rate-limited';
  if (status === 413 || (status === 400 && context.test(error))) return 'context-overflow';
  if (status === 404 || (status === 400 && noSuchModel.test(error))) return 'model-unknown';
  return status === 0 || status === 408 || status >= 500 ? 'provider-error' : 'request-refused';
};

/** The key itself is refused, so that every further request with it would be. */
export const isKeyDead = (kind: ProviderErrorKind | undefined): kind is 'auth-failed' | 'quota-exhausted' =>
  kind === 'auth-failed' || kind === 'quota-exhausted';
