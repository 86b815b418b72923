import type { RunEvent } from '../core/run/event.js';

/** The append-only record of one run. One writer; an event is on disk before its effect begins. */
export interface Journal {
  append(event: RunEvent): void;
}
