import { rm } from 'node:fs/promises';
import type { Clock } from '../../../ports/clock.js';
import type { Ledger } from '../../../ports/ledger.js';
import { allowMissing } from '../remote.js';
import type { Source } from '../open-repository.js';
import { initRepository } from '../store.js';
import type { Identity } from '../objects/commit-object.js';
import { createIssueLocks } from './issue-locks.js';
import { createJournalArchive } from './journal-archive.js';
import { findLeftovers } from './leftovers.js';
import { localRefs } from './local-refs.js';
import { remoteRefs } from './remote-refs.js';

export interface LedgerOptions {
  readonly source: Source;
  readonly baseBranch: string;
  /** Made, and removed by `close`: what is read of a remote is kept in it. */
  readonly folder: string;
  /** The open repository's store, where the works of a run lie; without it nothing with works can be kept. */
  readonly works?: string;
  readonly identity: Identity;
  readonly clock: Clock;
}

/** Opens our records in the user's repository; asks nothing yet. */
export const openLedger = async (options: LedgerOptions): Promise<Ledger> => {
  const { source, baseBranch, folder, identity, clock } = options;
  await initRepository(folder, { bare: true });
  if (source.kind === 'remote') await allowMissing(folder, source.remoteUrl);
  const refs =
    source.kind === 'local' ? localRefs(source.folder) : remoteRefs({ remote: source, store: folder, baseBranch });
  return {
    archive: createJournalArchive({ refs, store: options.works ?? folder, identity, clock }),
    leftovers: findLeftovers(refs, folder),
    locks: createIssueLocks({ refs, store: folder, identity, clock }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
