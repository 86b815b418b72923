import { ruleFor } from '../core/conflicts/rules.js';
import type { Tools } from './tools.js';

export interface Relocking {
  /** Holds the manifests as they shall be, and the lock files that may not fit them. */
  readonly tree: string;
  /** The commit that `tree` stands on. */
  readonly on: string;
  /** Paths of the lock files. */
  readonly locks: readonly string[];
}

const asTheyAre = { union: false, generated: false };

/** The tree with its lock files brought in line with its manifests by their own tools; undefined where one fails. */
export const relock = async (
  { repository, locksmith, signal }: Tools,
  { tree, on, locks }: Relocking,
): Promise<string | undefined> => {
  const commit = await repository.commit({ tree, parents: [on], message: 'Before its lock files are made anew' });
  const clone = await repository.clone(commit, 'validation');
  try {
    for (const path of locks) {
      const rule = ruleFor(path, asTheyAre);
      const done =
        rule?.kind === 'relock' &&
        (await locksmith.relock(clone, { folder: folderOf(path), command: rule.command }, signal));
      if (!done) return undefined;
    }
    const collected = await repository.collect(clone, locks);
    return collected.kind === 'refused' ? undefined : await repository.composeTree(tree, collected.tree, locks);
  } finally {
    await repository.discard(clone);
  }
};

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1) || '.';
