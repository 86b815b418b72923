import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed, success, type Result } from '../../core/result.js';
import type { Place } from '../../ports/place.js';
import { ensureProgram, findExecutable, type Surroundings } from '../processes/ensure-program.js';
import { controlGroupsGone } from '../sandbox/cgroups.js';
import { openDiskWatch } from '../sandbox/disk-watch.js';
import { defaultLimits, type Limits } from '../sandbox/limits.js';
import { asUser, signalAll } from './as-user.js';
import { openFirewall, type Firewall } from './firewall.js';
import { letGo, moveStore, noteHeld, removeTable, removeWork, workPrefix, type Held } from './leftover.js';
import { otherUser } from './other-user.js';
import { probe } from './probe.js';
import { findRoot, systemPath, type Root } from './root.js';
import { filterCalls } from './syscall-filter.js';
import { idsOf, openUserIds, pickRange } from './user-ids.js';

export interface OpenOtherUserOptions extends Surroundings {
  /** A folder of this run. */
  readonly runFolder: string;
  /** The workspace, the runner's temporary folder: no other user may come in there. */
  readonly closed?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface OpenedOtherUser {
  readonly place: Place;
  readonly notes: readonly string[];
  /** Where clones, store and what launches may write have to lie: other users come to it. */
  readonly workFolder: string;
  close(): Promise<void>;
}

/** What is kept free on the disk for everything else. */
const reserveBytes = 2 ** 30;

interface Ground {
  readonly options: OpenOtherUserOptions;
  readonly path: string;
  readonly root: Root;
  readonly nft: string;
  /** What comes before every command: `filterCalls`. */
  readonly filter: readonly string[];
}

const shutTools = (folders: readonly string[]): readonly string[] =>
  folders.length === 0 ? [] : [`Not open to other users, so without use to agents and tests: ${folders.join(', ')}`];

/** What of this machine would make a user of its own worth little; '' where nothing does. */
const whyUnfit = async (path: string): Promise<string> => {
  for (const [name, debianPackage] of [
    ['setpriv', 'util-linux'],
    ['perl', 'perl-base'],
  ] as const)
    if ((await findExecutable(name, path)) === undefined) return `${name} (${debianPackage}) is not installed`;
  const links = await readFile('/proc/sys/fs/protected_hardlinks', 'utf8').catch(() => '');
  if (links.trim() !== '1') return 'fs.protected_hardlinks is off: an agent could link files of others into its clone';
  return (process.umask() & 0o055) === 0 ? '' : 'the umask keeps all other users from reading: set it to 022';
};

/** A folder others come through: the usual ones for temporary files, unless they lie in a home. */
const makeWork = async (root: Root, id: number): Promise<Result<string, string>> => {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const reached = await root.run([...asUser(id), 'test', '-x', parent]);
    if (!reached.ok) continue;
    const work = await mkdtemp(join(parent, workPrefix));
    await chmod(work, 0o711);
    return success(work);
  }
  return failed('no folder for temporary files is open to another user');
};

/** Where this process ends without having closed: nothing can be waited for, and nothing may stay. */
const letGoNow = ({ root, nft }: Ground, { work, ...range }: Held): void => {
  for (const id of idsOf(range)) root.runNow(signalAll(id, 'SIGKILL'));
  root.runNow(removeTable(nft, range));
  root.runNow(removeWork(work));
};

interface Opening {
  readonly ground: Ground;
  readonly held: Held;
  readonly firewall: Firewall;
}

const openWith = async ({ ground, held, firewall }: Opening): Promise<Result<OpenedOtherUser, string>> => {
  const { options, root, nft, path, filter } = ground;
  const { env, signal, runFolder, closed = [] } = options;
  const { work, ...range } = held;
  const atExit = (): void => letGoNow(ground, held);
  process.on('exit', atExit);
  const close = async (): Promise<void> => {
    await Promise.all([letGo(root, nft, held), controlGroupsGone()]);
    process.off('exit', atExit);
  };
  const disk = await openDiskWatch({ folder: work, reserveBytes });
  const limits = { ...defaultLimits(), ...options.limits };
  const place = otherUser({ root, ids: openUserIds(range), firewall, filter, limits, disk });
  const ours = [...new Set([runFolder, env['HOME'] ?? homedir(), ...closed])].filter((folder) => folder !== '/');
  const tried = await probe({ place, folder: work, path, closed: ours, signal });
  if (!tried.ok) {
    await close();
    return tried;
  }
  await moveStore(runFolder, work);
  return success({ place, notes: shutTools(tried.value), workFolder: work, close });
};

/** Takes a range nobody else has: of two runs that want the same the kernel lets one make the table. */
const takeRange = async ({ options, root, nft }: Ground): Promise<Result<Omit<Opening, 'ground'>, string>> => {
  const uidMap = await readFile('/proc/self/uid_map', 'utf8');
  let why = 'this container has too few users';
  for (let n = 0; n < 5; n += 1) {
    const range = pickRange(uidMap);
    const work = range === undefined ? failed(why) : await makeWork(root, range.first);
    if (range === undefined || !work.ok) return work.ok ? failed(why) : work;
    const held = { work: work.value, ...range };
    await noteHeld(options.runFolder, held);
    const firewall = await openFirewall({ root, nft, range });
    if (firewall.ok) return success({ held, firewall: firewall.value });
    await rm(work.value, { recursive: true });
    why = `nftables does not work here: ${firewall.failure}`;
  }
  return failed(why);
};

/**
 * Opens a place where every launch is a user of its own, tried, not guessed: installs nftables where it is missing and
 * it can be had. Fails, with the reason, where we have neither root's rights nor sudo, where the firewall does not keep
 * other users in, and where others may look into our folders.
 */
export const openOtherUser = async (options: OpenOtherUserOptions): Promise<Result<OpenedOtherUser, string>> => {
  const path = options.env['PATH'] ?? '';
  if (process.platform !== 'linux') return failed(`another user needs Linux, this is ${process.platform}`);
  const filter = filterCalls();
  if (filter === undefined) return failed(`system calls are not filtered on ${process.arch}`);
  const root = await findRoot(path);
  if (!root.ok) return root;
  const around = { ...options, env: { ...options.env, PATH: systemPath(path) } };
  const nft = await ensureProgram({ name: 'nft', called: 'nftables' }, around);
  if (!nft.ok) return nft;
  const unfit = await whyUnfit(systemPath(path));
  if (unfit !== '') return failed(unfit);
  await chmod(options.runFolder, 0o700);
  const ground = { options, path, root: root.value, nft: nft.value, filter };
  const taken = await takeRange(ground);
  return taken.ok ? openWith({ ground, ...taken.value }) : taken;
};
