import { readFile, readdir, readlink } from 'node:fs/promises';

/** A process that outlived its step. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that work in `folder` or name it in their command line: what an action left behind, for `folder` is this
 * run's own. Linux only; elsewhere none are found.
 */
export const findLeftovers = async (folder: string): Promise<readonly Leftover[]> => {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name) && name !== String(process.pid)).map(Number);
  const found = await Promise.all(pids.map((pid) => describe(pid, folder)));
  return found.filter((each) => each !== undefined);
};

const describe = async (pid: number, folder: string): Promise<Leftover | undefined> => {
  const proc = `/proc/${String(pid)}`;
  const command = (await readFile(`${proc}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
  const cwd = await readlink(`${proc}/cwd`).catch(() => '');
  const isOurs = command.includes(folder) || cwd === folder || cwd.startsWith(`${folder}/`);
  return isOurs && command !== '' ? { pid, command } : undefined;
};
