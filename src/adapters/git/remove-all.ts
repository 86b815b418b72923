import { rm } from 'node:fs/promises';
import { execa } from 'execa';

const tool = (command: string, ...args: readonly string[]): Promise<boolean> =>
  execa(command, args, { reject: false, stdin: 'ignore' }).then(({ exitCode }) => exitCode === 0);

/**
 * Removes a folder whatever is in it, by a process of its own: `fs.rm` of 10,000 files keeps our own threads, and with
 * them every landing meanwhile, busy for 0.2 s. Folders made read-only (Go's module cache) stop it: they are opened
 * first, then. Rejects when something is left.
 */
export const removeAll = async (folder: string): Promise<void> => {
  if (await tool('rm', '-rf', '--', folder)) return;
  await tool('chmod', '-R', 'u+rwX', folder);
  await rm(folder, { recursive: true, force: true });
};
