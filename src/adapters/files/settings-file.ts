import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingsFile } from '../../core/settings/fault.js';

/** The settings file of a checkout, parsed; undefined where there is none. */
export const readSettingsFile = async (folder: string): Promise<unknown> =>
  parseSettingsFile(await readFile(join(folder, settingsFile), 'utf8').catch(() => undefined));

/**
 * The text of a settings file, wherever it was read, as data. What is no YAML comes back as its parser's message,
 * which the settings refuse as they refuse anything that is no mapping.
 */
export const parseSettingsFile = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    const value: unknown = parse(text);
    return holdsItself(value) ? 'An anchor in it holds itself.' : value;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** `a: &x [*x]` is YAML, and no data. */
const holdsItself = (value: unknown, above: readonly unknown[] = []): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (above.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...above, value])));
