import type { RunEvent } from '../core/run/event.js';

/**
 * The append-only record of one run. One writer. An event that says what is about to be done (`isIntent`) is on disk
 * when `append` returns; of the others a power cut may lose the last ones, a killed process none.
 */
export interface Journal {
  append(event: RunEvent): void;
}
