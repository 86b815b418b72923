import { statfs } from 'node:fs/promises';
import { execa } from 'execa';
import type { Ended } from '../../ports/place.js';

/** A launch under watch. Its signal aborts when the run is stopped or when it is the one that fills the disk. */
export interface Watched {
  readonly signal: AbortSignal;
  /** The end of the launch, with the reason in it where we stopped it. */
  tell(ended: Ended): Ended;
  stop(): void;
}

/** Ends the launch that takes most when the disk is nearly full: limits of the kernel bound a file, not a folder. */
export interface DiskWatch {
  watch(folders: readonly string[], signal: AbortSignal): Watched;
}

export interface DiskWatchOptions {
  /** On the disk the clones are on. */
  readonly folder: string;
  /** Stopped below it, bytes. */
  readonly reserveBytes: number;
  readonly everyMs?: number;
}

interface Entry {
  readonly folders: readonly string[];
  readonly abort: AbortController;
  isGuilty: boolean;
}

const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

const usedKilobytes = async ({ folders }: Entry): Promise<number> => {
  const said = await execa('du', ['-skx', ...folders], { reject: false, stdin: 'ignore', timeout: 5_000 });
  return said.stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
};

const nearlyFull = 'Stopped: the disk is nearly full and this process had written most.';

const tellOf = (entry: Entry, ended: Ended): Ended =>
  entry.isGuilty
    ? { ...ended, killedBy: null, exitCode: null, signal: 'SIGKILL', output: `${ended.output}\n${nearlyFull}\n` }
    : ended;

/** Watches while anything runs. The reserve is at most half of what is free at the start, for a disk already full. */
export const openDiskWatch = async (options: DiskWatchOptions): Promise<DiskWatch> => {
  const { folder, everyMs = 250 } = options;
  const reserve = Math.min(options.reserveBytes, (await freeBytes(folder)) / 2);
  const running = new Set<Entry>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if ((await freeBytes(folder)) >= reserve) return;
    const entries = [...running];
    const used = await Promise.all(entries.map(usedKilobytes));
    const guilty = entries[used.indexOf(Math.max(...used))];
    if (guilty === undefined) return;
    guilty.isGuilty = true;
    guilty.abort.abort();
  };
  const tick = (): void => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  };
  const forget = (entry: Entry): void => {
    running.delete(entry);
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    watch: (folders, signal) => {
      const entry: Entry = { folders, abort: new AbortController(), isGuilty: false };
      running.add(entry);
      timer ??= setInterval(tick, everyMs).unref();
      return {
        signal: AbortSignal.any([signal, entry.abort.signal]),
        tell: (ended) => tellOf(entry, ended),
        stop: () => forget(entry),
      };
    },
  };
};
