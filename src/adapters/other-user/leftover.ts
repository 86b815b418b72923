import { lstat, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { endUser } from './as-user.js';
import { tableOf } from './firewall.js';
import { usersAtWork } from './processes-of.js';
import { findRoot, type Root } from './root.js';
import type { IdRange } from './user-ids.js';

/** Begins the name of every folder the clones of a run lie in. */
export const workPrefix = 'aider-orchestrator-work-';

const Held = z.strictObject({ work: z.string(), first: z.int().positive(), count: z.int().positive() });

/** What a run has of the machine beside its own folder: other users, a table of the firewall, a folder for clones. */
export type Held = z.infer<typeof Held>;

const recordOf = (runFolder: string): string => join(runFolder, 'other-user.json');

/** Written before anything of it is there, for who comes after a killed run. */
export const noteHeld = (runFolder: string, held: Held): Promise<void> =>
  writeFile(recordOf(runFolder), JSON.stringify(held));

/** Removed as root: only what is a folder of ours, by name and by owner. */
const isOurs = async (folder: string): Promise<boolean> => {
  const stats = await lstat(folder).catch(() => undefined);
  return basename(folder).startsWith(workPrefix) && stats?.isDirectory() === true && stats.uid === process.getuid?.();
};

export const removeTable = (nft: string, range: IdRange): readonly string[] => [
  ...[nft, 'delete', 'table', 'inet', tableOf(range)],
];

export const removeWork = (folder: string): readonly string[] => ['rm', '-rf', '--one-file-system', '--', folder];

/** Ends who still works as one of the users, takes the table away, and then the folder. */
export const letGo = async (root: Root, nft: string, { work, ...range }: Held): Promise<void> => {
  for (const id of await usersAtWork(range)) await endUser(root, id);
  await root.run(removeTable(nft, range));
  if (await isOurs(work)) await root.run(removeWork(work));
};

const readHeld = async (runFolder: string): Promise<Held | undefined> => {
  const text = await readFile(recordOf(runFolder), 'utf8').catch(() => undefined);
  const stats = await lstat(recordOf(runFolder)).catch(() => undefined);
  if (text === undefined || stats?.isFile() !== true || stats.uid !== process.getuid?.()) return undefined;
  try {
    return Held.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/**
 * Lets go what a killed run held. Its store, in which commits may lie that are nowhere else, goes back to its folder.
 * Without the rights of then nothing can be done.
 */
export const letGoLeftover = async (runFolder: string, path: string): Promise<void> => {
  const held = await readHeld(runFolder);
  const root = held === undefined ? undefined : await findRoot(path);
  if (held === undefined || root?.ok !== true) return;
  if (await isOurs(held.work)) await moveStore(held.work, runFolder);
  await letGo(root.value, 'nft', held);
};

/** Where the disk is another one it stays, and is lost with what is not in the journal's ref. */
export const moveStore = (from: string, to: string): Promise<void> =>
  rename(join(from, 'store'), join(to, 'store')).catch(() => undefined);
