import type { Run, ValidationRound } from '../run/run.js';
import type { JudgedResult } from '../run/event.js';
import { failedTests, isGreen, isNamed, type CommandResult } from '../validation.js';
import type { ValidationSummary } from './summary.js';

/** The round that saw what was delivered. */
export const lastRound = (run: Run): ValidationRound | undefined => run.validations.at(-1);

/** The last validation round held against the baseline, or nothing when the run did not get that far. */
export const summarizeValidation = (run: Run): readonly ValidationSummary[] =>
  (lastRound(run)?.results ?? []).map((result) => {
    const { name, command, exitCode, durationMs, tests } = result;
    return {
      name,
      command,
      exitCode,
      durationMs,
      ...(tests?.passed === undefined ? {} : { passed: tests.passed }),
      ...(tests?.total === undefined ? {} : { total: tests.total }),
      newFailures: countNew(result),
      baselineFailures: countBefore(run.baseline?.find((each) => each.name === name)),
    };
  });

/** What has no name counts as one. */
const countNew = ({ verdict, newFailures }: JudgedResult): number =>
  verdict === 'new-failure' ? Math.max(1, newFailures?.length ?? 0) : 0;

const countBefore = (before: CommandResult | undefined): number => {
  if (before === undefined || isGreen(before)) return 0;
  return isNamed(before) ? failedTests(before).length : 1;
};
