import { providers } from '../src/core/providers.js';
import type { DemoOptions } from './options.js';
import { startScriptedModel } from './model/index.js';

/** Where the models of a demo come from: what to set on the action, and what to say about it. */
export interface ModelSide {
  readonly says: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Requests answered so far; undefined for a real model. */
  requests(): number | undefined;
  /** Requests the script had no answer for. */
  unmatched(): number;
  close(): Promise<void>;
}

/** A scripted model server, or the real providers with the keys of this environment. */
export const openModelSide = (options: DemoOptions): Promise<ModelSide> =>
  options.realModel === undefined ? scripted(options) : Promise.resolve(real(options, options.realModel));

const scripted = async ({ scenario }: DemoOptions): Promise<ModelSide> => {
  const server = await startScriptedModel({ script: scenario.script, latencyMs: scenario.latencyMs });
  return {
    says: `${server.banner}; every answer takes ${String(scenario.latencyMs / 1000)} s`,
    inputs: {
      ...scenario.inputs,
      'api-base': server.openAiBase,
      'openai-api-key': 'sk-scripted-no-real-key',
      'gemini-api-key': 'scripted-no-real-key',
    },
    env: { GEMINI_API_BASE: server.geminiBase },
    requests: () => server.requests.length,
    unmatched: () => server.unmatched.length,
    close: server.close,
  };
};

const real = ({ scenario }: DemoOptions, model: string): ModelSide => {
  const names = providers.flatMap((each) => [each.keyEnv, each.baseEnv]);
  const env = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    says: `real model ${model}: this costs money at its provider`,
    inputs: { ...scenario.inputs, model, 'prd-model': model },
    env: Object.fromEntries(env) as Record<string, string>,
    requests: () => undefined,
    unmatched: () => 0,
    close: () => Promise.resolve(),
  };
};
