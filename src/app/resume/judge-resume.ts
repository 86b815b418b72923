import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { isUnfinished } from '../../core/run/resume.js';
import type { Run } from '../../core/run/run.js';
import type { ToResume } from '../undertaking.js';
import { lastWorkOn, type Records } from './last-work.js';

export interface JudgingResume {
  readonly archive: Records;
  readonly commandPrefix: string;
}

/**
 * The run on an issue that is to go on, read from the journals; undefined where none is on record. Fails with where the
 * work stands instead. The issue must be held: a run without an end is a killed one only where none is at work. Rejects
 * when the repository cannot be reached.
 */
export const judgeResume = async (
  { archive, commandPrefix }: JudgingResume,
  issue: number,
): Promise<Result<ToResume | undefined, Failure>> => {
  const last = await lastWorkOn(archive, issue);
  if (last === undefined) return success(undefined);
  if (last.run.request.source === 'cli' && isUnfinished(last.run)) return failed(elsewhere(last.run));
  if (isUnfinished(last.run)) return success(last);
  return failed(nothingLeft(last.run, { issue, commandPrefix }));
};

/** The command line holds no issue, so it may be at work. */
const elsewhere = ({ runId }: Run): Failure => ({
  reason: 'run-elsewhere',
  who: 'user',
  message: `Run ${runId} was started on a command line, and may still be at work there.`,
  action: `Go on with it there: \`aider-orchestrator resume ${runId}\`.`,
});

const nothingLeft = (
  { runId, end, plan }: Run,
  { issue, commandPrefix }: { readonly issue: number; readonly commandPrefix: string },
): Failure => {
  const waits = end?.status === 'awaiting-approval';
  return {
    reason: 'nothing-to-resume',
    who: 'user',
    message: `Nothing is left to resume on issue #${issue}: run ${runId}, the last here, is ${end?.status ?? 'over'}.`,
    action:
      waits && plan !== undefined
        ? `Comment \`${commandPrefix} approve ${plan.hash}\` to have its plan run.`
        : `Comment \`${commandPrefix}\` to have the issue worked on anew.`,
  };
};
