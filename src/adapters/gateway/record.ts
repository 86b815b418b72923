import type { IncomingHttpHeaders } from 'node:http';
import { hashOf, type Take } from './cassette.js';
import type { Exchange } from './exchange.js';
import type { Answer, Connections } from './upstream.js';

/** Writes every answer that comes to its end, or is broken off by its provider, to a cassette as it passes by. */
export const recorded = (connections: Connections, write: (take: Take) => void): Connections => ({
  send: async (exchange) => {
    const sent = await connections.send(exchange);
    if (sent.kind === 'error') return sent;
    return { kind: 'answer', answer: { ...sent.answer, body: tapped(exchange, sent.answer, write) } };
  },
  close: connections.close,
});

async function* tapped(exchange: Exchange, answer: Answer, write: (take: Take) => void): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder();
  const body: string[] = [];
  let broken = false;
  try {
    for await (const chunk of answer.body) {
      body.push(decoder.decode(chunk, { stream: true }));
      yield chunk;
    }
  } catch (error) {
    broken = true;
    throw error;
  } finally {
    write({ ...takeOf(exchange, answer), body: [...body, decoder.decode()].filter((text) => text !== ''), broken });
  }
}

const takeOf = (exchange: Exchange, answer: Answer): Omit<Take, 'body' | 'broken'> => ({
  client: exchange.lease.client,
  provider: exchange.upstream.name,
  model: exchange.model ?? '',
  path: exchange.rest,
  hash: hashOf(exchange),
  request: exchange.body.toString('utf8'),
  status: answer.status,
  headers: kept(answer.headers),
});

/** What a client or we ourselves act on; the rest is the provider's own bookkeeping, and may name the account. */
const kept = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ['content-type', 'retry-after', 'retry-after-ms'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
