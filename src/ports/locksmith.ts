import type { Clone } from './repository.js';

/** Makes lock files anew where the project is set up, with set-up's network and without credentials. */
export interface Locksmith {
  /** Runs a shell command in a folder of the clone; whether it ended well. */
  relock(
    clone: Clone,
    lock: { readonly folder: string; readonly command: string },
    signal: AbortSignal,
  ): Promise<boolean>;
}
