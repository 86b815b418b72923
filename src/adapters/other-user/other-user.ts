import { randomUUID } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Ended, Launch, Place } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import { runGroup, type GroupLaunch } from '../processes/run-group.js';
import { makeControlGroup } from '../sandbox/cgroups.js';
import type { DiskWatch } from '../sandbox/disk-watch.js';
import type { Limits } from '../sandbox/limits.js';
import { outerCommand } from '../sandbox/outer-command.js';
import { lineOf } from '../sandbox/spawn-error.js';
import { asUser, endUser, signalAll, sweepShared } from './as-user.js';
import type { Firewall } from './firewall.js';
import { handOver, takeBack, type Folders } from './hand-over.js';
import { exportLines, launchScript } from './launch-script.js';
import type { Root } from './root.js';
import type { UserIds } from './user-ids.js';

/** What every launch of one run shares. */
export interface OtherUserParts {
  readonly root: Root;
  readonly ids: UserIds;
  readonly firewall: Firewall;
  /** What comes before a command: `filterCalls`. */
  readonly filter: readonly string[];
  readonly limits: Limits;
  readonly disk: DiskWatch;
}

/** A launch with the user it got. */
interface Given {
  readonly id: number;
  readonly clone: Clone;
  readonly launch: Launch;
}

const withSpawnError = (ended: Ended, marker: string): Ended => {
  const spawnError = ended.exitCode === 126 || ended.exitCode === 127 ? lineOf(marker, ended.stderr) : undefined;
  return spawnError === undefined ? ended : { ...ended, exitCode: null, spawnError };
};

/** It has no account, and some tools do not start without a name. */
const nobody = { USER: 'agent', LOGNAME: 'agent' };

/** Dies with us, also where we are killed and end nobody ourselves; what it started then goes with the next run. */
const withUs = ['--pdeathsig', 'KILL'];

const commandOf = ({ limits, filter }: OtherUserParts, { id, clone, launch }: Given, marker: string) => [
  ...asUser(id),
  ...withUs,
  ...filter,
  ...['/usr/bin/env', '-i', '/bin/sh', '-c', launchScript(limits), marker, clone.folder],
  ...[launch.command, ...launch.args],
];

const work = async (parts: OtherUserParts, given: Given): Promise<Ended> => {
  const { root, limits, disk } = parts;
  const { id, clone, launch } = given;
  const { writable = [], readable: _r, network: _n, env, command: _c, args: _a, ...rest } = launch;
  const marker = randomUUID();
  const group = root.prefix.length === 0 ? await makeControlGroup(limits) : undefined;
  const inner = outerCommand(group?.joins ?? [], commandOf(parts, given, marker));
  const [command = '', ...args] = [...root.prefix, inner.command, ...inner.args];
  const watched = disk.watch([clone.folder, clone.home, ...writable], launch.signal);
  const own: Omit<GroupLaunch, keyof typeof rest> = {
    ...{ command, args, cwd: '/', env: root.env },
    talk: ({ input }) => void input.on('error', () => undefined).end(exportLines({ ...nobody, ...env })),
    reach: (signal) => root.runNow(signalAll(id, signal)),
  };
  try {
    const ended = await runGroup({ ...rest, ...own, signal: watched.signal }, () => endUser(root, id));
    return watched.tell(withSpawnError(ended, marker));
  } finally {
    watched.stop();
    void group?.remove();
  }
};

const foldersOf = ({ clone, launch: { writable = [] } }: Given): Folders => ({ clone, writable });

/** Whatever comes, nobody gets the user or the files before its last process has ended. */
const runAs = async (parts: OtherUserParts, given: Given): Promise<Ended> => {
  const { root, firewall } = parts;
  const { id, launch } = given;
  try {
    if (launch.network !== undefined) await firewall.allow(id, launch.network);
    await handOver(root, id, foldersOf(given));
    return await work(parts, given);
  } finally {
    await endUser(root, id);
    await Promise.all([takeBack(root, id, foldersOf(given)), sweepShared(root, id), firewall.forbid(id)]);
    parts.ids.give(id);
  }
};

/** One after the other in a clone, whose files belong to one user at a time. */
const inTurn = () => {
  const turns = new Map<string, LimitFunction>();
  return <T>(clone: Clone, act: () => Promise<T>): Promise<T> => {
    const turn = turns.get(clone.folder) ?? pLimit(1);
    turns.set(clone.folder, turn);
    return turn(act).finally(() => turn.activeCount + turn.pendingCount === 0 && turns.delete(clone.folder));
  };
};

/**
 * Every launch as a user of its own, whom nobody else on this machine is and who owns its clone meanwhile and nothing
 * else. The kernel rejects what it sends but to the ports its launch names. It sees what every user of the machine may
 * see, and each clone at its own path.
 */
export const otherUser = (parts: OtherUserParts): Place => {
  const turn = inTurn();
  return {
    level: 'user',
    pathOf: (clone) => clone.folder,
    homeOf: (clone) => clone.home,
    reaches: async (path) => {
      const id = await parts.ids.take();
      const reached = await parts.root.run([...asUser(id), 'test', '-x', path]);
      parts.ids.give(id);
      return reached.ok;
    },
    run: (clone, launch) => turn(clone, async () => runAs(parts, { id: await parts.ids.take(), clone, launch })),
  };
};
