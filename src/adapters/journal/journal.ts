import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/run/event.js';
import { parseJournal } from '../../core/run/parse-journal.js';
import type { Journal } from '../../ports/journal.js';

export interface JournalOptions {
  /** Waits for the disk after every event, so that a power cut loses none. Costs milliseconds an event. */
  readonly durable?: boolean;
}

export interface FileJournal extends Journal {
  close(): void;
}

/**
 * An append-only NDJSON file, one event a line, for one writer. `append` returns when the line is with the operating
 * system, so that a killed process loses nothing it was told; a half line a killed writer left is cut off first.
 * Throws when the file cannot be written.
 */
export const openJournal = (path: string, { durable = false }: JournalOptions = {}): FileJournal => {
  mkdirSync(dirname(path), { recursive: true });
  cutHalfLine(path);
  const file = openSync(path, 'a', 0o644);
  return {
    append: (event) => {
      writeAll(file, Buffer.from(`${JSON.stringify(event)}\n`));
      if (durable) fsyncSync(file);
    },
    close: () => closeSync(file),
  };
};

/**
 * The events of a journal in order, up to the first line that is not the next event: the last line may be half
 * written. Empty when there is no such file.
 */
export const readJournal = (path: string): readonly RunEvent[] =>
  parseJournal(readIfThere(path)?.toString('utf8') ?? '');

const cutHalfLine = (path: string): void => {
  const bytes = readIfThere(path);
  if (bytes === undefined || bytes.length === 0 || bytes.at(-1) === 0x0a) return;
  truncateSync(path, bytes.lastIndexOf(0x0a) + 1);
};

const readIfThere = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** One write may take a part only, e.g. on a full pipe. */
const writeAll = (file: number, bytes: Buffer): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
};
