import type { GitHub } from '../../ports/github.js';
import type { HeldLock, IssueLocks, LockHolder } from '../../ports/issue-locks.js';

export interface Taking {
  readonly locks: IssueLocks;
  readonly github: Pick<GitHub, 'workflowRun'>;
  readonly now: () => number;
}

/** `version` is for the release; `busy` names the run that works on the issue. */
export type Taken =
  { readonly kind: 'held'; readonly version: string } | { readonly kind: 'busy'; readonly holder: LockHolder };

/** Whoever was quicker is asked after again, this often. */
const maxTurns = 5;

/**
 * Takes the issue for a run, so that no two work on it at once. A lock whose run is over is taken over; of several
 * who find it so exactly one succeeds. Rejects when the repository cannot be reached or may not be written.
 */
export const takeIssue = async (taking: Taking, issue: number, me: LockHolder): Promise<Taken> => {
  let holder = me;
  for (let turn = 1; turn <= maxTurns; turn += 1) {
    const held = await taking.locks.read(issue);
    if (held !== undefined && !(await isOver(taking, held, me))) return { kind: 'busy', holder: held.holder };
    const version = await taking.locks.take(issue, me, held?.version ?? null);
    if (version !== undefined) return { kind: 'held', version };
    holder = held?.holder ?? holder;
  }
  return { kind: 'busy', holder };
};

/**
 * Whether no run stands behind the lock any more: its time is up, it is an earlier attempt of this very run, GitHub
 * says it is over, or GitHub knows no such run. A question that stays open counts as "it is alive".
 */
const isOver = async ({ github, now }: Taking, { holder }: HeldLock, me: LockHolder): Promise<boolean> => {
  const { workflow, until } = holder;
  if (now() >= until) return true;
  if (workflow === undefined) return false;
  if (workflow.id === me.workflow?.id) return workflow.attempt < me.workflow.attempt;
  const run = await github.workflowRun(workflow.id).catch(() => 'unknown' as const);
  if (run === 'unknown') return false;
  return run === undefined || run.isOver || run.attempt > workflow.attempt;
};
