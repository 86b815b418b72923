import type { Sink } from '../../ports/sink.js';
import { flushStream, type Output } from './output.js';

/** Every event as one line of JSON, as it stands in the journal: for machines. */
export const createJsonDisplay = (stream: Output): Sink => ({
  tell: (event) => {
    stream.write(`${JSON.stringify(event)}\n`);
  },
  flush: () => flushStream(stream),
});
