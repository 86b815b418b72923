import type { Failure } from '../../core/failure.js';
import { parseModelName, type ModelName } from '../../core/models.js';
import { classifyProviderError } from '../../core/provider-error.js';
import type { ProviderName } from '../../core/providers.js';
import { failed, success } from '../../core/result.js';
import { noUsage } from '../../core/usage.js';
import type { Clock } from '../../ports/clock.js';
import type { Gateway, GatewayLease } from '../../ports/gateway.js';
import type { Answer, Model, ModelFailure, Question } from '../../ports/model.js';
import type { Result } from '../../core/result.js';
import { answerCut, answerInvalid, questionCancelled, questionRefused } from './model-failures.js';
import { parseAnswer } from './parse-answer.js';
import type { Generated, Mode } from './sdk.js';
import { wireSchema, type WireSchema } from './wire-schema.js';

export interface ModelOptions {
  readonly gateway: Gateway;
  readonly clock: Clock;
  /** Limit of every answer, tokens; the provider's own when absent. */
  readonly maxOutputTokens?: number;
  /** For one question with all its retries, ms. */
  readonly timeoutMs?: number;
}

/** Below the 300 s after which Node's `fetch` gives up waiting for headers, so that the reason is ours to tell. */
const defaultTimeoutMs = 290_000;

/** Questions to models of every provider in the table, each by its own protocol, through a lease of the gateway. */
export const createModel = (options: ModelOptions): Model => ({
  ask: async <T>(question: Question<T>) => {
    const name = parseModelName(question.model);
    if (!name.ok) return failed(asModelFailure(name.failure));
    const lease = options.gateway.lease(`${question.name} ${question.model}`, [question.model]);
    try {
      return await askThrough(lease, { options, question, name: name.value });
    } finally {
      lease.close();
    }
  },
});

interface Asking<T> {
  readonly options: ModelOptions;
  readonly question: Question<T>;
  readonly name: ModelName;
}

const askThrough = async <T>(
  lease: GatewayLease,
  { options, question, name }: Asking<T>,
): Promise<Result<Answer<T>, ModelFailure>> => {
  const startedAt = options.clock.now();
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  const wire = wireSchema(question.schema);
  const refuse = (failure: Failure) => failed({ ...failure, usage: lease.traffic().usage });
  const generated = await generateAnswer(lease, { options, question, name }, { wire, deadline });
  if (question.signal.aborted) return refuse(questionCancelled(question.model));
  if (generated instanceof Error) {
    return refuse(
      questionRefused({
        model: question.model,
        traffic: lease.traffic(),
        error: generated,
        timedOut: deadline.aborted,
        timeoutMs,
      }),
    );
  }
  if (generated.finishReason === 'length') return refuse(answerCut(question.model));
  const parsed = parseAnswer(generated.text, question.schema, wire);
  if (!parsed.ok) return refuse(answerInvalid(question.model, parsed.failure));
  return success({ value: parsed.value, usage: lease.traffic().usage, durationMs: options.clock.now() - startedAt });
};

/** Asks by schema; a server that refuses the answer format is asked once more, in words alone. */
const generateAnswer = async <T>(
  lease: GatewayLease,
  asking: Asking<T>,
  { wire, deadline }: { wire: WireSchema; deadline: AbortSignal },
): Promise<Generated | Error> => {
  // Loaded at the first question: the SDK would slow every start, also of runs that ask nothing.
  const { generate } = await import('./sdk.js');
  const { question, name, options } = asking;
  const attempt = (mode: Mode): Promise<Generated | Error> =>
    generate({
      provider: name.provider,
      model: name.model,
      baseUrl: lease.baseUrl(name.provider),
      token: lease.token,
      mode,
      name: question.name,
      schema: wire.json,
      system: mode === 'schema' ? question.system : `${question.system}\n\n${formatRule(wire)}`,
      prompt: question.prompt,
      maxOutputTokens: options.maxOutputTokens,
      signal: AbortSignal.any([question.signal, deadline]),
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const first = await attempt(firstMode(name.provider));
  return first instanceof Error && refusesFormat(lease) ? attempt('text') : first;
};

/** DeepSeek knows JSON objects but no schemas. */
const firstMode = (provider: ProviderName): Mode => (provider === 'deepseek' ? 'json' : 'schema');

const refusesFormat = (lease: GatewayLease): boolean => {
  const { statuses, lastError } = lease.traffic();
  const refused = classifyProviderError(statuses.at(-1) ?? 0, lastError) === 'request-refused';
  return (
    refused &&
    /response_?format|json_?(schema|object|mode)|schema|structured|output_(config|format)|mime/i.test(lastError)
  );
};

const formatRule = ({ json }: WireSchema): string =>
  `Answer with one JSON object and nothing else: no code fence, no words around it. Its JSON Schema:\n${JSON.stringify(json)}`;

/** A name that cannot be used is the same to the caller as a key that cannot: a setting is wrong. */
const asModelFailure = (failure: Failure): ModelFailure => ({ ...failure, reason: 'auth-failed', usage: noUsage });
