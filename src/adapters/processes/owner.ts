import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ownerFile = 'owner.json';

/** When a process began, in the kernel's own ticks: ids are used again, this pair is not. '' where it is not told. */
const startOf = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before the last bracket may hold anything.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

/** Says in the folder of a run that this process works on it. */
export const ownFolder = async (runFolder: string): Promise<void> => {
  await mkdir(runFolder, { recursive: true });
  const owner = { pid: process.pid, started: await startOf(process.pid) };
  await writeFile(join(runFolder, ownerFile), JSON.stringify(owner));
};

/** The process that works on a run; undefined when it is dead or nobody said so. */
export const ownerOf = async (runFolder: string): Promise<number | undefined> => {
  const text = await readFile(join(runFolder, ownerFile), 'utf8').catch(() => '{}');
  const { pid, started } = parse(text);
  if (pid === undefined || !isAlive(pid)) return undefined;
  return (await startOf(pid)) === started ? pid : undefined;
};

const parse = (text: string): { readonly pid?: number; readonly started?: string } => {
  try {
    return JSON.parse(text) as { pid?: number; started?: string };
  } catch {
    return {};
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
