import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the folder of a killed run fit to be worked in again: clones and bundles go, the store stays, for it may hold
 * commits that were not pushed. A lock its git did not come to remove goes too.
 */
export const reuseFolder = async (runFolder: string): Promise<void> => {
  const names = await readdir(runFolder).catch(() => []);
  const others = names.filter((name) => name !== 'store');
  await Promise.all(others.map((name) => rm(join(runFolder, name), { recursive: true, force: true, maxRetries: 3 })));
  const store = join(runFolder, 'store');
  const files = await readdir(store, { recursive: true }).catch(() => []);
  const locks = files.filter((name) => name.endsWith('.lock'));
  await Promise.all(locks.map((name) => rm(join(store, name), { force: true })));
};
