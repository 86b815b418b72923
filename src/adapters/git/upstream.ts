import type { Failure } from '../../core/failure.js';
import type { Result } from '../../core/result.js';
import type { Published } from '../../ports/repository.js';
import { git } from './git.js';

/** Where the user's repository is, and where results go: the same folder, or a remote. */
export interface Upstream {
  /** The commit of a branch; the failure names the branches there are. */
  findBase(branch: string): Promise<Result<string, Failure>>;
  /** Brings a commit, its history and its files into the store, held by `baseRef`. */
  fill(store: string, commit: string): Promise<Result<void, Failure>>;
  /** The commit of a branch, present in `folderOf` afterwards; undefined when there is no such branch. */
  findBranch(store: string, branch: string): Promise<string | undefined>;
  /** Brings any revision into the repository that `folder` names and returns both; undefined when unknown. */
  findRevision(store: string, revision: string): Promise<{ folder: string; commit: string } | undefined>;
  /** Moves a branch from `expected` (null: new) to a commit of the store. */
  publish(store: string, move: BranchMove): Promise<Published>;
  /** Brings what a ref of ours holds, with the files of `commits` behind it, into the store; false when it is gone. */
  bringKept(store: string, kept: Kept): Promise<boolean>;
  /** The repository in which commits found by `findBranch` can be read. */
  folderOf(store: string): string;
}

/** What was kept of a run: a ref, and commits it reaches that have to be whole. */
export interface Kept {
  readonly ref: string;
  readonly commits: readonly string[];
}

/** Holds in the store what was kept of the run it resumes. */
export const keptRef = 'refs/aider/kept';

export interface BranchMove {
  readonly branch: string;
  readonly commit: string;
  readonly expected: string | null;
  readonly base: { readonly branch: string; readonly sha: string };
}

/** Holds the base commit in the store. */
export const baseRef = 'refs/aider/base';

/** What every fetch of ours has: objects only, no side effects. */
export const fetchArgs = ['fetch', '--no-tags', '--no-write-fetch-head', '--recurse-submodules=no', '--quiet'] as const;

/** How long a transfer may take. */
export const transferMs = 15 * 60_000;

/** Do all commits of `base..commit` carry an `Aider-Run` trailer? True when there are none. */
export const areOurs = async (folder: string, base: string, commit: string): Promise<boolean> => {
  const format = '%H %(trailers:key=Aider-Run,valueonly,separator=%x2C)';
  const args = ['log', `--format=${format}`, '--end-of-options', `${base}..${commit}`];
  const lines = (await git(args, { folder })).split('\n').filter((line) => line !== '');
  return lines.every((line) => /^\S+ \S/.test(line));
};

/** Names at most ten branches for a person. */
export const listForPerson = (branches: readonly string[]): string =>
  branches.length === 0
    ? 'it has no branches yet'
    : `there are: ${branches.slice(0, 10).join(', ')}${branches.length > 10 ? ', ...' : ''}`;

export const baseMissing = (branch: string, branches: readonly string[]): Failure => ({
  reason: 'base-branch-missing',
  who: 'user',
  message: `The base branch "${branch}" does not exist; ${listForPerson(branches)}.`,
  action: branches.length === 0 ? 'Make a first commit.' : 'Set `base-branch` to one of them.',
});
