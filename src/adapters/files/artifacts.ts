import { constants, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifacts } from '../../ports/files.js';

/**
 * Files of a run below `folder`, the repository's `.aider_logs/`, which is made. It ignores itself, so that a run on a
 * local repository leaves `git status` as it was; what is committed of it goes into the branch without a work tree.
 */
export const openArtifacts = (folder: string): Artifacts => {
  mkdirSync(folder, { recursive: true });
  ignoreItself(folder);
  return {
    write: async (name, content) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      // Never through a link: the repository may have brought one of this name.
      await writeFile(path, content, {
        flag: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
      });
      return path;
    },
  };
};

/** A `.gitignore` that is there already stays as it is. */
const ignoreItself = (folder: string): void => {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};
