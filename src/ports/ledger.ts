import type { IssueLocks } from './issue-locks.js';
import type { JournalArchive } from './journal-archive.js';

/** What we keep of runs where the user's repository is. */
export interface Ledger {
  readonly archive: JournalArchive;
  readonly locks: IssueLocks;
  /** Removes what was kept on this machine to read it. */
  close(): Promise<void>;
}
