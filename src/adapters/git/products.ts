import { constants } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Clone } from '../../ports/repository.js';

/** What set-up made in the base clone and in its HOME, to be given to every other clone as a copy of its own. */
export interface Products {
  readonly from: Clone;
  /** Untracked files and folders of the clone, `/` separated, relative to its root. */
  readonly paths: readonly string[];
  /** Those of them no ignore rule of the repository covers: clones must not collect them as an agent's work. */
  readonly unignored: readonly string[];
}

/** A path set-up's own listing may name: inside the clone and not its `.git`. The listing is untrusted. */
export const isProductPath = (path: string): boolean => {
  const parts = path.replace(/\/$/, '').split('/');
  return !parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
};

const inBatches = (paths: readonly string[], size = 500): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(paths.length / size) }, (_, n) => paths.slice(n * size, (n + 1) * size));

/** `cp` of coreutils: reflinks where the file system has them, and several times faster than `fs.cp` where not. */
const copyOnLinux = async ({ from, paths }: Products, clone: Clone): Promise<void> => {
  const options = { cwd: from.folder, stdin: 'ignore', extendEnv: false, env: { PATH: process.env['PATH'] } } as const;
  const copy = ['-a', '--reflink=auto'];
  for (const batch of inBatches(paths))
    await execa(
      'cp',
      [...copy, '--parents', '--', ...batch.map((path) => path.replace(/\/$/, '')), clone.folder],
      options,
    );
  await execa('cp', [...copy, '--', `${from.home}/.`, clone.home], options);
};

const copyElsewhere = async ({ from, paths }: Products, clone: Clone): Promise<void> => {
  const options = { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE } as const;
  for (const path of paths) {
    await mkdir(dirname(join(clone.folder, path)), { recursive: true });
    await cp(join(from.folder, path), join(clone.folder, path), options);
  }
  await cp(from.home, clone.home, options);
};

/** Gives a clone its own writable copy of set-up's products; never links, so clones cannot change each other. */
export const copyProducts = (products: Products, clone: Clone): Promise<void> =>
  process.platform === 'linux' ? copyOnLinux(products, clone) : copyElsewhere(products, clone);
