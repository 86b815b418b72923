import { readFile, readdir } from 'node:fs/promises';
import type { IdRange } from './user-ids.js';

const idOf = (status: string): number | undefined => {
  // A dead process nobody has asked after yet does nothing any more.
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  const id = /^Uid:\s+(\d+)/m.exec(status)?.[1];
  return id === undefined ? undefined : Number(id);
};

/** The users of a range who have a living process. `status`, unlike the owner of its folder, tells it of every process. */
export const usersAtWork = async ({ first, count }: IdRange): Promise<ReadonlySet<number>> => {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(`/proc/${name}/status`, 'utf8').catch(() => '')));
  const ids = texts.map(idOf).filter((id) => id !== undefined && id >= first && id < first + count);
  return new Set(ids as number[]);
};
