import { lstat, mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Which planned files Aider can be given, and which of the edit files are not there yet. */
export interface GivenFiles {
  readonly editFiles: readonly string[];
  readonly readFiles: readonly string[];
  readonly missing: readonly string[];
}

export interface PlannedFiles {
  readonly editFiles: readonly string[];
  readonly readFiles: readonly string[];
}

/**
 * Sorts the planned files and makes the folders of those to be created: without its folder Aider loses the
 * repository. A path through a symbolic link, into `.git` or out of the clone, and anything but a regular file, is
 * left out: nothing is read or made outside the clone. A file to read that is not there is left out too.
 */
export const giveFiles = async (folder: string, planned: PlannedFiles): Promise<GivenFiles> => {
  const root = await realpath(folder);
  const editFiles: string[] = [];
  const missing: string[] = [];
  for (const path of new Set(planned.editFiles)) {
    const kind = await kindOf(root, path);
    if (kind === 'other') continue;
    editFiles.push(path);
    if (kind === 'file') continue;
    missing.push(path);
    await mkdir(dirname(join(root, path)), { recursive: true });
  }
  const reads = [...new Set(planned.readFiles)].filter((path) => !editFiles.includes(path));
  const kinds = await Promise.all(reads.map((path) => kindOf(root, path)));
  return { editFiles, missing, readFiles: reads.filter((_, index) => kinds[index] === 'file') };
};

const kindOf = async (root: string, path: string): Promise<'file' | 'missing' | 'other'> => {
  const parts = path.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git')) return 'other';
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const stats = await lstat(at).catch(() => undefined);
    if (stats === undefined) return 'missing';
    const last = index === parts.length - 1;
    if (last ? !stats.isFile() : !stats.isDirectory()) return 'other';
  }
  return 'file';
};

// An empty file of these names says something.
const meaningfulWhenEmpty = /(^|\/)(__init__\.py|py\.typed|\.(git)?keep)$/;

/**
 * Aider creates missing edit files empty before it asks the model. Those still empty afterwards are no work of the
 * model's and are removed again, so that a message without an edit leaves no change. Where something was written,
 * an empty `__init__.py` and its like stay.
 */
export const removeUntouched = async (folder: string, missing: readonly string[], edited: boolean): Promise<void> => {
  for (const path of missing) {
    const kind = await kindOf(folder, path);
    if (kind !== 'file' || (edited && meaningfulWhenEmpty.test(path))) continue;
    const { size } = await lstat(join(folder, path));
    if (size === 0) await rm(join(folder, path));
  }
};

/** A mark of each file's content state that changes whenever it is written. */
export const fileStates = (folder: string, paths: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    paths.map(async (path) => {
      const stats = await lstat(join(folder, path), { bigint: true }).catch(() => undefined);
      return stats === undefined || stats.size === 0n ? 'nothing' : `${stats.size} ${stats.mtimeNs} ${stats.ino}`;
    }),
  );
