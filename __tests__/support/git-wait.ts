import { watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Resolves as soon as a file is there, told by the file system. The folder must exist. */
export const onceFile = async (file: string): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === basename(file)) resolve();
  });
  // It may have come before the watch began.
  await access(file).then(resolve, () => undefined);
  await promise;
  watcher.close();
};
