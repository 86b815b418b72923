import type { Ended, Launch } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import type { Host } from './host.js';

/** Where the next message in a clone is carried out. */
export interface Seat {
  /** The files of the message go below it. */
  readonly folder: string;
  run(launch: Launch): Promise<Ended>;
}

/** The warm agent of the clone; where there is none, a plain start with its files below `plainFolder`. */
export const takeSeat = async ({ warm, place }: Host, clone: Clone, plainFolder: string): Promise<Seat> =>
  (await warm?.of(clone)) ?? { folder: plainFolder, run: (launch) => place.run(clone, launch) };
