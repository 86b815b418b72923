/** Keeps the last `maxBytes` bytes it is given. */
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

/** A buffer that keeps only the end of a stream. Memory is at most twice `maxBytes` plus one chunk. */
export const tailBuffer = (maxBytes: number): TailBuffer => {
  let chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  const compact = (): Buffer => {
    const all = Buffer.concat(chunks);
    cut ||= all.length > maxBytes;
    const kept = all.subarray(Math.max(0, all.length - maxBytes));
    chunks = [Buffer.from(kept)];
    size = kept.length;
    return kept;
  };
  return {
    push: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 2 * maxBytes) compact();
    },
    text: () => {
      const kept = compact();
      return (cut ? fromWholeCharacter(kept) : kept).toString('utf8');
    },
  };
};
