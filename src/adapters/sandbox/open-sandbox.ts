import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed, success, type Result } from '../../core/result.js';
import type { Place } from '../../ports/place.js';
import { ensureProgram, type Surroundings } from '../processes/ensure-program.js';
import { runGroup } from '../processes/run-group.js';
import { toolRoots } from '../processes/tool-roots.js';
import { systemFolders, type Abilities, type Shown } from './arguments.js';
import { controlGroupsGone, makeControlGroup } from './cgroups.js';
import { openDiskWatch } from './disk-watch.js';
import { etcFiles } from './etc.js';
import { openForwards, type Forwards } from './forward.js';
import { inside } from './inside.js';
import { defaultLimits, type Limits } from './limits.js';
import { openNamespaces } from './open-namespaces.js';
import { relayScript } from './relay.js';
import { sandbox, type SandboxParts } from './sandbox.js';
import { findToolRoots } from './tool-roots.js';

export interface OpenSandboxOptions extends Surroundings {
  /** A folder of this run. Clones, store and bundles lie below it. */
  readonly runFolder: string;
  /** The workspace, the runner's temporary folder: nothing below them is shown but what launches name. */
  readonly closed?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface OpenedSandbox {
  readonly place: Place;
  /** For a person: what was done to get it, and what it does not bound. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** What is kept free on the disk for everything else. */
const reserveBytes = 2 ** 30;

const versionOf = async (bubblewrap: string, { env, signal }: Surroundings): Promise<readonly [number, number]> => {
  const said = await runGroup({
    ...{ command: bubblewrap, args: ['--version'], env: { PATH: env['PATH'] ?? '' }, cwd: '/' },
    ...{ timeoutMs: 10_000, signal, maxOutputBytes: 1_000 },
  });
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said.stdout) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
};

const isRoot = (): boolean => process.getuid?.() === 0;

/** What this bubblewrap is tried with, the strongest first. */
const abilitiesOf = ([major, minor]: readonly [number, number]): readonly Abilities[] => {
  const isFrom = (wanted: number): boolean => major > 0 || minor >= wanted;
  const best = { sizes: isFrom(7), closedNamespaces: isFrom(8), userNamespace: true };
  return [best, ...(isRoot() ? [{ ...best, userNamespace: false }] : [])];
};

const ourTools = async (folder: string): Promise<readonly Shown[]> => {
  const relay = join(folder, 'relay.cjs');
  await writeFile(relay, relayScript);
  return [
    { kind: 'read', from: process.execPath, to: inside.node },
    { kind: 'read', from: relay, to: inside.relay },
  ];
};

const gather = async (options: OpenSandboxOptions, folder: string) => {
  const { env, runFolder, closed = [] } = options;
  const homes = [homedir(), ...(env['HOME'] === undefined ? [] : [env['HOME']])];
  const [system, etc, tools, roots] = await Promise.all([
    systemFolders(),
    etcFiles(join(folder, 'etc')),
    ourTools(folder),
    findToolRoots({
      path: env['PATH'] ?? '',
      named: Object.values(toolRoots(env)),
      homes,
      closed: [runFolder, ...closed],
    }),
  ]);
  const read = (from: string): Shown => ({ kind: 'read', from, to: from });
  // Clones take their objects from the store; its name is the same on both sides.
  const objects = read(join(runFolder, 'store', 'objects'));
  const files = etc.map((file): Shown => ({ kind: 'read', ...file }));
  return { shown: [...system, ...files, ...roots.folders.map(read), objects, ...tools], env: roots.env };
};

/** Runs a shell in it, through the relay. Returns why it does not work, or ''. */
const probe = async (place: Place, signal: AbortSignal): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  const clone = { id: 'probe', folder, home: folder, commit: '' };
  const limits = { timeoutMs: 20_000, signal, maxOutputBytes: 2_000 };
  const launch = { command: '/bin/sh', args: ['-c', 'pwd'], env: {}, network: { ports: [probePort] }, ...limits };
  const ended = await place.run(clone, launch);
  await rm(folder, { recursive: true, force: true });
  if (ended.stdout.trim() === inside.repository) return '';
  return ended.spawnError ?? (ended.stderr.trim() || `it ended with ${ended.exitCode ?? ended.signal}`);
};

// Nothing connects to it: that the relay can listen is what is tried.
const probePort = 40_009;

/** The strongest variant that works, or why none does. */
const firstWorking = async (
  parts: Omit<SandboxParts, 'view'>,
  views: readonly SandboxParts['view'][],
  signal: AbortSignal,
): Promise<Result<Place, string>> => {
  let why = '';
  for (const view of views) {
    const place = sandbox({ ...parts, view });
    why = await probe(place, signal);
    if (why === '') return success(place);
  }
  return failed(why);
};

const noCount = 'As root on this machine, the number of processes of an agent is not bounded.';

interface Tried {
  readonly options: OpenSandboxOptions;
  readonly folder: string;
  readonly bubblewrap: string;
  readonly forwards: Forwards;
}

const tryAll = async ({ options, folder, bubblewrap, forwards }: Tried): Promise<Result<OpenedSandbox, string>> => {
  const { signal, runFolder } = options;
  const limits = { ...defaultLimits(), ...options.limits };
  const [{ shown, env }, version, disk, group] = await Promise.all([
    gather(options, folder),
    versionOf(bubblewrap, options),
    openDiskWatch({ folder: runFolder, reserveBytes }),
    isRoot() ? makeControlGroup(limits) : undefined,
  ]);
  await group?.remove();
  const slots = join(folder, 'slots');
  const parts = { bubblewrap, limits, forwards, disk, slots, env, useControlGroups: group !== undefined };
  const views = abilitiesOf(version).map((abilities) => ({
    shown,
    abilities,
    temporaryBytes: limits.temporaryBytes,
  }));
  const first = await firstWorking(parts, views, signal);
  const opened = first.ok ? undefined : await openNamespaces(options);
  const place = opened === undefined ? first : await firstWorking(parts, views, signal);
  if (!place.ok) return failed(`bubblewrap does not work here: ${place.failure}`);
  const notes = [...(opened === undefined ? [] : [opened]), ...(isRoot() && group === undefined ? [noCount] : [])];
  return success({
    place: place.value,
    notes,
    close: async () => void (await Promise.all([forwards.close(), controlGroupsGone()])),
  });
};

/**
 * Opens the sandbox of a run, tried, not guessed: installs bubblewrap where it is missing and it can be had, opens
 * user namespaces where the system closes them and sudo asks for no password. The failure says why there is none.
 */
export const openSandbox = async (options: OpenSandboxOptions): Promise<Result<OpenedSandbox, string>> => {
  const bubblewrap = await ensureProgram({ name: 'bwrap', called: 'bubblewrap' }, options);
  if (!bubblewrap.ok) return bubblewrap;
  const folder = join(options.runFolder, 'sandbox');
  await mkdir(folder, { recursive: true });
  const forwards = await openForwards();
  const opened = await tryAll({ options, folder, bubblewrap: bubblewrap.value, forwards });
  if (!opened.ok) await forwards.close();
  return opened;
};
