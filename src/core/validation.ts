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
});
export type CommandResult = z.infer<typeof CommandResult>;

export const isGreen = (result: CommandResult): boolean => result.exitCode === 0;

/**
 * A result held against the baseline: `new-failure` was green at base; `unknown` was red there too and its
 * failures cannot be told apart.
 */
export const Verdict = z.enum(['green', 'new-failure', 'unknown']);
export type Verdict = z.infer<typeof Verdict>;

export const judge = (result: CommandResult, baseline: readonly CommandResult[]): Verdict => {
  if (isGreen(result)) return 'green';
  const before = baseline.find((other) => other.name === result.name);
  return before !== undefined && !isGreen(before) ? 'unknown' : 'new-failure';
};
