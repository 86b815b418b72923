import type { IssueLocks } from './issue-locks.js';
import type { JournalArchive } from './journal-archive.js';
import type { Leftovers } from './leftovers.js';

/** What we keep of runs where the user's repository is. */
export interface Ledger {
  readonly archive: JournalArchive;
  readonly locks: IssueLocks;
  readonly leftovers: Leftovers;
  /** Removes what was kept on this machine to read it. */
  close(): Promise<void>;
}
