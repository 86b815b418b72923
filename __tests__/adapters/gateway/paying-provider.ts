import type { Price } from '../../../src/core/prices.js';
import { costOf } from '../../../src/core/prices.js';
import { json, startUpstream, type TestUpstream } from './loopback.js';

/** A provider that keeps its own account of what is owed to it. */
export interface PayingProvider {
  readonly upstream: TestUpstream;
  /** USD, by the price, of every request that came, also those whose client went away. */
  owed(): number;
  /** The dearest single request there was. */
  dearest(): number;
}

interface Body {
  readonly model: string;
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
  readonly stream?: boolean;
}

/**
 * Counts at the moment a request comes: as many tokens as it has bytes at the most, and an answer up to the limit it
 * carries. `random` in [0, 1) makes it vary: short and long answers, streams, refusals, broken answers, delays.
 */
export const startPayingProvider = async (price: Price, random: () => number): Promise<PayingProvider> => {
  let owed = 0;
  let dearest = 0;
  const upstream = await startUpstream((reply, { body }) => {
    const asked = JSON.parse(body) as Body;
    const limit = asked.max_completion_tokens ?? asked.max_tokens ?? 1_000_000;
    const fate = random();
    if (fate < 0.1) return json(reply, 500, { error: { message: 'down', type: 'server_error' } });
    const input = Math.floor(body.length * (0.2 + 0.8 * random()));
    const output = fate < 0.4 ? limit : Math.ceil(limit * random());
    const cost = costOf(price, { input, cachedInput: 0, cacheWrite: 0, output });
    owed += cost;
    dearest = Math.max(dearest, cost);
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    setTimeout(() => {
      if (fate < 0.13) return void reply.destroy();
      if (fate < 0.17) {
        reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        return void reply.write('{"half":', () => reply.destroy());
      }
      if (fate < 0.21) return json(reply, 200, { choices: [] });
      if (asked.stream !== true) return json(reply, 200, { choices: [], usage });
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      setTimeout(() => reply.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`), 2 * random());
    }, 5 * random());
  });
  return { upstream, owed: () => owed, dearest: () => dearest };
};
