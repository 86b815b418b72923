import { setTimeout as wait } from 'node:timers/promises';
import type { GitEnded } from './git.js';

/** Between three tries, ms: what is worth another one is over in a moment, or not at all. */
export const defaultPausesMs: readonly number[] = [1_000, 4_000];

/** What a server or a network does on a bad day, in the words of git and of curl. */
const passing =
  /returned error: (?:408|429|5\d\d)|RPC failed|early EOF|hung up|unexpected disconnect|resolve host|timed out|connection (?:reset|refused|was closed)|failed to connect|empty reply|could(?:n't| not) connect/i;

/** Whether the same call may well succeed when it is made again; a refusal does not. */
const isPassing = ({ exitCode, stderr }: GitEnded): boolean => exitCode !== 0 && passing.test(stderr);

/** Makes a call to a remote again, a few times at most, where what failed is likely to pass. */
export const patiently = async (
  call: () => Promise<GitEnded>,
  pausesMs: readonly number[] = defaultPausesMs,
): Promise<GitEnded> => {
  const ended = await call();
  const [pause, ...rest] = pausesMs;
  if (pause === undefined || !isPassing(ended)) return ended;
  await wait(pause);
  return patiently(call, rest);
};
