import type { Tokens } from '../../core/prices.js';

/** What an answer says about itself. `tokens` is undefined until the provider has reported usage. */
export interface AnswerFacts {
  readonly tokens?: Tokens;
  /** A count in it was none: what it used is not known, whatever else it says. */
  readonly unsound?: true;
  /** Stopped at its output limit. */
  readonly cut: boolean;
  /** Code, type and message of the error it carries; '' if none. */
  readonly error: string;
  /** How long the provider asks to wait, where its body says so (Gemini's `RetryInfo`). */
  readonly retryAfterMs?: number;
}

export const noFacts: AnswerFacts = { cut: false, error: '' };

/** Adds what one JSON document of the answer (the whole body, or one streamed event) tells. */
export const readFacts = (provider: string, facts: AnswerFacts, document: unknown): AnswerFacts => {
  const root = asObject(document);
  const unsound = facts.unsound === true || isUnsound(root);
  const tokens = unsound ? undefined : readTokens(provider, facts.tokens, root);
  const error = readError(root);
  const retryAfterMs = readRetry(root) ?? facts.retryAfterMs;
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(unsound ? { unsound } : {}),
    cut: facts.cut || isCut(root),
    error: error === '' ? facts.error : error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

type Json = Readonly<Record<string, unknown>>;

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** No answer uses more tokens than this; who says so is not to be believed. */
const mostTokens = 1_000_000_000;

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostTokens;

const number = (object: Json, key: string): number | undefined => {
  const value = object[key];
  return isCount(value) ? value : undefined;
};

/** Wherever the protocols report usage. */
const reportsOf = (root: Json): readonly Json[] =>
  [root['usage'], asObject(root['response'])['usage'], asObject(root['message'])['usage'], root['usageMetadata']].map(
    asObject,
  );

const details = ['prompt_tokens_details', 'input_tokens_details'];

/** Negative, broken or past all bounds: then nothing of what the answer reports is believed. */
const isUnsound = (root: Json): boolean =>
  reportsOf(root)
    .flatMap((report) => [report, ...details.map((name) => asObject(report[name]))])
    .flatMap((report) => Object.entries(report))
    .some(([name, value]) => /token/i.test(name) && typeof value === 'number' && !isCount(value));

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const readTokens = (provider: string, before: Tokens | undefined, root: Json): Tokens | undefined => {
  switch (provider) {
    case 'anthropic':
      return readAnthropic(before, root);
    case 'gemini':
      return readGemini(root) ?? before;
    default:
      return readOpenAi(root) ?? before;
  }
};

/** Chat completions (`usage`, in a stream in the last chunk) and responses (`response.completed`). */
const readOpenAi = (root: Json): Tokens | undefined => {
  const usage = asObject(root['usage'] ?? asObject(root['response'])['usage']);
  const input = number(usage, 'prompt_tokens') ?? number(usage, 'input_tokens');
  if (input === undefined) return undefined;
  const output = number(usage, 'completion_tokens') ?? number(usage, 'output_tokens') ?? 0;
  const details = asObject(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  return {
    input,
    cachedInput: number(details, 'cached_tokens') ?? number(usage, 'prompt_cache_hit_tokens') ?? 0,
    cacheWrite: 0,
    // xAI leaves reasoning out of completion_tokens, but not out of the total.
    output: Math.max(output, (number(usage, 'total_tokens') ?? 0) - input),
  };
};

/** Its `input_tokens` leave out what was read from or written to the cache. `message_delta` counts cumulatively. */
const readAnthropic = (before: Tokens | undefined, root: Json): Tokens | undefined => {
  const usage = asObject(root['usage'] ?? asObject(root['message'])['usage']);
  const output = number(usage, 'output_tokens');
  const plain = number(usage, 'input_tokens');
  if (output === undefined && plain === undefined) return before;
  const cachedInput = number(usage, 'cache_read_input_tokens') ?? before?.cachedInput ?? 0;
  const cacheWrite = number(usage, 'cache_creation_input_tokens') ?? before?.cacheWrite ?? 0;
  return {
    input: plain === undefined ? (before?.input ?? 0) : plain + cachedInput + cacheWrite,
    cachedInput,
    cacheWrite,
    output: output ?? before?.output ?? 0,
  };
};

const readGemini = (root: Json): Tokens | undefined => {
  const usage = asObject(root['usageMetadata']);
  const prompt = number(usage, 'promptTokenCount');
  if (prompt === undefined) return undefined;
  return {
    input: prompt + (number(usage, 'toolUsePromptTokenCount') ?? 0),
    cachedInput: number(usage, 'cachedContentTokenCount') ?? 0,
    cacheWrite: 0,
    output: (number(usage, 'candidatesTokenCount') ?? 0) + (number(usage, 'thoughtsTokenCount') ?? 0),
  };
};

const cutReasons = new Set(['length', 'MAX_TOKENS', 'max_tokens', 'max_output_tokens']);

const isCut = (root: Json): boolean => {
  const first = (key: string): Json => asObject(Array.isArray(root[key]) ? (root[key] as unknown[])[0] : undefined);
  const response = asObject(root['response'] ?? root);
  return [
    first('choices')['finish_reason'],
    first('candidates')['finishReason'],
    root['stop_reason'],
    asObject(root['delta'])['stop_reason'],
    asObject(response['incomplete_details'])['reason'],
  ].some((reason) => typeof reason === 'string' && cutReasons.has(reason));
};

/** OpenAI `{error:{code,type,message}}`, Anthropic `{type:'error',error}`, Gemini `{error:{status,details}}`. */
const readError = (root: Json): string => {
  const raw = root['error'] ?? asObject(root['response'])['error'];
  if (typeof raw === 'string') return raw;
  const error = asObject(raw);
  const reasons = Array.isArray(error['details']) ? error['details'].map((each) => text(asObject(each)['reason'])) : [];
  const codes = [text(error['code']), text(error['type']), text(error['status']), ...reasons].filter(Boolean);
  const message = text(error['message']) || text(root['detail']);
  return [[...new Set(codes)].join(' '), message].filter(Boolean).join(': ');
};

/** `{error:{details:[{'@type':'type.googleapis.com/google.rpc.RetryInfo',retryDelay:'34.07s'}]}}` */
const readRetry = (root: Json): number | undefined => {
  const details = asObject(root['error'])['details'];
  const delays = Array.isArray(details) ? details.map((each) => text(asObject(each)['retryDelay'])) : [];
  const seconds = delays.flatMap((delay) => /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1] ?? [])[0];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
};
