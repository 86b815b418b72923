import { z } from 'zod';

/**
 * One test that failed. `id` is the same in every run of the same test: file, groups and name as its runner gives
 * them, without line numbers. `message` is its first line. `files` are paths its message and stack trace name, as
 * printed.
 */
export const TestFailure = z.strictObject({
  id: z.string(),
  message: z.string().optional(),
  files: z.array(z.string()).optional(),
});
export type TestFailure = z.infer<typeof TestFailure>;

/**
 * What a test runner said about one run of it. `complete`: everything that failed is named, so a run without new names
 * has no new failure. `formats` says from what it was read: names of different formats cannot be compared.
 */
export const TestResults = z.strictObject({
  formats: z.array(z.string()),
  passed: z.int().nonnegative().optional(),
  total: z.int().nonnegative().optional(),
  failures: z.array(TestFailure),
  complete: z.boolean(),
});
export type TestResults = z.infer<typeof TestResults>;

/** What a parser has found, before it is brought into form. */
export interface Found {
  readonly format: string;
  readonly passed?: number | undefined;
  readonly total?: number | undefined;
  readonly failures: readonly Failing[];
  /** As the runner counted them, where it does: named and counted must agree. */
  readonly failed?: number | undefined;
  /** The runner did not come to its end, or its words are cut. */
  readonly cutShort?: boolean;
}

/** A failed test and everything that was printed about it. */
export interface Failing {
  readonly id: string;
  readonly text: string;
}

/** Beyond it nobody reads the names, and a journal that holds them all would only grow. */
const maxFailures = 1_000;
const maxIdLength = 300;

/** Brings what was found into form: ids made distinct and short, one line of message, files taken from the text. */
export const toResults = (found: Found): TestResults => {
  const ids = distinct(found.failures.map(({ id }) => oneLine(id).slice(0, maxIdLength)));
  const failures = found.failures.slice(0, maxFailures).map(({ text }, index) => ({
    id: ids[index] ?? '',
    ...messageOf(text),
    ...filesOf(text),
  }));
  const counted = found.failed === undefined || found.failed === found.failures.length;
  const { passed, total, format } = found;
  return {
    formats: [format],
    ...(passed === undefined ? {} : { passed }),
    ...(total === undefined ? {} : { total }),
    failures,
    complete: counted && found.cutShort !== true && found.failures.length <= maxFailures,
  };
};

/** Several runs of runners in one command, as one. */
export const mergeResults = (all: readonly TestResults[]): TestResults | undefined => {
  const [first, ...rest] = all;
  if (first === undefined || rest.length === 0) return first;
  const failures = all.flatMap((each) => each.failures);
  const ids = distinct(failures.map(({ id }) => id));
  const passed = sum(all.map((each) => each.passed));
  const total = sum(all.map((each) => each.total));
  return {
    formats: [...new Set(all.flatMap((each) => each.formats))].toSorted(),
    ...(passed === undefined ? {} : { passed }),
    ...(total === undefined ? {} : { total }),
    failures: failures.map((failure, index) => ({ ...failure, id: ids[index] ?? '' })).slice(0, maxFailures),
    complete: all.every((each) => each.complete) && failures.length <= maxFailures,
  };
};

const sum = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce((total, each) => (total === undefined || each === undefined ? undefined : total + each), 0);

/** A second failure of the same name is a failure of its own. */
const distinct = (ids: readonly string[]): readonly string[] => {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    const nth = (seen.get(id) ?? 0) + 1;
    seen.set(id, nth);
    return nth === 1 ? id : `${id} (${nth})`;
  });
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const messageOf = (text: string): { message?: string } => {
  const line = text.split('\n').find((each) => each.trim() !== '');
  return line === undefined ? {} : { message: oneLine(line).slice(0, 300) };
};

const maxFiles = 10;
const maxLineLength = 1_000;
const path = /[\w@+.\-/$[\]]*[\w\]$]\.[A-Za-z][A-Za-z0-9]{0,5}(?=$|[^\w/.])(?::\d)?/g;
const foreign = /^\/|^\.\.\/|(?:^|\/)node_modules\/|^node:/;

/** Paths below the repository: what stands elsewhere is nobody's change. */
const filesOf = (text: string): { files?: string[] } => {
  const files = new Set<string>();
  for (const line of text.split('\n').slice(0, 200)) {
    for (const [match] of line.slice(0, maxLineLength).matchAll(path)) {
      const file = match.replace(/^(?:\.\/)+/, '').replace(/:\d$/, '');
      // A bare name is one only with a line: `Object.is` is none.
      if ((file.includes('/') || /:\d$/.test(match)) && !foreign.test(file)) files.add(file);
      if (files.size === maxFiles) return { files: [...files] };
    }
  }
  return files.size === 0 ? {} : { files: [...files] };
};
