import type { WarmNeed } from '../adapters/aider/warm-need.js';
import type { OpenRepository } from '../adapters/git/open-repository.js';
import type { OpenedPlace } from '../adapters/processes/open-place.js';
import type { JournalArchive } from '../ports/journal-archive.js';
import type { Env } from './env.js';

/** Where a run works and the environment we were started with; `process.env` is without secrets. */
export interface Ground {
  readonly runFolder: string;
  readonly env: Env;
}

/** What is open while a run is carried out. */
export interface Opened extends Ground {
  readonly repository: OpenRepository;
  readonly archive: JournalArchive;
  readonly isolated: OpenedPlace;
  /** What has to be closed when the run is over. */
  readonly closing: (() => Promise<void>)[];
}

/** What is prepared in, and whom it tells what the run will need. */
export interface Preparing extends Opened {
  readonly need: WarmNeed;
}
