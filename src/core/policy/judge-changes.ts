import type { FileChange, RefusedChange } from '../run/event.js';
import { contentFault } from './file-content.js';
import { addSpelling, nameFault, spellingsNear, type Spellings } from './file-name.js';
import type { InspectedChange } from './inspected-change.js';
import { isProtected } from './protection.js';
import { matchesAny } from './scope.js';

/** How much one agent may change; bytes. */
export interface ChangeLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxBytes: number;
  /** Files a glob of the plan may delete; those it names are deleted as planned. */
  readonly maxUnnamedDeletions: number;
}

export const changeLimits: ChangeLimits = {
  maxFiles: 500,
  maxFileBytes: 2 * 1024 * 1024,
  maxBytes: 20 * 1024 * 1024,
  maxUnnamedDeletions: 10,
};

export interface ChangePolicy {
  /** Paths and globs the task may write. */
  readonly writes: readonly string[];
  /** Globs nobody may change; without a slash, names of any folder. */
  readonly protectedFiles: readonly string[];
  /** Paths that are there before the change: a new one must not be taken for one of them. */
  readonly existing: readonly string[];
  readonly limits?: ChangeLimits;
}

export interface JudgedChanges {
  readonly accepted: readonly FileChange[];
  readonly refused: readonly RefusedChange[];
  /** How many of those only lie outside the files the task may write. */
  readonly outOfScope: number;
}

/**
 * What of an agent's work is kept; the rest is named with its reason. Refused as a whole is only work that is too
 * much to be looked through: then no part of it means anything.
 */
export const judgeChanges = (changes: readonly InspectedChange[], policy: ChangePolicy): JudgedChanges => {
  const limits = policy.limits ?? changeLimits;
  const tooMuch = wholeFault(changes, limits);
  const pathsOf = (kind: FileChange['kind']) => changes.filter((each) => each.kind === kind).map((each) => each.path);
  const gone = new Set(pathsOf('deleted'));
  const staying = gone.size === 0 ? policy.existing : policy.existing.filter((path) => !gone.has(path));
  const spellings = spellingsNear(pathsOf('added'), staying);
  const unnamed = changes.filter((each) => each.kind === 'deleted' && !policy.writes.includes(each.path)).length;
  const judged = changes.map((change) => ({
    change,
    why:
      tooMuch ??
      scopeFault(change, policy) ??
      nameFault(change.path) ??
      deletionFault(change, policy, unnamed <= limits.maxUnnamedDeletions) ??
      kindFault(change, limits) ??
      clashFault(change, spellings),
  }));
  return {
    accepted: judged.flatMap(({ change, why }) => (why === undefined ? [plain(change)] : [])),
    refused: judged.flatMap(({ change, why }) => (why === undefined ? [] : [{ path: change.path, why }])),
    outOfScope: judged.filter(({ why }) => why === notPlanned || why === deletedUnplanned).length,
  };
};

const plain = ({ path, kind, linesAdded, linesDeleted }: InspectedChange): FileChange => ({
  path,
  kind,
  linesAdded,
  linesDeleted,
});

const wholeFault = (changes: readonly InspectedChange[], limits: ChangeLimits): string | undefined => {
  if (changes.length > limits.maxFiles)
    return `one of ${changes.length} changed files, of which at most ${limits.maxFiles} are taken`;
  const bytes = changes.reduce((sum, { size }) => sum + size, 0);
  return bytes > limits.maxBytes
    ? `the changes are ${bytes} bytes in all, of which at most ${limits.maxBytes} are taken`
    : undefined;
};

const notPlanned = 'not among the files this task may write';
const deletedUnplanned = 'deleted, which the plan does not say';

const scopeFault = ({ path, kind }: FileChange, { writes, protectedFiles }: ChangePolicy): string | undefined => {
  if (isProtected(path, protectedFiles)) return 'protected: nobody may change it (setting protected-files)';
  if (matchesAny(path, writes)) return undefined;
  return kind === 'deleted' ? deletedUnplanned : notPlanned;
};

const deletionFault = ({ path, kind }: FileChange, { writes }: ChangePolicy, isFew: boolean): string | undefined =>
  kind !== 'deleted' || writes.includes(path) || isFew
    ? undefined
    : 'one of many deleted files, which the plan would have to name one by one';

const types: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

const kindFault = (change: InspectedChange, limits: ChangeLimits): string | undefined => {
  const { modeBefore, modeAfter, kind, size, isBinary, added } = change;
  if (types[modeAfter] !== undefined) return `it is ${types[modeAfter]} after the change`;
  if (types[modeBefore] !== undefined) return `it was ${types[modeBefore]} before the change`;
  if (kind === 'deleted') return undefined;
  if (isBinary) return 'it is not text';
  if (size > limits.maxFileBytes) return `it has ${size} bytes, of which at most ${limits.maxFileBytes} are taken`;
  if (added === undefined) return 'it is too much to be looked through';
  return modeFault(change) ?? contentFault(added, kind === 'added');
};

const modeFault = ({ kind, modeBefore, modeAfter, added }: InspectedChange): string | undefined => {
  if (kind === 'modified' && modeBefore !== modeAfter) return `its mode was changed from ${modeBefore} to ${modeAfter}`;
  if (modeAfter !== '100644' && modeAfter !== '100755') return `its mode is ${modeAfter}`;
  const isScript = added?.[0]?.startsWith('#!') === true;
  return kind === 'added' && modeAfter === '100755' && !isScript ? 'it is executable but no script' : undefined;
};

const clashFault = ({ path, kind }: FileChange, spellings: Spellings): string | undefined => {
  if (kind !== 'added') return undefined;
  const other = addSpelling(spellings, path);
  return other === undefined ? undefined : `on some file systems its path is the same as ${other}`;
};
