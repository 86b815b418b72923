import { once } from 'node:events';
import { noFacts, type AnswerFacts } from './answer-facts.js';
import { openAnswerReader, type AnswerReader } from './answer-reader.js';
import type { Ending, Exchange, Stage } from './exchange.js';
import { replyHeaders } from './headers.js';
import { redact } from './redact.js';
import type { Answer, Connections } from './upstream.js';

/** The last stage: sends the request to its provider and the answer back, as it comes, reading it in passing. */
export const forward =
  (connections: Connections): Stage =>
  async (exchange) => {
    const sent = await connections.send(exchange);
    if (sent.kind === 'answer') return take(exchange, sent.answer);
    if (exchange.signal.aborted) return { kind: 'abandoned', facts: noFacts, sent: sent.sent };
    return unreached(exchange, sent);
  };

const take = (exchange: Exchange, answer: Answer): Promise<Ending> => {
  if (answer.status >= 400) return takeRefusal(exchange, answer);
  return answer.status >= 300 ? refuseRedirect(exchange, answer) : passAnswer(exchange, answer);
};

/** A client that followed it would be led by the provider to whatever this machine can reach. */
const refuseRedirect = async (exchange: Exchange, { status, body }: Answer): Promise<Ending> => {
  // Who leaves the loop closes the connection.
  for await (const _ of body) break;
  const error = new Error(`it answered with a redirect (HTTP ${status}), which is not followed`);
  return unreached(exchange, { error, sent: true, stale: false });
};

const passAnswer = async (exchange: Exchange, answer: Answer): Promise<Ending> => {
  const reader = readerFor(exchange, answer);
  exchange.reply.writeHead(answer.status, replyHeaders(answer.headers));
  // Headers go out at once: a streaming client must not wait for the first token to see them.
  exchange.reply.flushHeaders();
  const error = await passBytes(exchange, answer, reader).catch((thrown: Error) => thrown);
  const facts = clean(exchange, await reader.end());
  if (error === undefined) return { kind: 'answered', status: answer.status, headers: answer.headers, facts };
  return exchange.signal.aborted
    ? { kind: 'abandoned', facts, sent: true }
    : { kind: 'broken', message: `${exchange.upstream.name} broke off its answer: ${error.message}`, facts };
};

const passBytes = async (exchange: Exchange, answer: Answer, reader: AnswerReader): Promise<undefined> => {
  for await (const chunk of answer.body) {
    reader.take(chunk);
    if (!exchange.reply.write(chunk)) await once(exchange.reply, 'drain', { signal: exchange.signal });
  }
};

/** Longest body of a refusal, bytes. */
const maxRefusalBytes = 1024 * 1024;

/** Refusals are short: read whole, and kept back until it is decided whether to ask again. */
const takeRefusal = async (exchange: Exchange, answer: Answer): Promise<Ending> => {
  const reader = readerFor(exchange, answer);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      reader.take(chunk);
      size += chunk.length;
      if (size > maxRefusalBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    return exchange.signal.aborted
      ? { kind: 'abandoned', facts: noFacts, sent: true }
      : unreached(exchange, { error: error as Error, sent: true, stale: false });
  }
  const read = clean(exchange, await reader.end());
  const facts = read.error === '' ? { ...read, error: `HTTP ${answer.status}` } : read;
  return { kind: 'answered', status: answer.status, headers: answer.headers, facts, body: Buffer.concat(chunks) };
};

const readerFor = ({ upstream }: Exchange, answer: Answer): AnswerReader =>
  openAnswerReader(
    upstream.name,
    answer.headers['content-type'] ?? '',
    answer.headers['content-encoding'] ?? 'identity',
  );

const clean = ({ upstream }: Exchange, facts: AnswerFacts): AnswerFacts => ({
  ...facts,
  error: redact(facts.error, upstream.key),
});

type Lost = { readonly error: Error; readonly sent: boolean; readonly stale: boolean };

const unreached = ({ upstream }: Exchange, { error, sent, stale }: Lost): Ending => ({
  kind: 'unreached',
  message: redact(`${upstream.name} could not be reached: ${error.message}`, upstream.key),
  sent,
  stale,
});
