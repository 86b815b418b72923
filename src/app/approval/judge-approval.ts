import { changesSince, waitsForApproval } from '../../core/approval/plan-in-waiting.js';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { replay } from '../../core/run/apply.js';
import type { Run } from '../../core/run/run.js';
import type { GitHub } from '../../ports/github.js';
import type { JournalArchive } from '../../ports/journal-archive.js';
import type { Approval } from '../admission.js';
import { requestOf } from '../admit.js';
import type { ToResume } from '../undertaking.js';

export interface Judging {
  readonly archive: JournalArchive;
  readonly github: Pick<GitHub, 'branchTip'>;
  /** As the recorder does it: a journal holds no secret, and what is held against it must not either. */
  readonly redact: (text: string) => string;
  readonly commandPrefix: string;
}

/**
 * Whether the plan somebody approves is the one that waits and still fits: read from the journal, never from a
 * comment. Resolves with the run that may go on, or with everything that changed and what to do. Rejects when the
 * repository or GitHub cannot be reached.
 */
export const judgeApproval = async (judging: Judging, approval: Approval): Promise<Result<ToResume, Failure>> => {
  const { archive, github, commandPrefix } = judging;
  const { issue } = approval;
  const kept = await archive.newestOf(issue.number);
  const run = kept && replay(kept.events);
  if (kept === undefined || !waitsForApproval(run))
    return failed(nothingWaits({ commandPrefix, run, issue: issue.number }));
  const tip = await github.branchTip(run.base.branch);
  const changes = changesSince(run, { hash: approval.hash, tip, ...textNow(judging, run, issue) });
  const isMistyped = changes.length === 1 && approval.hash !== run.plan.hash;
  if (changes.length > 0)
    return failed(stale(changes, { commandPrefix, ...(isMistyped && { waiting: run.plan.hash }) }));
  return success({ run, events: kept.events });
};

/** The request as it would be made of the issue now, with what was added to it then. */
const textNow = ({ redact }: Judging, { request }: Run, issue: Approval['issue']) => {
  const { title, body } = requestOf(request, issue, request.added);
  return { title: redact(title), body: redact(body) };
};

interface Wait {
  readonly commandPrefix: string;
  readonly issue: number;
  readonly run: Run | undefined;
}

const nothingWaits = ({ commandPrefix, issue, run }: Wait): Failure => ({
  reason: 'nothing-to-approve',
  who: 'user',
  message: `No plan waits for approval on issue #${issue}${lastRun(run)}.`,
  action: `Comment \`${commandPrefix} plan\` to have a plan made.`,
});

const lastRun = (run: Run | undefined): string =>
  run === undefined ? '' : `; the last run here, ${run.runId}, is ${run.end?.status ?? 'not at its end'}`;

const stale = (
  changes: readonly string[],
  { commandPrefix, waiting }: { readonly commandPrefix: string; readonly waiting?: string },
): Failure => ({
  reason: 'approval-stale',
  who: 'user',
  message: changes.join(' '),
  action:
    waiting !== undefined
      ? `Read the plan in the comment above, then comment \`${commandPrefix} approve ${waiting}\`.`
      : `Comment \`${commandPrefix} plan\` to have a plan made of how things are now.`,
});
