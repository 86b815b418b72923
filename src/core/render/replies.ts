import type { Failure } from '../failure.js';
import { defuseLine } from '../text/outgoing.js';
import { blocks, link } from './markdown.js';

/** The answer to a request that may not or cannot run: why, and what would have to change. */
export const renderRefusal = (failure: Failure): string =>
  blocks(`🚫 **Not started:** ${defuseLine(failure.message)}`, `→ ${defuseLine(failure.action)}`);

/** What somebody has to know of a request that is carried out. */
export const renderNote = (note: string): string => `ℹ️ ${defuseLine(note)}`;

/** The answer to a request on an issue that another run is at work on. */
export const renderBusy = (busy: {
  readonly issue: number;
  readonly runId: string;
  readonly page?: string | undefined;
}): string => {
  const run = busy.page === undefined ? `\`${busy.runId}\`` : link(busy.runId, busy.page);
  return `⏭️ **Skipped:** run ${run} is at work on #${busy.issue}; only one may be. Ask again when it has ended.`;
};
