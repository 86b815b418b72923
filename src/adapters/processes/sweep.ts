import { readdir, readFile } from 'node:fs/promises';
import { runVariable } from './groups.js';

/** Variable that marks all processes of one launch, also those that left their process group with `setsid`. */
export const markVariable = 'AIDER_ORCHESTRATOR_LAUNCH';

const isMarked = async (pid: string, entry: string): Promise<boolean> => {
  // Another user's process, or one that has just ended, cannot be read: it is not ours.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(entry);
};

const killMarked = async (entry: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(pids.map((pid) => isMarked(pid, entry)));
  const found = pids.filter((_, index) => marked[index]);
  for (const pid of found) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself between the look and the signal.
    }
  }
  return found;
};

/**
 * Kills what a launch left behind outside its process group (Linux; elsewhere nothing is found). Looks again until
 * nothing is left, since a process may fork while it is looked for; at most ten times.
 */
export const sweep = async (mark: string): Promise<void> => void (await killAllMarked(`${markVariable}=${mark}`));

/**
 * Kills what a killed orchestrator left of a run (Linux; elsewhere nothing is found), and resolves with how many
 * processes those were.
 */
export const sweepRun = (run: string): Promise<number> => killAllMarked(`${runVariable}=${run}`);

const killAllMarked = async (entry: string): Promise<number> => {
  const all = new Set<string>();
  if (process.platform !== 'linux') return 0;
  for (let round = 0; round < 10; round += 1) {
    const killed = await killMarked(entry);
    if (killed.length === 0) break;
    // A process takes its time to go: it may be found twice.
    killed.forEach((pid) => all.add(pid));
  }
  return all.size;
};
