import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.js';
import { errorCode } from './error-code.js';

const staleMs = 10 * 60_000;
const pollMs = 200;

/**
 * Runs `work` while no other process does so under the same lock file. The lock only saves double work: what it
 * guards must end well without it, for a lock is taken over when its holder is dead or it is 10 min old. Stops
 * waiting when the signal aborts; `work` then runs and must look at the signal itself.
 */
export const withLock = async <T>(
  file: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> => {
  while (!(await take(file)) && !signal.aborted) {
    if (await isStale(file, clock)) await release(file);
    else await clock.sleep(pollMs, signal);
  }
  try {
    return await work();
  } finally {
    if ((await holder(file)) === process.pid) await rm(file, { force: true });
  }
};

const take = async (file: string): Promise<boolean> => {
  try {
    await writeFile(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
};

const holder = async (file: string): Promise<number | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

const isStale = async (file: string, clock: Clock): Promise<boolean> => {
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) return false;
  const pid = await holder(file);
  return (pid !== undefined && !isAlive(pid)) || clock.now() - there.mtimeMs > staleMs;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
};

// Renamed away first: of two that found it stale only one can.
const release = async (file: string): Promise<void> => {
  const away = `${file}.${randomUUID()}`;
  await rename(file, away).then(
    () => rm(away, { force: true }),
    () => undefined,
  );
};
