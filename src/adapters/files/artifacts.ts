import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifacts } from '../../ports/files.js';

/** Files of a run below `folder`, the repository's `.aider_logs/`. */
export const openArtifacts = (folder: string): Artifacts => ({
  write: async (name, text) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  },
});
