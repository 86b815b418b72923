import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.js';
import type { JournalArchive } from '../../../ports/journal-archive.js';
import { createJournalArchive } from './journal-archive.js';
import { localRefs } from './local-refs.js';

const nobody = { name: 'aider-orchestrator', email: 'aider-orchestrator@localhost' };

/** The journals kept in a repository on this machine, to be read. */
export const openLocalArchive = (folder: string, clock: Clock): Pick<JournalArchive, 'list' | 'read'> =>
  createJournalArchive({ refs: localRefs(folder), store: join(folder, '.git'), identity: nobody, clock });
