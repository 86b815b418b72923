import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Every executable file of that name on PATH, in PATH order, without repeats. */
export const onPath = async (name: string, path: string | undefined): Promise<readonly string[]> => {
  const folders = [...new Set((path ?? '').split(delimiter).filter((each) => each.startsWith('/')))];
  const files = folders.map((folder) => join(folder, name));
  const there = await Promise.all(files.map(isExecutable));
  return files.filter((_, index) => there[index] === true);
};

export const isExecutable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
};
