import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { errorText } from '../error-text.js';
import { quietly } from '../quietly.js';
import { takeIssue, type Taken, type Taking } from './take-issue.js';
import type { LockHolder } from '../../ports/issue-locks.js';

export interface Holding extends Taking {
  readonly warn: (message: string) => void;
  /** Told at once, for whoever releases it when this process is killed. */
  readonly onHeld: (version: string) => void;
}

/** The run that has the issue instead. */
export type Busy = Extract<Taken, { kind: 'busy' }>;

/**
 * Does `work` while this run alone holds the issue. Resolves with who holds it where that is somebody else, and with
 * a failure when the lock could not be written, which also says that nothing else could be.
 */
export const holdIssue = async <T>(
  holding: Holding,
  { issue, me }: { readonly issue: number; readonly me: LockHolder },
  work: () => Promise<T>,
): Promise<Result<T | Busy, Failure>> => {
  const taken = await takeIssue(holding, issue, me).catch((error: unknown) => notTaken(issue, error));
  if (!('kind' in taken)) return failed(taken);
  if (taken.kind === 'busy') return success(taken);
  holding.onHeld(taken.version);
  try {
    return success(await work());
  } finally {
    await quietly(holding.warn, `Releasing issue #${issue}`, () => holding.locks.release(issue, taken.version));
  }
};

const notTaken = (issue: number, error: unknown): Failure => ({
  reason: 'lock-refused',
  who: 'user',
  message: `Issue #${issue} could not be taken, since nothing can be pushed below refs/aider/: ${errorText(error)}`,
  action:
    'Give the job `permissions: contents: write`, or `github-token` a token with it, and look whether a rule of the repository protects refs/aider/**.',
});
