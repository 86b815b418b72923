import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BranchCommit } from '../../ports/repository.js';
import { git } from './git.js';

/**
 * A git bundle of branches with all they have beyond `base`, which whoever fetches from it has to have. `folder` holds
 * it for a moment; the branches are set in the store.
 */
export const makeBundle = async (
  store: string,
  branches: readonly BranchCommit[],
  { base, folder }: { readonly base: string; readonly folder: string },
): Promise<Uint8Array> => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'work.bundle');
  const refs = branches.map(({ name }) => `refs/heads/${name}`);
  for (const { name, commit } of branches) await git(['update-ref', `refs/heads/${name}`, commit], { folder: store });
  try {
    await git(['bundle', 'create', '--quiet', path, ...refs, `^${base}`], { folder: store });
    return await readFile(path);
  } finally {
    await rm(path, { force: true });
  }
};
