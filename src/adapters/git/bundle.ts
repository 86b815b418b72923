import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Result, failed, success } from '../../core/result.js';
import { tryGit } from './git.js';
import type { Trees } from './objects/trees.js';

const headerLimit = 64 * 1024;
const commitLine = /^([0-9a-f]{40}) refs\/aider\/result$/m;

const readHeader = async (file: FileHandle): Promise<string | undefined> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerLimit), 0, headerLimit, 0);
  const text = buffer.subarray(0, bytesRead).toString('latin1');
  const end = text.indexOf('\n\n');
  return end < 0 || !text.startsWith('# v2 git bundle\n') ? undefined : text.slice(0, end + 2);
};

/**
 * Takes a bundle's objects into the store and returns its commit's tree. The bundle is hostile: it must be a plain
 * file, at most `maxBytes`, and every object of it passes `index-pack --strict` (fsck, and no link to an object that
 * is not there) before it counts. `git fetch` is not used: before git 2.46 it does not fsck bundles.
 */
export const importBundle = async (
  { store, trees }: { readonly store: string; readonly trees: Trees },
  path: string,
  maxBytes: number,
): Promise<Result<string, string>> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return failed('no bundle was written');
  try {
    const status = await file.stat();
    if (!status.isFile()) return failed('the bundle is no plain file');
    if (status.size > maxBytes)
      return failed(`the changes take ${status.size} bytes packed; at most ${maxBytes} are accepted`);
    const header = await readHeader(file);
    const commit = commitLine.exec(header ?? '')?.[1];
    if (header === undefined || commit === undefined) return failed('the bundle has no readable header');
    const input = file.createReadStream({ start: header.length, autoClose: false });
    const args = ['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${maxBytes}`];
    const packed = await tryGit(args, { folder: store, input });
    if (packed.exitCode !== 0) return failed(`git refused the objects: ${packed.stderr.trim()}`);
    return await trees.idOf(commit).then(success, () => failed('the bundle does not hold its own commit'));
  } finally {
    await file.close();
  }
};
