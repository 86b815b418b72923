import { parseModelName } from '../models.js';
import { providers, type Provider, type ProviderName } from '../providers.js';
import { quoteValue, type InputsAre, type SettingFault } from './fault.js';
import { httpUrl } from './kinds.js';

/** What we may use of one provider. No `base`: its own address. */
export interface ProviderAccess {
  readonly key?: string;
  readonly base?: string;
}

export type ProviderAccesses = Readonly<Record<ProviderName, ProviderAccess>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value of the environment; blank is absent. */
export const fromEnvironment = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

const badBase = (name: string, value: string): SettingFault => ({
  reason: 'bad-value',
  key: name,
  source: 'environment',
  expected: httpUrl.expected,
  came: quoteValue(value, false),
  mend: `Correct or unset ${name}.`,
});

interface Sources {
  readonly env: Environment;
  readonly keys: Readonly<Partial<Record<ProviderName, string>>>;
  readonly apiBase: string | undefined;
}

const baseOf = (provider: Provider, { env, apiBase }: Sources): string | SettingFault | undefined => {
  if (provider.name === 'openai' && apiBase !== undefined) return apiBase;
  const value = fromEnvironment(env, provider.baseEnv);
  if (value === undefined) return undefined;
  const parsed = httpUrl.schema.safeParse(value);
  return parsed.success ? parsed.data : badBase(provider.baseEnv, value);
};

/** Key and base URL of every provider: a given key before the environment's, `api-base` before `OPENAI_API_BASE`. */
export const readProviders = (
  sources: Sources,
): { readonly access: ProviderAccesses; readonly faults: readonly SettingFault[] } => {
  const faults: SettingFault[] = [];
  const access = providers.map((provider) => {
    const key = sources.keys[provider.name] ?? fromEnvironment(sources.env, provider.keyEnv);
    const base = baseOf(provider, sources);
    if (typeof base === 'object') faults.push(base);
    return [provider.name, { ...(key && { key }), ...(typeof base === 'string' && { base }) }] as const;
  });
  return { access: Object.fromEntries(access) as ProviderAccesses, faults };
};

/**
 * A fault for each model whose provider's key is missing, once a provider. A provider with a base of its own may
 * need none (local servers), so there its absence is no fault.
 */
export const missingKeys = (
  models: Readonly<Record<string, string | undefined>>,
  access: ProviderAccesses,
  inputsAre: InputsAre,
): readonly SettingFault[] => {
  const faults = new Map<string, SettingFault>();
  for (const [setting, name] of Object.entries(models)) {
    const parsed = name === undefined ? undefined : parseModelName(name);
    const provider = parsed?.ok ? providers.find((each) => each.name === parsed.value.provider) : undefined;
    if (provider === undefined || faults.has(provider.name)) continue;
    const { key, base } = access[provider.name];
    if (key !== undefined || base !== undefined) continue;
    const { keyInput: input, keyEnv: variable, title } = provider;
    const expected = `a key for ${title}, which ${setting} needs`;
    faults.set(provider.name, missingSecret({ input, variable, expected }, inputsAre));
  }
  return [...faults.values()];
};

interface Secret {
  readonly input: string;
  /** The environment variable that may hold it instead. */
  readonly variable: string;
  readonly expected: string;
}

/** A secret nobody gave. On the command line only the environment can hold one: every process sees the flags. */
export const missingSecret = ({ input, variable, expected }: Secret, inputsAre: InputsAre): SettingFault => {
  const isFlag = inputsAre === 'flag';
  return {
    reason: 'missing',
    key: isFlag ? variable : input,
    source: isFlag ? 'environment' : 'input',
    expected,
    came: 'none',
    mend: isFlag
      ? `Set ${variable} in the environment.`
      : `Give the input ${input}, or set ${variable} in the environment.`,
  };
};
