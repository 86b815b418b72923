import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { priceOf, type Price, type Prices, type PriceTable } from '../../core/prices.js';

/** litellm's own table, below the `site-packages` it is installed in. */
export const pricesFileName = join('litellm', 'model_prices_and_context_window_backup.json');

/**
 * Prices out of the table that the provisioned Aider itself bills by. Read (1.3 MB, about 15 ms) at the first
 * question, and asked for again while it is not there yet: Aider may be installed after the first model call. An empty
 * `file` means that there is no table.
 */
export const openPrices = (options: { readonly file: string | (() => string | undefined) }): Prices => {
  const file = (): string | undefined =>
    (typeof options.file === 'string' ? options.file : options.file()) || undefined;
  const known = new Map<string, Price | undefined>();
  let table: PriceTable | undefined;
  return {
    source: () => describeSource(file()),
    priceOf: (model) => {
      table ??= readTable(file());
      if (table === undefined) return undefined;
      if (!known.has(model)) known.set(model, priceOf(table, model));
      return known.get(model);
    },
  };
};

const readTable = (file: string | undefined): PriceTable | undefined => {
  if (file === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as PriceTable) : undefined;
  } catch {
    return undefined;
  }
};

/** Names both versions by the `*.dist-info` folders beside the package. */
const describeSource = (file: string | undefined): string => {
  if (file === undefined) return 'no price table';
  const packages = listFolder(dirname(dirname(file)));
  const versionOf = (name: string): string | undefined =>
    packages.flatMap((each) => (each.startsWith(`${name}-`) ? (/-(.+)\.dist-info$/.exec(each)?.[1] ?? []) : []))[0];
  const litellm = versionOf('litellm');
  const aider = versionOf('aider_chat');
  if (litellm === undefined) return 'price table of litellm, version unknown';
  return aider === undefined ? `litellm ${litellm}` : `litellm ${litellm}, as bundled with Aider ${aider}`;
};

const listFolder = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
