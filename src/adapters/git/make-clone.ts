import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aiderLeavings, rootTraps } from '../../core/setup/traps.js';
import type { Clone } from '../../ports/repository.js';
import { fields, git } from './git.js';
import { initRepository } from './store.js';

const escapePattern = (path: string): string => `/${path.replace(/[\\*?[\]!# ]/g, '\\$&')}`;

/** Writes which untracked files are never an agent's work: Aider's own leavings and set-up's unignored products. */
export const writeExcludes = (clone: Clone, unignored: readonly string[]): Promise<void> =>
  writeFile(
    join(clone.folder, '.git', 'info', 'exclude'),
    [...aiderLeavings, ...unignored.map(escapePattern)].map((line) => `${line}\n`).join(''),
  );

const branch = 'refs/heads/work';

/**
 * Puts a clone nobody has worked in yet on another commit. Only what differs is looked at: `reset --hard` asks after
 * every file (at 10,000 files it takes twice as long).
 */
export const moveClone = async (clone: Clone, commit: string): Promise<Clone> => {
  await git(['read-tree', '--reset', '-u', clone.commit, commit], { folder: clone.folder });
  await writeFile(join(clone.folder, '.git', branch), `${commit}\n`);
  return { ...clone, commit };
};

/**
 * Makes a clone of the store at a commit: what `git clone --shared` makes (objects by alternates; no remote, no
 * hooks, no shared config or index), in one git call. `folder` must not exist; nobody else may look into it.
 */
export const makeClone = async (store: string, at: { id: string; folder: string; commit: string }): Promise<Clone> => {
  const clone = { id: at.id, folder: join(at.folder, 'repository'), home: join(at.folder, 'home'), commit: at.commit };
  const gitFolder = join(clone.folder, '.git');
  await mkdir(dirname(at.folder), { recursive: true });
  await mkdir(at.folder, { mode: 0o700 });
  await initRepository(gitFolder, { bare: false, alternate: join(store, 'objects') });
  await Promise.all([
    writeFile(join(gitFolder, branch), `${at.commit}\n`),
    writeExcludes(clone, []),
    mkdir(join(clone.home, '.tmp'), { recursive: true }),
  ]);
  await git(['reset', '--hard', '--quiet', at.commit], { folder: clone.folder });
  return clone;
};

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

/** Takes the repository's traps out of an agent's clone so that the removal is no change of its. */
export const removeTraps = async (clone: Clone): Promise<void> => {
  const there = await Promise.all(rootTraps.map((name) => isThere(join(clone.folder, name))));
  const traps = rootTraps.filter((_, n) => there[n]);
  if (traps.length === 0) return;
  const tracked = fields(await git(['ls-files', '-z', '--', ...traps], { folder: clone.folder }));
  if (tracked.length > 0) await git(['update-index', '--skip-worktree', '--', ...tracked], { folder: clone.folder });
  await Promise.all(traps.map((name) => rm(join(clone.folder, name), { recursive: true, force: true })));
};
