import { failed, success, type Result } from '../result.js';
import type { ValidationCommand } from '../validation.js';
import { resolveClashes } from './clashes.js';
import { collect, collectFile, type Given } from './collect.js';
import { quoteValue, type InputsAre, type SettingFault } from './fault.js';
import {
  fromEnvironment,
  missingKeys,
  missingSecret,
  readProviders,
  type Environment,
  type ProviderAccesses,
} from './provider-access.js';
import { camelCase, settingsTable, type Setting, type SettingValues } from './table.js';

type Replaced =
  | 'model'
  | 'prdModel'
  | 'validation'
  | `${string}ApiKey`
  | 'apiBase'
  | 'agentTimeoutMinutes'
  | 'timeoutExtensionMinutes'
  | 'validationTimeoutMinutes'
  | 'runTimeoutMinutes';

/** Everything a run was told, checked as a whole. Names are those of the inputs in camel case; times are in ms. */
export interface Settings extends Readonly<Omit<SettingValues, Replaced>> {
  /** As Aider writes it. '' only where `needs.model` is false and nobody gave one. */
  readonly model: string;
  readonly prdModel: string;
  /** Undefined: to be detected. */
  readonly validation: readonly ValidationCommand[] | undefined;
  readonly agentTimeoutMs: number;
  readonly timeoutExtensionMs: number;
  readonly validationTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** Keys and base URLs, from inputs and environment. */
  readonly providers: ProviderAccesses;
}

export interface SettingsSources {
  /** By input name or alias; '' counts as not given. From the command line: flags without their dashes. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly inputsAre?: InputsAre;
  /** The parsed YAML of the settings file; undefined when there is none. */
  readonly file?: unknown;
  readonly env: Environment;
  /** What this command cannot do without; all by default. Without `model` no keys are needed either. */
  readonly needs?: { readonly model?: boolean; readonly keys?: boolean; readonly githubToken?: boolean };
}

const badValue = (row: Setting, given: Given): SettingFault => ({
  reason: 'bad-value',
  key: row.name,
  source: given.source,
  expected: row.kind.expected,
  came: quoteValue(given.text, row.secret),
  mend: row.kind.mend?.(given.text) ?? `Correct ${row.name}.`,
});

const missingModel = (inputsAre: InputsAre): SettingFault => ({
  reason: 'missing',
  key: 'model',
  source: inputsAre,
  expected: 'the model of the agents',
  came: 'none',
  mend: `Give ${inputsAre === 'flag' ? '--model' : 'the input model'}, for example anthropic/claude-sonnet-4-5.`,
});

interface Parsed {
  readonly values: SettingValues;
  readonly faults: readonly SettingFault[];
}

/** Parses every row; where one fails its value is undefined, and the faults keep anybody from seeing it. */
const parseValues = (given: ReadonlyMap<string, Given>): Parsed => {
  const faults: SettingFault[] = [];
  const entries = settingsTable.map((row: Setting) => {
    const said =
      given.get(row.name) ??
      (row.default === undefined ? undefined : { text: row.default, source: 'default' as const });
    if (said === undefined) return [camelCase(row.name), undefined];
    const parsed = row.kind.schema.safeParse(said.text);
    if (!parsed.success) faults.push(badValue(row, said));
    return [camelCase(row.name), parsed.data];
  });
  return { values: Object.fromEntries(entries) as SettingValues, faults };
};

const keysOf = (values: SettingValues) => ({
  openai: values.openaiApiKey,
  anthropic: values.anthropicApiKey,
  gemini: values.geminiApiKey,
  openrouter: values.openrouterApiKey,
  deepseek: values.deepseekApiKey,
  groq: values.groqApiKey,
  xai: values.xaiApiKey,
});

const present = <T extends object>(values: T): { readonly [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: NonNullable<T[K]>;
  };

const minute = 60_000;

/** Keys live in `providers` alone. */
const withoutKeys = (values: SettingValues): Omit<SettingValues, Replaced> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !/ApiKey$|^apiBase$|Minutes$/.test(name))) as Omit<
    SettingValues,
    Replaced
  >;

const assemble = (values: SettingValues, access: ProviderAccesses): Settings => {
  const { agentTimeoutMinutes, timeoutExtensionMinutes, validationTimeoutMinutes, runTimeoutMinutes } = values;
  const validationTimeoutMs = validationTimeoutMinutes * minute;
  const model = values.model ?? '';
  return {
    ...withoutKeys(values),
    model,
    prdModel: values.prdModel ?? (access.gemini.key === undefined ? model : 'gemini/gemini-2.5-pro'),
    validation: values.validation?.map((command) => ({ ...command, timeoutMs: validationTimeoutMs })),
    agentTimeoutMs: agentTimeoutMinutes * minute,
    timeoutExtensionMs: timeoutExtensionMinutes * minute,
    validationTimeoutMs,
    runTimeoutMs: runTimeoutMinutes * minute,
    providers: access,
  };
};

const missingSettings = (settings: Settings, { given, needs, inputsAre }: Whole): readonly SettingFault[] => {
  const { githubToken, model, weakModel, prdModel, providers } = settings;
  const faults: SettingFault[] = [];
  if (needs?.githubToken !== false && githubToken === undefined) {
    faults.push(missingSecret({ input: 'github-token', variable: 'GITHUB_TOKEN', expected: 'a token' }, inputsAre));
  }
  if (needs?.model === false) return faults;
  if (!given.has('model')) faults.push(missingModel(inputsAre));
  if (needs?.keys === false) return faults;
  const models = { model, 'weak-model': weakModel, 'prd-model': prdModel };
  return [...faults, ...missingKeys(models, providers, inputsAre)];
};

interface Whole {
  readonly given: ReadonlyMap<string, Given>;
  readonly needs: SettingsSources['needs'];
  readonly inputsAre: InputsAre;
}

const withToken = (given: ReadonlyMap<string, Given>, env: Environment): ReadonlyMap<string, Given> => {
  const token = fromEnvironment(env, 'GITHUB_TOKEN');
  if (given.has('github-token') || token === undefined) return given;
  return new Map([...given, ['github-token', { text: token, source: 'environment' }]]);
};

/**
 * Parses all settings at once. Input (or flag) goes before file, file before default. Every fault there is comes
 * back together; a value that contradicts one of a higher source gives way to it.
 */
export const parseSettings = (sources: SettingsSources): Result<Settings, readonly SettingFault[]> => {
  const inputsAre = sources.inputsAre ?? 'input';
  const inputs = collect(sources.inputs, inputsAre);
  const file = collectFile(sources.file);
  const merged = resolveClashes(withToken(new Map([...file.given, ...inputs.given]), sources.env));
  const { values, faults } = parseValues(merged.given);
  const { access, faults: baseFaults } = readProviders({
    env: sources.env,
    keys: present(keysOf(values)),
    apiBase: values.apiBase,
  });
  const settings = assemble(values, access);
  const missed = missingSettings(settings, { given: merged.given, needs: sources.needs, inputsAre });
  const wrong = [...inputs.faults, ...file.faults, ...merged.faults, ...faults, ...baseFaults];
  const all = [...wrong, ...missed.filter((fault) => !faults.some((other) => other.key === fault.key))];
  return all.length === 0 ? success(settings) : failed(all);
};
