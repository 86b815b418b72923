import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/run/event.js';
import { parseJournal } from '../../core/run/parse-journal.js';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { isIntent } from '../../core/run/intents.js';
import type { Journal } from '../../ports/journal.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

export interface FileJournal extends Journal {
  close(): void;
}

/**
 * An append-only NDJSON file, one event a line, for one writer. `append` returns when the line is with the operating
 * system, so that a killed process loses nothing it was told, and for an intent when it is on disk, so that a power cut
 * does not either; a half line a killed writer left is cut off first. `earlier` is written where the file is new: events
 * of a run that was begun on another machine. Throws when the file cannot be written.
 */
export const openJournal = (path: string, earlier: readonly RunEvent[] = []): FileJournal => {
  mkdirSync(dirname(path), { recursive: true });
  // Never through a link: the repository may have brought one of this name.
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  if (!fstatSync(file).isFile()) throw new Error(`${path} is no regular file`);
  cutHalfLine(file);
  if (fstatSync(file).size === 0) writeAll(file, Buffer.from(earlier.map(toLine).join('')));
  return {
    append: (event) => {
      writeAll(file, Buffer.from(toLine(event)));
      if (isIntent(event)) fsyncSync(file);
    },
    close: () => closeSync(file),
  };
};

/**
 * The events of a journal in order; none when there is no such file. What follows the last line break is the half line
 * of a killed writer and no event. Fails with `journal-broken` where any other line is not the next event: somebody
 * else wrote there, or the disk is broken, and nobody knows what is missing.
 */
export const readJournal = (path: string): Result<readonly RunEvent[], Failure> => {
  const text = readIfThere(path)?.toString('utf8') ?? '';
  const events = parseJournal(text);
  const lines = text.split('\n').length - 1;
  return events.length === lines ? success(events) : failed(broken(path, events.length + 1));
};

const broken = (path: string, line: number): Failure => ({
  reason: 'journal-broken',
  who: 'user',
  message: `Line ${line} of ${path} is not event ${line} of a run of this version, so it is not known what was done.`,
  action:
    'Start the request anew; what had landed is on the branches of the run. Move the file away if it is in the way.',
});

const toLine = (event: RunEvent): string => `${JSON.stringify(event)}\n`;

const cutHalfLine = (file: number): void => {
  const bytes = readFileSync(file);
  if (bytes.length > 0 && bytes.at(-1) !== 0x0a) ftruncateSync(file, bytes.lastIndexOf(0x0a) + 1);
};

const readIfThere = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Makes the file hold exactly these events, the journal of a run that goes on; nothing is done where it does already. */
export const restoreJournal = (path: string, events: readonly RunEvent[]): void => {
  const here = readJournal(path);
  if (here.ok && here.value.length === events.length) return;
  mkdirSync(dirname(path), { recursive: true });
  const whole = `${path}.restored`;
  rmSync(whole, { force: true });
  writeFileSync(whole, events.map((event) => `${JSON.stringify(event)}\n`).join(''), { flag: 'wx' });
  renameSync(whole, path);
};

/** The ids of the runs whose journals, named by `name`, lie in a folder. */
export const listJournals = (folder: string, name: (runId: string) => string): readonly string[] => {
  const [before = '', after = ''] = name('\0').split('\0');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const journals = names.filter((each) => each.startsWith(before) && each.endsWith(after));
  return journals.map((each) => each.slice(before.length, each.length - after.length));
};

/** One write may take a part only, e.g. on a full pipe. */
const writeAll = (file: number, bytes: Buffer): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
};
