import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

const lastBytes = async (file: FileHandle, maxBytes: number): Promise<Buffer> => {
  const { size } = await file.stat();
  const wanted = Math.min(size, maxBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
  return buffer.subarray(0, bytesRead);
};

/**
 * The last `maxBytes` of a file that something untrusted wrote, as text. Undefined when there is none and when it is
 * no regular file: a link would show us the file it names, a FIFO would keep us waiting, a device has no end.
 */
export const readForeignFile = async (path: string, maxBytes: number): Promise<string | undefined> => {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return (await file.stat()).isFile() ? (await lastBytes(file, maxBytes)).toString('utf8') : undefined;
  } finally {
    await file.close();
  }
};

/**
 * Appends to a file of ours in a folder whose content others had a hand in: never through a link. Rejects where the
 * path is one, or anything but a regular file.
 */
export const appendToOwnFile = async (path: string, text: string): Promise<void> => {
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is no regular file`);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
};

/** Is the path free, or a folder and no link to one? */
export const isFreeForFolder = async (path: string): Promise<boolean> =>
  lstat(path).then(
    (stats) => stats.isDirectory(),
    () => true,
  );
