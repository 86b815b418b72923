import type { FileChange } from '../../core/run/event.js';
import { fields, git } from './git.js';
import { type RawChange, parseRaw } from './raw-changes.js';

const numstat = /^(\d+|-)\t(\d+|-)\t/;

/** Lines by path. Binary files (`-`) count no lines. */
const parseNumstat = (rest: readonly string[]): ReadonlyMap<string, { added: number; deleted: number }> =>
  new Map(
    rest.flatMap((field) => {
      const [all, added, deleted] = numstat.exec(field) ?? [];
      if (all === undefined) return [];
      return [[field.slice(all.length), { added: Number(added) || 0, deleted: Number(deleted) || 0 }] as const];
    }),
  );

const kindOf = ({ modeBefore, modeAfter }: RawChange): FileChange['kind'] =>
  modeBefore === '000000' ? 'added' : modeAfter === '000000' ? 'deleted' : 'modified';

/** Raw entries and the numstat fields after them as changes, in the same order. */
export const changesOf = (changes: readonly RawChange[], rest: readonly string[]): readonly FileChange[] => {
  const lines = parseNumstat(rest);
  return changes.map((change) => ({
    path: change.path,
    kind: kindOf(change),
    linesAdded: lines.get(change.path)?.added ?? 0,
    linesDeleted: lines.get(change.path)?.deleted ?? 0,
  }));
};

/** What differs between two commits or trees, in git's order. */
export const readChanges = async (store: string, from: string, to: string): Promise<readonly FileChange[]> => {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--raw', '--numstat', `${from}^{tree}`, `${to}^{tree}`];
  const { changes, rest } = parseRaw(fields(await git(args, { folder: store })));
  return changesOf(changes, rest);
};

/** Unified diff, cut at `maxBytes`. No text conversion or outside program of the repository's takes part. */
export const readDiff = (store: string, { from, to, maxBytes }: { from: string; to: string; maxBytes: number }) =>
  git(['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--end-of-options', from, to], {
    folder: store,
    maxBytes,
  });
