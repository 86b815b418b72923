import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clone } from '../../ports/repository.js';
import { temporaryFolder } from './aider-env.js';

/**
 * Files Aider reads from the clone's root and from HOME, which win over the environment: keys sent elsewhere,
 * commands run. `--config` and `--env-file` do not switch them off, so they are removed before every message.
 */
export const trapNames = [
  '.env',
  '.aider.conf.yml',
  '.aider.model.settings.yml',
  '.aider.model.metadata.json',
] as const;

/** What Aider leaves in a work tree beside its edits: the tag cache of a repository map. */
const leavings = ['.aider.tags.cache.v3', '.aider.tags.cache.v4'] as const;

// Not empty, or Aider asks the network; it looks models up here before litellm's own table.
const noPrices = '{"none": {}}';

/**
 * Makes clone and HOME safe for the next Aider: no traps, no OAuth keys or settings in `~/.aider`, a model table
 * there that keeps Aider from fetching one (it would, for every model, known or not), a folder for temporary files.
 */
export const disarm = async ({ folder, home }: Clone): Promise<void> => {
  await Promise.all([folder, home].flatMap((root) => trapNames.map((name) => removeAny(join(root, name)))));
  await removeAny(join(home, '.aider'));
  const caches = join(home, '.aider', 'caches');
  await mkdir(caches, { recursive: true });
  await writeFile(join(caches, 'model_prices_and_context_window.json'), noPrices);
  await replaceByFolder(join(home, temporaryFolder));
};

export const removeLeavings = async ({ folder }: Clone): Promise<void> => {
  await Promise.all(leavings.map((name) => removeAny(join(folder, name))));
};

const removeAny = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

const replaceByFolder = async (path: string): Promise<void> => {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) await removeAny(path);
  await mkdir(path, { recursive: true });
};
