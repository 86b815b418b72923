import type { Ended, Place } from '../../ports/place.js';
import { bubblewrapArgs, mountsOf, type Seen } from './mounts.js';
import { runGroup } from './run-group.js';

/** bubblewrap exits 1 with a line of its own when what it should run cannot be started; that is no exit code of it. */
const withSpawnError = (ended: Ended): Ended => {
  const line = /^bwrap: (.*)$/m.exec(ended.stderr)?.[1];
  return ended.exitCode === 1 && line !== undefined && ended.stderr.startsWith('bwrap: ')
    ? { ...ended, exitCode: null, spawnError: line }
    : ended;
};

/**
 * Every clone at the same path, by bubblewrap. `seen` are two existing, empty folders; `bubblewrap` its executable.
 * A stop reaches the processes as SIGKILL: bubblewrap ends at SIGTERM and the kernel ends its children with it.
 */
export const onePath = (bubblewrap: string, seen: Seen): Place => ({
  level: 'one-path',
  pathOf: () => seen.path,
  homeOf: () => seen.home,
  run: async (clone, { writable, command, args, ...launch }) => {
    const before = bubblewrapArgs(mountsOf(clone, seen, writable), seen.path);
    const group = { ...launch, command: bubblewrap, args: [...before, command, ...args], cwd: clone.folder };
    return withSpawnError(await runGroup(group));
  },
});
