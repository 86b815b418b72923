import type { IncomingHttpHeaders } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Answer, Connections } from './upstream.js';

/**
 * Answers as a client may see them: the key they were asked with is in none, neither in a header nor in the body. A
 * provider that packs its answer, although asked not to, is unpacked, since nobody could look into it otherwise.
 */
export const cleaned = (connections: Connections): Connections => ({
  send: async (exchange) => {
    const sent = await connections.send(exchange);
    if (sent.kind === 'error') return sent;
    const answer = unpacked(sent.answer);
    const { key } = exchange.upstream;
    return { kind: 'answer', answer: key === undefined ? answer : withoutKey(answer, key) };
  },
  close: connections.close,
});

const unpacked = (answer: Answer): Answer => {
  const decoder = decoderFor(answer.headers['content-encoding'] ?? 'identity');
  if (decoder === undefined) return answer;
  const { 'content-encoding': _, ...headers } = answer.headers;
  const source = Readable.from(answer.body);
  source.on('error', (error) => decoder.destroy(error));
  return { ...answer, headers, body: source.pipe(decoder) };
};

const decoderFor = (encoding: string): Transform | undefined => {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
};

const withoutKey = (answer: Answer, key: string): Answer => ({
  ...answer,
  headers: Object.fromEntries(
    Object.entries(answer.headers).filter(([, value]) => !String(value).includes(key)),
  ) as IncomingHttpHeaders,
  body: masked(answer.body, Buffer.from(key)),
});

const mask = Buffer.from('***');

/** Holds back only an end that may be the beginning of the key; everything else goes on as it comes. */
async function* masked(body: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const clean = replaceAll(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), key);
    const held = beginningAtEnd(clean, key);
    rest = clean.subarray(clean.length - held);
    if (clean.length > held) yield clean.subarray(0, clean.length - held);
  }
  if (rest.length > 0) yield rest;
}

const replaceAll = (text: Buffer, key: Buffer): Buffer => {
  const parts: Buffer[] = [];
  let done = 0;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, done)) {
    parts.push(text.subarray(done, at), mask);
    done = at + key.length;
  }
  return done === 0 ? text : Buffer.concat([...parts, text.subarray(done)]);
};

/** How many bytes at the end of `text` are the first ones of `key`. */
const beginningAtEnd = (text: Buffer, key: Buffer): number => {
  for (let length = Math.min(key.length - 1, text.length); length > 0; length -= 1)
    if (text.subarray(text.length - length).equals(key.subarray(0, length))) return length;
  return 0;
};
