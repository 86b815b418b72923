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

/** A longer line is no event of a model; it is passed over, so that neither memory nor time grows with it. */
const maxLineLength = 8 * 1024 * 1024;

const eventParser = (provider: string): Parser => {
  const decoder = new TextDecoder();
  let facts = noFacts;
  /** The line that is under way, in pieces: joined once, at its end. */
  let pieces: string[] = [];
  let length = 0;
  const endLine = (): void => {
    const line = length > maxLineLength ? '' : pieces.join('');
    [pieces, length] = [[], 0];
    if (line.startsWith('data:')) facts = readFacts(provider, facts, parse(line.slice('data:'.length)));
  };
  const add = (piece: string): void => {
    length += piece.length;
    if (length <= maxLineLength) pieces.push(piece);
    else pieces = [];
  };
  const read = (text: string): void => {
    const lines = text.split('\n');
    lines.forEach((line, index) => {
      if (index > 0) endLine();
      add(line);
    });
  };
  return {
    take: (chunk) => read(decoder.decode(chunk, { stream: true })),
    end: () => {
      endLine();
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
