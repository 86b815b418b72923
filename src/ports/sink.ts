import type { RunEvent } from '../core/run/event.js';
import type { Run } from '../core/run/run.js';

/** Is told what happened, in order, and never asked. A sink that fails must not end a run: it warns by itself. */
export interface Sink {
  /** `run` is the run after `event`. */
  tell(event: RunEvent, run: Run): void;
  /** Resolves when all it was told has been shown or written. */
  flush(): Promise<void>;
}
