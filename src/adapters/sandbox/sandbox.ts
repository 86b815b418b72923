import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Ended, Launch, Place, Standby, StandbyLaunch } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import { runGroup } from '../processes/run-group.js';
import { bubblewrapArguments, type View } from './arguments.js';
import { makeControlGroup } from './cgroups.js';
import type { DiskWatch } from './disk-watch.js';
import type { Forwards } from './forward.js';
import { inside } from './inside.js';
import { limitScript, type Limits } from './limits.js';
import { outerCommand } from './outer-command.js';
import { lineOf } from './spawn-error.js';
import { makeSlot, startStandby } from './stand-by.js';

/** What every launch of one run shares. */
export interface SandboxParts {
  /** The executable. */
  readonly bubblewrap: string;
  readonly view: View;
  readonly limits: Limits;
  readonly forwards: Forwards;
  readonly disk: DiskWatch;
  /** Control groups bound what the kernel's own limits do not: they are not counted for root. */
  readonly useControlGroups: boolean;
  /** Where processes wait for their clones; on the disk the clones are on. */
  readonly slots: string;
  /** Where version managers are told to look. */
  readonly env: Readonly<Record<string, string>>;
}

const portsOf = ({ network }: Launch): readonly number[] =>
  network === undefined || network === 'open' ? [] : [...new Set(network.ports)];

const socketsFor = async (forwards: Forwards, ports: readonly number[]): Promise<Record<number, string>> =>
  Object.fromEntries(await Promise.all(ports.map(async (port) => [port, await forwards.socketTo(port)] as const)));

/** Sets the limits, starts the relay where there is a port to reach, and becomes or starts the command. */
const innerCommand = (parts: SandboxParts, launch: Launch, marker: string): readonly string[] => {
  const pairs = portsOf(launch).map((port) => `${port}=${inside.socketOf(port)}`);
  const relay = pairs.length === 0 ? [] : [inside.node, inside.relay, marker, pairs.join(',')];
  return ['/bin/sh', '-c', limitScript(parts.limits), marker, ...relay, launch.command, ...launch.args];
};

/**
 * What could not be started is no exit code of the command: bubblewrap says so in a line of its own and ends with 1,
 * our script and relay in a line with the launch's mark and 126 or 127.
 */
const withSpawnError = (ended: Ended, marker: string): Ended => {
  const wrapper = ended.exitCode === 1 ? /^bwrap: (.*)/.exec(ended.stderr)?.[1] : undefined;
  const started = ended.exitCode === 126 || ended.exitCode === 127 ? lineOf(marker, ended.stderr) : undefined;
  const spawnError = wrapper ?? started;
  return spawnError === undefined ? ended : { ...ended, exitCode: null, spawnError };
};

const runIn = async (parts: SandboxParts, clone: Clone, launch: Launch): Promise<Ended> => {
  const marker = randomUUID();
  const { writable = [], readable = [], network, command: _c, args: _a, ...rest } = launch;
  const sockets = await socketsFor(parts.forwards, portsOf(launch));
  const view = bubblewrapArguments(parts.view, { clone, writable, readable, sockets, isOpen: network === 'open' });
  const group = parts.useControlGroups ? await makeControlGroup(parts.limits) : undefined;
  const outer = outerCommand(group?.joins ?? [], [parts.bubblewrap, ...view, ...innerCommand(parts, launch, marker)]);
  const watched = parts.disk.watch([clone.folder, clone.home, ...writable], launch.signal);
  try {
    const ended = await runGroup({
      ...rest,
      ...outer,
      env: { ...parts.env, ...launch.env },
      cwd: '/',
      signal: watched.signal,
    });
    return watched.tell(withSpawnError(ended, marker));
  } finally {
    watched.stop();
    void group?.remove();
  }
};

/** Sockets by port as the process inside is told of them. */
const socketList = (ports: readonly number[]): string =>
  ports.map((port) => `${port}=${inside.socketOf(port)}`).join(',');

const standByIn = async (parts: SandboxParts, launch: StandbyLaunch): Promise<Standby> => {
  const { writable, readable = [], ports } = launch;
  const [slot, sockets] = await Promise.all([makeSlot(parts.slots), socketsFor(parts.forwards, ports)]);
  const view = bubblewrapArguments(parts.view, {
    ...{ clone: slot, writable: [writable], readable, sockets, isOpen: false },
  });
  const group = parts.useControlGroups ? await makeControlGroup(parts.limits) : undefined;
  const inner = ['/bin/sh', '-c', limitScript(parts.limits), 'stand-by', launch.command, ...launch.args];
  const env = { ...parts.env, ...launch.env(inside.home), SANDBOX_SOCKETS: socketList(ports) };
  // Looked at each time: after it has moved in, what it fills lies in the clone.
  const folders = [slot.folder, slot.home, writable];
  const watched = parts.disk.watch(folders, launch.signal);
  const wrapped = { ...outerCommand(group?.joins ?? [], [parts.bubblewrap, ...view, ...inner]), env };
  const standby = startStandby({ ...launch, signal: watched.signal }, wrapped, slot);
  const ended = standby.ended.then(watched.tell).finally(() => {
    watched.stop();
    void group?.remove();
    void rm(dirname(slot.folder), { recursive: true, force: true }).catch(() => undefined);
  });
  return {
    ...standby,
    ended,
    moveIn: async (clone) => {
      await standby.moveIn(clone);
      folders.splice(0, 2, clone.folder, clone.home);
    },
    end: () => standby.end().then(() => ended),
  };
};

/**
 * Every clone in a root of its own at the same path, by bubblewrap: no network but the ports a launch names, no
 * processes but its own, nothing of this machine but its tools. A stop reaches all as SIGKILL: bubblewrap ends at
 * SIGTERM and the kernel ends its children with it.
 */
export const sandbox = (parts: SandboxParts): Place => {
  const inClones = new Map<string, Standby>();
  return {
    level: 'sandbox',
    pathOf: () => inside.repository,
    homeOf: () => inside.home,
    run: (clone, launch) => runIn(parts, clone, launch),
    standBy: async (launch) => {
      const standby = await standByIn(parts, launch);
      const moveIn: Standby['moveIn'] = async (clone) => {
        await inClones.get(clone.id)?.end();
        await standby.moveIn(clone);
        inClones.set(clone.id, standby);
        void standby.ended.then(() => inClones.get(clone.id) === standby && inClones.delete(clone.id));
      };
      return { ...standby, moveIn };
    },
    leave: async (clone) => void (await inClones.get(clone.id)?.end()),
  };
};
