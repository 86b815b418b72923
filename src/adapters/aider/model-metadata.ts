import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes Aider's `models.json` for the models of a message. */
export interface ModelMetadata {
  render(models: readonly string[]): Promise<string>;
}

type Table = Readonly<Record<string, unknown>>;

/**
 * Entries for models that neither litellm's table nor Aider's own knows; without one Aider looks them up on the
 * network. An entry says nothing it does not know: no prices, no context window.
 */
export const modelMetadata = (pricesFile: string): ModelMetadata => {
  let known: Promise<readonly Table[]> | undefined;
  const tables = (): Promise<readonly Table[]> =>
    (known ??= Promise.all([pricesFile, ownTable(pricesFile)].map(readTable)));
  return {
    render: async (models) => {
      const all = await tables();
      const unknown = [...new Set(models)].filter((model) => !all.some((table) => knows(table, model)));
      return JSON.stringify(Object.fromEntries(unknown.map((model) => [model, entry(model)])));
    },
  };
};

// Both lie in the same site-packages.
const ownTable = (pricesFile: string): string =>
  join(dirname(dirname(pricesFile)), 'aider', 'resources', 'model-metadata.json');

const readTable = async (file: string): Promise<Table> => {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};

// As Aider looks it up: the whole name, or what follows the provider when the table says the same provider.
const knows = (table: Table, model: string): boolean => {
  if (model in table) return true;
  const [provider, name, ...rest] = model.split('/');
  const found = name === undefined || rest.length > 0 ? undefined : table[name];
  return (
    typeof found === 'object' && found !== null && 'litellm_provider' in found && found.litellm_provider === provider
  );
};

const entry = (model: string): object => ({
  litellm_provider: model.includes('/') ? model.slice(0, model.indexOf('/')) : 'openai',
  mode: 'chat',
});
