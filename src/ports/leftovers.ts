/** A ref of an earlier run: its journal, or the branch of one of its agents. */
export interface Leftover {
  readonly ref: string;
  readonly commit: string;
  readonly runId: string;
  /** The pull request the run opened; known of journals only. */
  readonly pullRequest?: number;
  /** When it was last written, epoch ms. */
  readonly writtenAt: number;
}

/** What earlier runs left in the user's repository. Calls reject when it cannot be reached. */
export interface Leftovers {
  list(): Promise<readonly Leftover[]>;
  /** Deletes those that are still as listed; rejects when one could not be deleted. */
  remove(leftovers: readonly Leftover[]): Promise<void>;
}
