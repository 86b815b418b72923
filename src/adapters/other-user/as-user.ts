import type { Root } from './root.js';
import { usersAtWork } from './processes-of.js';

/** Becomes a user without any right, name or group, for good: nothing it starts gains one, also not by sudo. */
export const asUser = (id: number): readonly string[] => [
  ...['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--no-new-privs'],
  ...['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'],
];

/**
 * A signal to every process of a user, in or out of any group. The kernel sends it to all of them at once: none can
 * fork away.
 */
export const signalAll = (id: number, signal: NodeJS.Signals): readonly string[] => [
  ...asUser(id),
  ...['/bin/sh', '-c', 'kill -s "$1" -- -1', 'signal', signal.replace('SIG', '')],
];

/** Folders everybody may write in: what a user left there goes. Others' files it could not remove if it tried. */
const shared = ['/tmp', '/var/tmp', '/dev/shm', '/run/lock'];

const sweepScript = 'find "$@" -xdev -mindepth 1 -maxdepth 1 -user "$(id -u)" -exec rm -rf {} + 2>/dev/null; exit 0';

/** Removes what a user left in folders that are everybody's. */
export const sweepShared = async (root: Root, id: number): Promise<void> =>
  void (await root.run([...asUser(id), '/bin/sh', '-c', sweepScript, 'sweep', ...shared]));

const pauseMs = 20;
const tries = 100;

/** Ends every process of a user. Throws when one cannot be ended. */
export const endUser = async (root: Root, id: number): Promise<void> => {
  for (let n = 0; n < tries; n += 1) {
    await root.run(signalAll(id, 'SIGKILL'));
    if ((await usersAtWork({ first: id, count: 1 })).size === 0) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`processes of user ${id} cannot be ended`);
};
