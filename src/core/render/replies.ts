import type { Failure } from '../failure.js';
import { defuseLine } from '../text/outgoing.js';
import { blocks } from './markdown.js';

/** The answer to a request that may not or cannot run: why, and what would have to change. */
export const renderRefusal = (failure: Failure): string =>
  blocks(`🚫 **Not started:** ${defuseLine(failure.message)}`, `→ ${defuseLine(failure.action)}`);
