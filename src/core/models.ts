import type { Failure } from './failure.js';
import { findProvider, providers, type ProviderName } from './providers.js';
import { failed, success, type Result } from './result.js';

/** A model name taken apart. */
export interface ModelName {
  readonly provider: ProviderName;
  /** The provider's own id of the model, as it stands in requests. */
  readonly model: string;
  /** What to give Aider so that its requests go to the same provider. */
  readonly aiderName: string;
}

/** Aider 0.86.2's short names (`MODEL_ALIASES` of its models.py) that lead to a provider of our table. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sonnet: 'claude-sonnet-4-5',
    haiku: 'claude-haiku-4-5',
    opus: 'claude-opus-4-6',
    '4': 'gpt-4-0613',
    '4o': 'gpt-4o',
    '4-turbo': 'gpt-4-1106-preview',
    '35turbo': 'gpt-3.5-turbo',
    '35-turbo': 'gpt-3.5-turbo',
    '3': 'gpt-3.5-turbo',
    deepseek: 'deepseek/deepseek-chat',
    flash: 'gemini/gemini-flash-latest',
    'flash-lite': 'gemini/gemini-2.5-flash-lite',
    quasar: 'openrouter/openrouter/quasar-alpha',
    r1: 'deepseek/deepseek-reasoner',
    'gemini-2.5-pro': 'gemini/gemini-2.5-pro',
    'gemini-3-pro-preview': 'gemini/gemini-3-pro-preview',
    gemini: 'gemini/gemini-3-pro-preview',
    'gemini-exp': 'gemini/gemini-2.5-pro-exp-03-25',
    grok3: 'xai/grok-3-beta',
    optimus: 'openrouter/openrouter/optimus-alpha',
  }),
);

/**
 * Bare names for which Aider 0.86.2 has settings of its own (edit format, weak model) that it does not find under
 * `provider/name`, and which its litellm 1.81.10 sends to the provider by itself. Every other bare name is handed
 * over with its provider: litellm refuses bare names it has never heard of (measured: `gpt-5.3`, `deepseek-chat`).
 */
const keptBare = new Set([
  'gpt-3.5-turbo',
  'gpt-3.5-turbo-0125',
  'gpt-3.5-turbo-0613',
  'gpt-3.5-turbo-1106',
  'gpt-3.5-turbo-16k-0613',
  'gpt-4-0125-preview',
  'gpt-4-0314',
  'gpt-4-0613',
  'gpt-4-1106-preview',
  'gpt-4-32k-0613',
  'gpt-4-turbo',
  'gpt-4-turbo-2024-04-09',
  'gpt-4-vision-preview',
  'gpt-4o-2024-08-06',
  'gpt-5-codex',
  'gpt-5.1-codex',
  'claude-3-5-haiku-20241022',
  'claude-3-haiku-20240307',
  'claude-3-opus-20240229',
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-6',
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
]);

const families: readonly (readonly [RegExp, ProviderName])[] = [
  [/^(gpt-|chatgpt-|codex-|o\d)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^deepseek-/, 'deepseek'],
];

/**
 * Takes a model name apart: `provider/model` with a provider of the table, or a bare name Aider knows. Fails with
 * `model-unknown`, naming what to write instead.
 */
export const parseModelName = (name: string): Result<ModelName, Failure> => {
  const full = aliases.get(name) ?? name;
  const slash = full.indexOf('/');
  return slash < 0 ? parseBare(full) : parseQualified(full, full.slice(0, slash), full.slice(slash + 1));
};

const parseQualified = (name: string, prefix: string, model: string): Result<ModelName, Failure> => {
  const provider = findProvider(prefix);
  if (provider === undefined) return refuse(name, `Provider "${prefix}" is not supported.`, table);
  if (model === '') return refuse(name, 'It names no model.', `Write ${prefix}/<model>.`);
  return success({ provider: provider.name, model, aiderName: name });
};

const parseBare = (name: string): Result<ModelName, Failure> => {
  // litellm sends a bare gemini-* to Vertex AI, whose base URL and key are not ours to give.
  if (name.startsWith('gemini-')) return refuse(name, 'Aider sends it to Vertex AI.', `Write gemini/${name}.`);
  const provider = families.find(([pattern]) => pattern.test(name))?.[1];
  if (provider === undefined) return refuse(name, 'It names no provider and Aider does not know it.', table);
  return success({ provider, model: name, aiderName: keptBare.has(name) ? name : `${provider}/${name}` });
};

const table =
  `Write provider/model with one of ${providers.map((each) => each.name).join(', ')}; ` +
  'for a local or other OpenAI-compatible server write openai/<name> and set api-base.';

const refuse = (name: string, why: string, action: string): Result<never, Failure> =>
  failed({ reason: 'model-unknown', who: 'user', message: `Model "${name}" cannot be used. ${why}`, action });
