import type { FileChange, RefusedChange } from '../run/event.js';
import { pathMatcher } from './scope.js';

export interface ChangePolicy {
  /** Paths and globs the task may write. */
  readonly writes: readonly string[];
  /** Globs nobody may change. */
  readonly protectedFiles: readonly string[];
}

export interface JudgedChanges {
  readonly accepted: readonly FileChange[];
  readonly refused: readonly RefusedChange[];
}

/** What of an agent's work is kept. `odd` names entries that are never taken, such as new symlinks, with the reason. */
export const judgeChanges = (
  changes: readonly FileChange[],
  odd: readonly RefusedChange[],
  policy: ChangePolicy,
): JudgedChanges => {
  const whyRefused = judge(odd, policy);
  const reasons = changes.map((change) => ({ change, why: whyRefused(change) }));
  return {
    accepted: reasons.filter(({ why }) => why === undefined).map(({ change }) => change),
    refused: reasons.flatMap(({ change, why }) => (why === undefined ? [] : [{ path: change.path, why }])),
  };
};

const judge = (odd: readonly RefusedChange[], { writes, protectedFiles }: ChangePolicy) => {
  const isProtected = pathMatcher(protectedFiles);
  const isPlanned = pathMatcher(writes);
  return ({ path, kind }: FileChange): string | undefined => {
    if (isProtected(path)) return 'protected: nobody may change it (setting protected-files)';
    if (!isPlanned(path))
      return kind === 'deleted' ? 'deleted, which the plan does not say' : 'not among the files this task may write';
    return odd.find((entry) => entry.path === path)?.why;
  };
};
