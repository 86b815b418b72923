import { readdir, readFile } from 'node:fs/promises';

/** A process that has this folder as its HOME, as everything we started for one measurement has. */
export interface OwnProcess {
  readonly pid: number;
  readonly command: string;
  readonly residentMb: number;
}

const readOne = async (pid: number, home: string): Promise<readonly OwnProcess[]> => {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [environ, cmdline, status] = [await read('environ'), await read('cmdline'), await read('status')];
  if (!environ.split('\0').includes(`HOME=${home}`)) return [];
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return [{ pid, command: cmdline.replaceAll('\0', ' '), residentMb: kilobytes / 1024 }];
};

/** All of them that run now (Linux). */
export const ownProcesses = async (home: string): Promise<readonly OwnProcess[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map((pid) => readOne(pid, home)))).flat();
};

/** Ends what a measurement left running. */
export const endOwn = async (home: string): Promise<void> => {
  for (const { pid } of await ownProcesses(home)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
};

/** Looks every half second until stopped; gives the most memory the processes of `counts` took together, MB. */
export const watchMemory = (home: string, counts: (command: string) => boolean): (() => number) => {
  let peak = 0;
  const timer = setInterval(() => {
    void ownProcesses(home).then((all) => {
      const now = all.filter(({ command }) => counts(command)).reduce((sum, each) => sum + each.residentMb, 0);
      peak = Math.max(peak, now);
    });
  }, 500);
  return () => {
    clearInterval(timer);
    return peak;
  };
};
