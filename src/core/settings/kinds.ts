import { z } from 'zod';
import { parseModelName } from '../models.js';
import { parseSplit, type Split } from '../plan/split.js';

/** How the text of a setting becomes its value. `mend` says better than "correct it" what to do about a bad one. */
export interface Kind<T> {
  readonly expected: string;
  readonly schema: z.ZodType<T, string>;
  readonly mend?: (text: string) => string;
}

const kind = <T>(expected: string, schema: z.ZodType<T, string>): Kind<T> => ({ expected, schema });
const matching = (expected: string, fits: (text: string) => boolean): Kind<string> =>
  kind(expected, z.string().refine(fits));

/** Any text, with its ends trimmed. */
export const text = matching('a text', (value) => value !== '');

/** Labels we put on at the end of a run; as a trigger they would start the next one. */
const ourLabels = ['aider:done', 'aider:failed'];

export const label = matching(
  `a label of at most 50 characters without commas, other than ${ourLabels.join(' and ')}`,
  (value) => /^[^,\n]{1,50}$/.test(value) && !ourLabels.includes(value.toLowerCase()),
);

export const prefix = matching('a word of at most 40 characters that begins with a sign, like /aider', (value) =>
  /^[^\s\w<>`][^\s<>`]{1,39}$/.test(value),
);

export const secret = matching('a key or token on one line', (value) => /^[\x21-\x7e]+$/.test(value));

export const choice = <const Value extends string>(...values: readonly Value[]): Kind<Value> =>
  kind(`one of ${values.join(', ')}`, z.enum(values) as z.ZodType<Value, string>);

export const flag: Kind<boolean> = kind(
  'true or false',
  z
    .string()
    .toLowerCase()
    .refine((value) => value === 'true' || value === 'false')
    .transform((value) => value === 'true'),
);

const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

export const integer = (min: number, max: number): Kind<number> =>
  kind(`a whole number from ${min} to ${max}`, wholeNumber(min, max));

/** An amount of money; cents and their parts may follow a point. */
export const dollars = (max: number): Kind<number> =>
  kind(
    `an amount in US dollars above 0 and up to ${max}, like 2.50`,
    z
      .string()
      .regex(/^\d{1,9}(\.\d{1,6})?$/)
      .transform(Number)
      .refine((value) => value > 0 && value <= max),
  );

/** `auto`, or so many agents at once. */
export const agents: Kind<'auto' | number> = kind(
  'auto or a whole number from 1 to 16',
  z.union([z.literal('auto'), wholeNumber(1, 16)]) as z.ZodType<'auto' | number, string>,
);

/** Commas part a list, but not those of a glob such as `src/{a,b}.ts`. */
const splitList = (value: string): readonly string[] =>
  value
    .split(/\n|,(?![^{}]*\})/)
    .map((each) => each.trim())
    .filter((each) => each !== '');

export const list = (what: string): Kind<readonly string[]> =>
  kind(`${what}, one a line or separated by commas`, z.string().transform(splitList));

const modelMend = (value: string): string => {
  const parsed = parseModelName(value);
  return parsed.ok ? '' : `${parsed.failure.message} ${parsed.failure.action}`;
};

/** A model name Aider knows and whose provider we can reach; kept as it was written. */
export const model: Kind<string> = {
  ...matching('a model name as Aider writes it, provider/model', (value) => parseModelName(value).ok),
  mend: modelMend,
};

/** `git check-ref-format`, as far as it concerns a branch name. */
const isBranchName = (value: string): boolean =>
  !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|[/.]$|\.lock(?:\/|$)/.test(value) && value !== '';

export const branch = matching('a branch name', isBranchName);

const isRepositoryPath = (value: string): boolean => {
  const parts = value.split('/');
  const bad = (part: string): boolean => part === '' || part === '..' || part === '.' || part.toLowerCase() === '.git';
  // eslint-disable-next-line no-control-regex
  return !/[\0-\x1f\\]/.test(value) && !/^[a-z]:/i.test(value) && !parts.some(bad);
};

export const repositoryPath = matching('a path inside the repository, like docs/plan.json', isRepositoryPath);

const isHttpUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};

export const httpUrl = kind(
  'an http or https address without user or password',
  z
    .string()
    .refine(isHttpUrl)
    .transform((value) => value.replace(/\/+$/, '')),
);

export const version = matching('a version like 0.86.2', (value) => /^\d+(\.\d+){1,3}([.-]?[a-z0-9]+)*$/i.test(value));

/** A command of the user's under a name. */
export interface NamedCommand {
  readonly name: string;
  readonly run: string;
}

const commandLine = /^([A-Za-z][\w .-]{0,39}?)\s*:\s+(\S.*)$/;

const parseCommands = (value: string): readonly NamedCommand[] | undefined => {
  const lines = value.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map((line) => commandLine.exec(line.trim()));
  const commands = read.flatMap((match) => (match ? [{ name: match[1] ?? '', run: match[2] ?? '' }] : []));
  const names = new Set(commands.map((each) => each.name));
  return commands.length === lines.length && names.size === commands.length ? commands : undefined;
};

/** Parsed by `parse`, which gives undefined for what it does not understand. */
const parsedBy = <T>(expected: string, parse: (value: string) => T | undefined): Kind<T> =>
  kind(
    expected,
    z.string().transform((value, context) => {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: 'custom', message: 'not understood' });
      return z.NEVER;
    }),
  );

export const commands: Kind<readonly NamedCommand[]> = parsedBy('lines `name: command`, each name once', parseCommands);

export const split: Kind<Split> = parsedBy('auto, files:<n>, directory, diff:<ref> or none', (value) => {
  const parsed = parseSplit(value);
  return parsed.ok ? parsed.value : undefined;
});
