import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Ended, Standby, StandbyLaunch } from '../../ports/place.js';
import { runGroup } from '../processes/run-group.js';
import { moveInto } from './move-in.js';

/** What a process that stands by is started with: the place's own command around its own. */
export interface Wrapped {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The folders that are bound at the clone's and HOME's paths from the start. */
export interface Slot {
  readonly folder: string;
  readonly home: string;
}

export const makeSlot = async (parent: string): Promise<Slot> => {
  const at = join(parent, randomUUID());
  const slot = { folder: join(at, 'repository'), home: join(at, 'home') };
  await Promise.all([mkdir(slot.folder, { recursive: true }), mkdir(slot.home, { recursive: true })]);
  return slot;
};

/** As long as a timer can be; the run has a deadline of its own. */
const forEver = 2 ** 31 - 1;
const maxLineBytes = 65_536;
/** Kept for who has not asked yet. */
const maxLines = 100;

/** Lines as they come, for whoever asks, in order. After the end everybody hears undefined. */
const lineQueue = () => {
  const waiting: ((line: string | undefined) => void)[] = [];
  const come: string[] = [];
  let rest = '';
  let over = false;
  const give = (line: string): void => {
    const next = waiting.shift();
    if (next !== undefined) next(line);
    else if (come.length < maxLines) come.push(line);
  };
  return {
    read: (output: Readable): void => {
      output.on('data', (chunk: Buffer) => {
        const lines = `${rest}${chunk.toString('utf8')}`.split('\n');
        rest = (lines.pop() ?? '').slice(0, maxLineBytes);
        lines.forEach(give);
      });
    },
    next: (): Promise<string | undefined> => {
      const line = come.shift();
      if (line !== undefined || over) return Promise.resolve(line);
      return new Promise((resolve) => waiting.push(resolve));
    },
    end: (): void => {
      over = true;
      for (const each of waiting.splice(0)) each(undefined);
    },
  };
};

/** Starts it in its slot. `launch` is what was asked for, `wrapped` how it is done here. */
export const startStandby = (launch: Pick<StandbyLaunch, 'signal'>, wrapped: Wrapped, slot: Slot): Standby => {
  const stop = new AbortController();
  const lines = lineQueue();
  let input: Writable | undefined;
  const ended: Promise<Ended> = runGroup({
    ...wrapped,
    cwd: '/',
    timeoutMs: forEver,
    signal: AbortSignal.any([launch.signal, stop.signal]),
    maxOutputBytes: 8_000,
    talk: (streams) => {
      input = streams.input.on('error', () => undefined);
      lines.read(streams.output);
    },
  }).finally(lines.end);
  return {
    moveIn: async (clone) => {
      await moveInto(slot.home, clone.home);
      await moveInto(slot.folder, clone.folder);
    },
    say: (line) => void input?.write(`${line}\n`),
    hear: lines.next,
    end: () => {
      stop.abort();
      return ended;
    },
    ended,
  };
};
