import type { Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import { noFacts, readFacts, type AnswerFacts } from './answer-facts.js';

/** Bodies that are not streams of events are read whole up to this; usage of a longer one stays unknown. */
const maxBodyBytes = 32 * 1024 * 1024;

/** Reads an answer while it passes by. `take` never blocks; `end` resolves with what was found. */
export interface AnswerReader {
  take(chunk: Buffer): void;
  end(): Promise<AnswerFacts>;
}

/** A reader for an answer with these headers: server-sent events, or JSON (one document, or an array of them). */
export const openAnswerReader = (provider: string, contentType: string, encoding: string): AnswerReader => {
  const parser = contentType.includes('text/event-stream') ? eventParser(provider) : bodyParser(provider);
  const decoder = decoderFor(encoding);
  if (decoder === undefined) return { take: parser.take, end: () => Promise.resolve(parser.end()) };
  const done = new Promise<void>((resolve) => decoder.once('close', resolve).once('end', resolve));
  decoder.on('data', parser.take).on('error', () => decoder.destroy());
  return {
    take: (chunk) => void decoder.write(chunk),
    end: async () => {
      decoder.end();
      await done;
      return parser.end();
    },
  };
};

interface Parser {
  readonly take: (chunk: Buffer) => void;
  readonly end: () => AnswerFacts;
}

const decoderFor = (encoding: string): Transform | undefined => {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
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

const bodyParser = (provider: string): Parser => {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    take: (chunk) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
    },
    end: () => {
      const parsed = size <= maxBodyBytes ? parse(Buffer.concat(chunks).toString('utf8')) : undefined;
      const documents = Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
      return documents.reduce<AnswerFacts>((facts, each) => readFacts(provider, facts, each), noFacts);
    },
  };
};

const eventParser = (provider: string): Parser => {
  const decoder = new TextDecoder();
  let facts = noFacts;
  let rest = '';
  const read = (line: string): void => {
    if (line.startsWith('data:')) facts = readFacts(provider, facts, parse(line.slice('data:'.length)));
  };
  return {
    take: (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(read);
    },
    end: () => {
      read(rest);
      return facts;
    },
  };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
