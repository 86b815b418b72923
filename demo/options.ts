import { parseArgs } from 'node:util';
import { findScenario, scenarios } from './scenarios/index.js';
import type { Scenario } from './scenarios/index.js';

/** What `npm run demo` was asked for. */
export interface DemoOptions {
  readonly scenario: Scenario;
  /** With `--real`: the model to use for everything, by Aider's name; keys come from the environment. */
  readonly realModel?: string;
  readonly keep: boolean;
  /** Port of the embedded GitHub; 0: any free one. */
  readonly port: number;
}

export const usage = `npm run demo -- [options]
  --scenario ${scenarios.map((each) => each.name).join('|')}   what is asked for (default ${scenarios[0].name})
  --real --model M          a real model, e.g. openai/gpt-4.1, with its key in the environment; this costs money
  --keep                    leave the servers running to look around, until Ctrl-C
  --open-port N             port of the embedded GitHub`;

/** Reads the command line. A string is what is wrong with it, for a person. */
export const readOptions = (args: readonly string[]): DemoOptions | string => {
  const read = tryParse(args);
  if (typeof read === 'string') return read;
  const scenario = findScenario(read.scenario ?? scenarios[0].name);
  if (scenario === undefined) return `no scenario "${read.scenario ?? ''}"`;
  const wantsReal = read.real === true || read.model !== undefined;
  if (wantsReal && read.model === undefined) return '--real needs --model, e.g. --model openai/gpt-4.1';
  const port = Number(read['open-port'] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    return `--open-port: ${String(read['open-port'])} is no port`;
  return { scenario, keep: read.keep === true, port, ...(read.model === undefined ? {} : { realModel: read.model }) };
};

const tryParse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        real: { type: 'boolean' },
        model: { type: 'string' },
        keep: { type: 'boolean' },
        'open-port': { type: 'string' },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
