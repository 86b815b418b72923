/** Keeps the last `maxBytes` bytes it is given, as `redact` leaves them. */
export interface TailBuffer {
  push(chunk: Buffer): void;
  /** What is kept as text. A character cut at the front is dropped, so the text never begins with a broken one. */
  text(): string;
}

const isContinuation = (byte: number): boolean => (byte & 0b1100_0000) === 0b1000_0000;

const fromWholeCharacter = (bytes: Buffer): Buffer => {
  let start = 0;
  while (start < Math.min(3, bytes.length) && isContinuation(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
};

/**
 * Kept beyond what is asked for while secrets are to be taken out, so that one at the cut is still whole when it is
 * looked for. The longest keys (private ones in PEM) have about 3,300 bytes.
 */
const slack = 8_192;

export interface TailOptions {
  readonly maxBytes: number;
  readonly redact?: ((text: string) => string) | undefined;
}

/** A buffer that keeps only the end of a stream. Memory is at most twice `maxBytes` (and a slack) plus one chunk. */
export const tailBuffer = ({ maxBytes, redact }: TailOptions): TailBuffer => {
  const room = redact === undefined ? maxBytes : maxBytes + slack;
  let chunks: Buffer[] = [];
  let size = 0;
  let isCut = false;
  const compact = (): Buffer => {
    const all = Buffer.concat(chunks);
    isCut ||= all.length > room;
    const kept = all.subarray(Math.max(0, all.length - room));
    chunks = [Buffer.from(kept)];
    size = kept.length;
    return kept;
  };
  const whole = (): string => {
    const kept = compact();
    return (isCut ? fromWholeCharacter(kept) : kept).toString('utf8');
  };
  return {
    push: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 2 * room) compact();
    },
    text: () => (redact === undefined ? whole() : lastBytes(redact(whole()), maxBytes)),
  };
};

const lastBytes = (text: string, maxBytes: number): string => {
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes ? text : fromWholeCharacter(bytes.subarray(-maxBytes)).toString('utf8');
};
