import type { Published } from '../../../ports/repository.js';

/** A ref of ours where the user's repository is, moved from `from` (null: new) to `to` (null: gone). */
export interface RefMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** The refs of the user's repository, in this folder or on a remote. Calls reject when it cannot be reached. */
export interface RefSpace {
  /** Full names and commits of the refs that match `pattern`, a glob such as `refs/aider/*`. */
  list(pattern: string): Promise<ReadonlyMap<string, string>>;
  /** Brings commits, without what they build on, to a folder where they can be read, and names it. */
  open(commits: readonly string[]): Promise<string>;
  /** The same for all that one of these commits holds. */
  openWhole(commit: string): Promise<string>;
  /** Moves refs to commits of `store`; each is left alone that is not where it is thought to be. */
  move(store: string, moves: readonly RefMove[]): Promise<Published>;
}
