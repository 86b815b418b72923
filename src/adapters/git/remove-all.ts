import { rm } from 'node:fs/promises';
import { execa } from 'execa';

/** Removes a folder whatever is in it. Folders made read-only (Go's module cache) stop `rm`: they are opened first. */
export const removeAll = async (folder: string): Promise<void> => {
  const removed = await rm(folder, { recursive: true, force: true }).then(
    () => true,
    () => false,
  );
  if (removed) return;
  await execa('chmod', ['-R', 'u+rwX', folder], { reject: false, stdin: 'ignore' });
  await rm(folder, { recursive: true, force: true });
};
