import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { noFacts, type AnswerFacts } from './answer-facts.js';
import { openAnswerReader, type AnswerReader } from './answer-reader.js';
import type { Ending, Exchange, Stage } from './exchange.js';
import { replyHeaders } from './headers.js';
import { redact } from './redact.js';
import type { Connections } from './upstream.js';

/** The last stage: sends the request to its provider and the answer back, as it comes, reading it in passing. */
export const forward =
  (connections: Connections): Stage =>
  async (exchange) => {
    const sent = await connections.send(exchange);
    if (sent.kind === 'error') return exchange.signal.aborted ? abandoned(noFacts) : unreached(exchange, sent.error);
    const { answer } = sent;
    return (answer.statusCode ?? 502) >= 400 ? passError(exchange, answer) : passAnswer(exchange, answer);
  };

const passAnswer = async (exchange: Exchange, answer: IncomingMessage): Promise<Ending> => {
  const reader = readerFor(exchange, answer);
  writeHead(exchange, answer);
  // Headers go out at once: a streaming client must not wait for the first token to see them.
  exchange.reply.flushHeaders();
  const error = await passBytes(exchange, answer, reader).catch((thrown: Error) => thrown);
  const facts = clean(exchange, await reader.end());
  if (error === undefined) return answered(answer, facts);
  return exchange.signal.aborted
    ? abandoned(facts)
    : { kind: 'broken', message: `${exchange.upstream.name} broke off its answer: ${error.message}`, facts };
};

const passBytes = async (exchange: Exchange, answer: IncomingMessage, reader: AnswerReader): Promise<undefined> => {
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    reader.take(chunk);
    if (!exchange.reply.write(chunk)) await once(exchange.reply, 'drain', { signal: exchange.signal });
  }
};

/** Refusals are short and may quote the key: read whole and cleaned before a byte of them goes on. */
const passError = async (exchange: Exchange, answer: IncomingMessage): Promise<Ending> => {
  const reader = readerFor(exchange, answer);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      reader.take(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    return exchange.signal.aborted ? abandoned(noFacts) : unreached(exchange, error as Error);
  }
  const body = Buffer.concat(chunks);
  writeHead(exchange, answer);
  const key = exchange.upstream.key;
  exchange.reply.write(key !== undefined && body.includes(key) ? body.toString('utf8').replaceAll(key, '***') : body);
  const facts = clean(exchange, await reader.end());
  return answered(answer, facts.error === '' ? { ...facts, error: `HTTP ${answer.statusCode}` } : facts);
};

const readerFor = ({ upstream }: Exchange, answer: IncomingMessage): AnswerReader =>
  openAnswerReader(
    upstream.name,
    answer.headers['content-type'] ?? '',
    answer.headers['content-encoding'] ?? 'identity',
  );

const writeHead = ({ reply, upstream }: Exchange, answer: IncomingMessage): void => {
  reply.writeHead(answer.statusCode ?? 502, replyHeaders(answer.headers, upstream.key));
};

const clean = ({ upstream }: Exchange, facts: AnswerFacts): AnswerFacts => ({
  ...facts,
  error: redact(facts.error, upstream.key),
});

const answered = (answer: IncomingMessage, facts: AnswerFacts): Ending => ({
  kind: 'answered',
  status: answer.statusCode ?? 502,
  headers: answer.headers,
  facts,
});

const abandoned = (facts: AnswerFacts): Ending => ({ kind: 'abandoned', facts });

const unreached = ({ upstream }: Exchange, error: Error): Ending => ({
  kind: 'unreached',
  message: redact(`${upstream.name} could not be reached: ${error.message}`, upstream.key),
});
