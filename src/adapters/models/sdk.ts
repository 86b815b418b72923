import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, NoObjectGeneratedError, Output, type LanguageModel } from 'ai';
import type { ProviderName } from '../../core/providers.js';
import type { Json } from './wire-schema.js';

/*
 * The only file that imports the AI SDK (about 0.15 s). Import it dynamically.
 */

/** How a structured answer is asked for: by schema, as some JSON object, or in words alone. */
export type Mode = 'schema' | 'json' | 'text';

export interface Generation {
  readonly provider: ProviderName;
  readonly model: string;
  /** The provider's base URL through the gateway. */
  readonly baseUrl: string;
  readonly token: string;
  readonly mode: Mode;
  readonly name: string;
  readonly schema: Json;
  readonly system: string;
  readonly prompt: string;
  readonly maxOutputTokens: number | undefined;
  readonly signal: AbortSignal;
}

export interface Generated {
  readonly text: string;
  readonly finishReason: string;
}

/** One question through the SDK. Rejects with the SDK's error when the provider gave no answer. */
export const generate = async (asked: Generation): Promise<Generated> => {
  try {
    const { text, finishReason } = await generateText({
      model: openModel(asked),
      system: asked.system,
      prompt: asked.prompt,
      output: outputOf(asked),
      // The SDK tries again on 408, 409, 429 and 5xx, and on a connection that failed; Retry-After is honoured.
      maxRetries: 2,
      abortSignal: asked.signal,
      ...(asked.maxOutputTokens === undefined ? {} : { maxOutputTokens: asked.maxOutputTokens }),
    });
    return { text, finishReason };
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw error;
    return { text: error.text ?? '', finishReason: error.finishReason ?? 'unknown' };
  }
};

/** The SDK only has to carry the schema; answers are judged by the caller. */
const outputOf = ({ mode, name, schema }: Generation) => {
  switch (mode) {
    case 'schema':
      return Output.object<unknown>({ schema: jsonSchema<unknown>(schema), name });
    case 'json':
      return Output.json({ name });
    case 'text':
      return Output.text();
  }
};

const openModel = ({ provider, model, baseUrl, token }: Generation): LanguageModel => {
  switch (provider) {
    case 'openai': {
      const openai = createOpenAI({ baseURL: baseUrl, apiKey: token });
      return isResponsesOnly(model) ? openai.responses(model) : openai.chat(model);
    }
    case 'anthropic':
      // The SDK's base ends with /v1, that of Aider's client does not.
      return createAnthropic({ baseURL: `${baseUrl}/v1`, apiKey: token })(model);
    case 'gemini':
      return createGoogleGenerativeAI({ baseURL: baseUrl, apiKey: token })(model);
    case 'openrouter':
    case 'deepseek':
    case 'groq':
    case 'xai':
      return createOpenAICompatible({
        name: provider,
        baseURL: baseUrl,
        apiKey: token,
        supportsStructuredOutputs: provider !== 'deepseek',
      })(model);
  }
};

/** Models OpenAI serves only by its Responses API (`mode: responses` in litellm's table). */
const isResponsesOnly = (model: string): boolean =>
  /^(o\d-pro|o\d.*deep-research|gpt-5(\.\d+)?-(pro|codex)|codex-)/.test(model);

// The SDK prints warnings about unsupported settings to the console.
globalThis.AI_SDK_LOG_WARNINGS = false;
