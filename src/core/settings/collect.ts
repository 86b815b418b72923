import { quoteValue, settingsFile, type SettingFault, type SettingSource } from './fault.js';
import { suggest } from '../text/edit-distance.js';
import { allSettingNames, findSetting, type Setting } from './table.js';

/** What somebody wrote for a setting, before it is parsed. */
export interface Given {
  readonly text: string;
  readonly source: SettingSource;
}

/** What one source brought: by setting name (aliases resolved), and what is wrong with its keys. */
export interface Collected {
  readonly given: ReadonlyMap<string, Given>;
  readonly faults: readonly SettingFault[];
}

const unknownKey = (key: string, source: SettingSource): SettingFault => {
  const near = suggest(key.toLowerCase(), allSettingNames);
  return {
    reason: 'unknown-key',
    key,
    source,
    expected: 'the name of a setting',
    came: 'a name that is none',
    mend: near === undefined ? `Remove "${key}".` : `Write "${near}" instead of "${key}".`,
  };
};

const twoNames = (row: Setting, source: SettingSource): SettingFault => ({
  reason: 'clash',
  key: row.name,
  source,
  expected: `only one of ${[row.name, ...row.aliases].join(' and ')}, which are the same setting`,
  came: 'different values',
  mend: `Keep ${row.name} and remove ${row.aliases.join(', ')}.`,
});

const secretInFile = (row: Setting): SettingFault => ({
  reason: 'secret-in-file',
  key: row.name,
  source: 'file',
  expected: 'no key or token in a file of the repository',
  came: quoteValue('', true),
  mend: `Remove ${row.name} from ${settingsFile}, revoke it, and give a new one as an input from a secret.`,
});

const badShape = (key: string): SettingFault => ({
  reason: 'bad-value',
  key,
  source: 'file',
  expected: 'a text, a number, true or false, or a list of these',
  came: 'something else',
  mend: `Write the value of ${key} as its input would be written.`,
});

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const textOf = (value: unknown, row: Setting): string | undefined => {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value)) return value.every(isScalar) ? value.join('\n') : undefined;
  if (row.name !== 'validation' || typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, run]) => isScalar(run))
    ? entries.map(([name, run]) => `${name}: ${run}`).join('\n')
    : undefined;
};

/**
 * Takes the keys of one source (inputs, flags or the file) and turns every value into text. An empty value is one
 * nobody gave: GitHub sends inputs that were not set as ''.
 */
export const collect = (values: Readonly<Record<string, unknown>>, source: SettingSource): Collected => {
  const given = new Map<string, Given>();
  const faults: SettingFault[] = [];
  for (const [key, value] of Object.entries(values)) {
    const row = findSetting(key);
    const text = row && value !== null && value !== undefined ? textOf(value, row)?.trim() : '';
    const before = row && given.get(row.name);
    if (row === undefined) faults.push(unknownKey(key, source));
    else if (text === '') continue;
    else if (row.secret && source === 'file') faults.push(secretInFile(row));
    else if (text === undefined) faults.push(badShape(key));
    else if (before !== undefined && before.text !== text) faults.push(twoNames(row, source));
    else given.set(row.name, { text, source });
  }
  return { given, faults };
};

/** A file that is no YAML comes as its parser's message, whose first line says where; other text is not shown. */
const describeShape = (file: unknown): string => {
  if (Array.isArray(file)) return 'a list';
  const [first = ''] = typeof file === 'string' ? file.split('\n') : [];
  return / at line \d+, column \d+/.test(first) ? `no YAML: ${first.replace(/[:.]*$/, '')}` : `a ${typeof file}`;
};

/** The parsed settings file as keys and values; anything but a mapping is a fault. An empty file is no settings. */
export const collectFile = (file: unknown): Collected => {
  if (file === undefined || file === null) return collect({}, 'file');
  if (typeof file === 'object' && !Array.isArray(file)) return collect(file as Record<string, unknown>, 'file');
  const fault: SettingFault = {
    reason: 'bad-file',
    key: settingsFile,
    source: 'file',
    expected: 'a mapping of setting names to values',
    came: describeShape(file),
    mend: `Write one "name: value" a line in ${settingsFile}.`,
  };
  return { given: new Map(), faults: [fault] };
};
