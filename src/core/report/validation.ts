import type { Run, ValidationRound } from '../run/run.js';
import { isGreen } from '../validation.js';
import type { ValidationSummary } from './summary.js';

/** The round that saw what was delivered. */
export const lastRound = (run: Run): ValidationRound | undefined => run.validations.at(-1);

/** The last validation round held against the baseline, or nothing when the run did not get that far. */
export const summarizeValidation = (run: Run): readonly ValidationSummary[] =>
  (lastRound(run)?.results ?? []).map(({ name, command, exitCode, durationMs, verdict }) => {
    const before = run.baseline?.find((each) => each.name === name);
    return {
      name,
      command,
      exitCode,
      durationMs,
      newFailures: verdict === 'new-failure' ? 1 : 0,
      baselineFailures: before !== undefined && !isGreen(before) ? 1 : 0,
    };
  });
