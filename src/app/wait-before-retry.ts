import { mayWait, retryDelayMs } from '../core/outcome-rules.js';
import type { Tools } from './tools.js';

/**
 * Waits before a provider that refused for a moment is asked again; false when patience is used up or the run is to
 * stop. `waits` is how many waits this message has had.
 */
export const waitBeforeRetry = async ({ clock, signal, random }: Tools, waits: number): Promise<boolean> => {
  if (!mayWait(waits) || signal.aborted) return false;
  await clock.sleep(retryDelayMs(waits, random()), signal);
  return !signal.aborted;
};
