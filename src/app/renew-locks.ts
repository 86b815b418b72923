import { judgeChanges } from '../core/policy/judge-changes.js';
import type { FileChange } from '../core/run/event.js';
import { staleLocks } from '../core/setup/locks.js';
import type { Desk } from './desk.js';
import { relock } from './relock.js';

interface Kept {
  readonly tree: string;
  /** Paths the agent changed. */
  readonly changed: readonly string[];
  /** Paths there were at its start. */
  readonly existing: readonly string[];
}

interface Renewed {
  readonly tree: string;
  readonly renewed: readonly FileChange[];
}

/**
 * Gives work that changed a manifest the lock files that go with it, since no model can know the hashes in them. Where
 * a tool fails or the patch policy forbids it the tree stays as it is, and set-up says in validation what is missing.
 */
export const renewLocks = async (desk: Desk, { tree, changed, existing }: Kept): Promise<Renewed> => {
  const { repository, settings } = desk.tools;
  const locks = staleLocks(changed, existing);
  if (locks.length === 0) return { tree, renewed: [] };
  const made = await relock(desk.tools, { tree, on: desk.start, locks });
  if (made === undefined) return { tree, renewed: [] };
  const inspected = (await repository.inspect(desk.start, made)).filter(({ path }) => locks.includes(path));
  const { protectedFiles } = settings;
  const { accepted, refused } = judgeChanges(inspected, { writes: locks, protectedFiles, existing });
  return refused.length > 0 ? { tree, renewed: [] } : { tree: made, renewed: accepted };
};
