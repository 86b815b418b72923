import { readFile } from 'node:fs/promises';

/** A clock tick of /proc, ms: 100 Hz on every Linux Node runs on. */
const tickMs = 10;

/** CPU time of this process and of all children that have ended, user and system, ms. */
export const allCpuMs = async (): Promise<number> => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + ((await childCpuMs()) ?? 0);
};

/** CPU time of all children that have ended, user and system, ms; undefined where there is no /proc. */
export const childCpuMs = async (): Promise<number | undefined> => {
  const stat = await readFile('/proc/self/stat', 'utf8').catch(() => undefined);
  // The name in brackets may hold spaces; cutime and cstime are fields 16 and 17 (proc_pid_stat(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? undefined : (Number(fields[13]) + Number(fields[14])) * tickMs;
};
