import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const ActionYaml = z.looseObject({
  inputs: z.record(z.string(), z.looseObject({ default: z.unknown().optional() }).nullable()).default({}),
  runs: z.looseObject({ main: z.string(), post: z.string().optional() }),
});

/** What the runner needs of an `action.yml`: declared inputs with their defaults, and the entry files. */
export interface ActionFile {
  readonly defaults: ReadonlyMap<string, string>;
  readonly main: string;
  readonly post?: string;
}

/** Reads an `action.yml`. Throws when it is not there or no action. */
export const readActionFile = async (path: string): Promise<ActionFile> => {
  const { inputs, runs } = ActionYaml.parse(parse(await readFile(path, 'utf8')));
  const defaults = Object.entries(inputs).map(([name, input]): [string, string] => [name, asText(input?.default)]);
  return {
    defaults: new Map(defaults),
    main: resolve(dirname(path), runs.main),
    ...(runs.post === undefined ? {} : { post: resolve(dirname(path), runs.post) }),
  };
};

/**
 * `INPUT_*` as the runner sets them: every declared input, '' where it has no default; names in capitals, spaces to
 * `_`, hyphens kept. An input that is not declared is set too and only warned of.
 */
export const inputVariables = (
  defaults: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string>>,
  token: string,
): Readonly<Record<string, string>> => {
  const values = new Map([...defaults].map(([name, text]) => [name, evaluate(text, token)]));
  for (const [name, value] of Object.entries(given)) values.set(name, value);
  return Object.fromEntries([...values].map(([name, value]) => [inputVariable(name), value]));
};

const inputVariable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

/** Defaults may hold one expression only; another is a fault of the action file. */
const evaluate = (text: string, token: string): string => {
  const value = text.replace(/\$\{\{\s*github\.token\s*\}\}/g, token);
  if (value.includes('${{')) throw new Error(`default not understood by this runner: ${text}`);
  return value;
};

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};
