import type { Failure } from '../failure.js';

/** What an input is called where the settings are given: `flag` on the command line. */
export type InputsAre = 'input' | 'flag';

/** Where a value came from. */
export type SettingSource = InputsAre | 'file' | 'environment' | 'default';

/** One thing that is wrong with the settings. `came` never holds the value of a secret or of an unknown key. */
export interface SettingFault {
  readonly reason: 'unknown-key' | 'bad-value' | 'clash' | 'missing' | 'secret-in-file' | 'bad-file';
  readonly key: string;
  readonly source: SettingSource;
  readonly expected: string;
  readonly came: string;
  /** What to write instead. */
  readonly mend: string;
}

/** Where settings can be kept in a repository; read from the default branch only. */
export const settingsFile = '.github/aider-orchestrator.yml';

const places: Readonly<Record<SettingSource, string>> = {
  input: 'input',
  flag: 'flag',
  file: settingsFile,
  environment: 'environment variable',
  default: 'default',
};

/** One line that names the key, where it came from, what was expected and what came; how to mend it is `mend`. */
export const renderFault = ({ key, source, expected, came }: SettingFault): string =>
  `${key} (${places[source]}): expected ${expected}; came ${came}.`;

/** All faults as the one failure that ends a run before anything is paid for. */
export const settingsFailure = (faults: readonly SettingFault[]): Failure => {
  const lines = faults.map(renderFault);
  return {
    reason: 'settings-invalid',
    who: 'user',
    message:
      lines.length === 1
        ? `A setting is not valid: ${lines.join('')}`
        : ['The settings are not valid:', ...lines.map((line) => `- ${line}`)].join('\n'),
    action: [...new Set(faults.map((fault) => fault.mend))].join(' '),
  };
};

/** A value as a fault shows it: quoted, on one line, cut. Whatever may carry a password is hidden. */
export const quoteValue = (text: string, hidden: boolean): string => {
  if (hidden || /:\/\/[^/\s]*@/.test(text)) return 'a value (hidden)';
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}...` : JSON.stringify(text);
};
