import { hashOf, type Take } from './cassette.js';
import type { Exchange } from './exchange.js';
import type { Answer, Connections } from './upstream.js';

/**
 * Answers from a cassette; no provider is asked. A request gets the answer to the very same request; where there is
 * none (a prompt may hold a random mark or a date) the next one its client got from its model that has not been
 * given yet. The same request asked once more gets the same answer once more. What the cassette
 * does not know is refused with 400 `replay_missing`, which ends an Aider at once.
 */
export const replayed = (takes: readonly Take[]): Connections => {
  const used = new Set<Take>();
  return {
    send: (exchange) => {
      const take = find(exchange, takes, used);
      if (take !== undefined) used.add(take);
      return Promise.resolve({ kind: 'answer', answer: take === undefined ? missing(exchange) : answerOf(take) });
    },
    close: () => undefined,
  };
};

const find = (exchange: Exchange, takes: readonly Take[], used: ReadonlySet<Take>): Take | undefined => {
  const hash = hashOf(exchange);
  const same = takes.filter((take) => take.hash === hash);
  const fresh = takes.filter((take) => !used.has(take));
  return (
    same.find((take) => !used.has(take)) ??
    same.at(-1) ??
    fresh.find((take) => take.client === exchange.lease.client && take.model === exchange.model)
  );
};

const answerOf = (take: Take): Answer => ({ status: take.status, headers: take.headers, body: piecesOf(take) });

async function* piecesOf({ body, broken }: Pick<Take, 'body' | 'broken'>): AsyncGenerator<Buffer> {
  for (const text of body) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
  if (broken) throw new Error('the recorded answer broke off here');
}

const missing = ({ lease, model }: Exchange): Answer => {
  const message = `the cassette holds no further answer for ${lease.client} from ${model ?? 'no model'}.`;
  const error = { code: 'replay_missing', type: 'invalid_request_error', message };
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: piecesOf({ body: [JSON.stringify({ error })], broken: false }),
  };
};
