import { z } from 'zod';
import { TestResults } from './test-results/test-results.js';

/** One command of the user's (or of a task's `verify`), run by us in a clean checkout. */
export const ValidationCommand = z.strictObject({
  name: z.string().min(1),
  run: z.string().min(1),
  timeoutMs: z.int().positive(),
});
export type ValidationCommand = z.infer<typeof ValidationCommand>;

/**
 * `exitCode` is null when the command was stopped (time-out or signal). `output` is stdout and stderr, capped. `tests`
 * is what its test runners said, where one is known.
 */
export const CommandResult = z.strictObject({
  name: z.string(),
  command: z.string(),
  exitCode: z.int().nullable(),
  timedOut: z.boolean(),
  durationMs: z.number(),
  output: z.string(),
  tests: TestResults.optional(),
  /** Red when it was run first and green when it was run again, on the same tree. */
  flaky: z.literal(true).optional(),
});
export type CommandResult = z.infer<typeof CommandResult>;

export const isGreen = (result: CommandResult): boolean => result.exitCode === 0;

/** Of the tests a result names, their ids. */
export const failedTests = ({ tests }: CommandResult): readonly string[] => tests?.failures.map(({ id }) => id) ?? [];

/**
 * A result held against the baseline. `new-failure`: green at base, or a test failed that did not fail there.
 * `known-failure`: red there too, and every test that failed now failed there. `unknown`: red there too, and what
 * failed cannot be named one by one.
 */
export const Verdict = z.enum(['green', 'known-failure', 'new-failure', 'unknown']);
export type Verdict = z.infer<typeof Verdict>;

/** `newFailures` are the tests to blame somebody for, where they have names. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly newFailures?: string[];
}

/** `baseline` holds what was run there; a command that is not in it, as a task's own, has to be green. */
export const judge = (result: CommandResult, baseline: readonly CommandResult[]): Judgement => {
  if (isGreen(result)) return { verdict: 'green' };
  const before = baseline.find((other) => other.name === result.name);
  if (before === undefined || isGreen(before)) return newFailure(failedTests(result));
  if (!isNamed(before) || !speakAlike(before, result)) return { verdict: 'unknown' };
  const known = new Set(failedTests(before));
  const fresh = failedTests(result).filter((id) => !known.has(id));
  if (fresh.length > 0) return newFailure(fresh);
  return { verdict: isNamed(result) && !passedMore(before, result) ? 'known-failure' : 'unknown' };
};

const newFailure = (ids: readonly string[]): Judgement => ({
  verdict: 'new-failure',
  ...(ids.length === 0 ? {} : { newFailures: [...ids] }),
});

/** A red result all of whose failures have names. */
export const isNamed = ({ exitCode, tests }: CommandResult): boolean =>
  exitCode !== null && tests?.complete === true && tests.failures.length > 0;

/** Names of different reports are different names of the same tests. */
const speakAlike = (before: CommandResult, result: CommandResult): boolean =>
  before.tests?.formats.join() === result.tests?.formats.join();

/** Tests that passed at base and are not among the failures may not have run at all. */
const passedMore = ({ tests: before }: CommandResult, { tests: after }: CommandResult): boolean =>
  before?.passed !== undefined && after?.passed !== undefined && after.passed < before.passed;
