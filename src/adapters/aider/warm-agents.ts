import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Ended, Launch, Place, Standby } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import { aiderEnv } from './aider-env.js';
import type { AiderInstallation } from './installation.js';
import { runWarm } from './warm-message.js';
import { warmScript } from './warm-script.js';

/** An Aider that is loaded and sits in the clone it was asked for. */
export interface WarmAgent {
  /** Where it may write beside the clone; the files of its messages go there. */
  readonly folder: string;
  run(launch: Launch): Promise<Ended>;
}

/**
 * Aiders that have been loaded ahead of need. Each serves one clone, and with it one attempt at a task, and ends with
 * it (`Place.leave`), while the next one is loaded.
 */
export interface WarmAgents {
  /** How many may be needed soon; those beyond it are ended. */
  expect(count: number): void;
  /** The agent of a clone: the one it has, or the next one, which moves in. Undefined: start Aider plainly. */
  of(clone: Clone): Promise<WarmAgent | undefined>;
  close(): Promise<void>;
}

export interface WarmAgentsOptions {
  readonly installation: AiderInstallation;
  readonly standBy: NonNullable<Place['standBy']>;
  /** The gateway's. */
  readonly port: number;
  readonly runFolder: string;
  readonly path: string;
  readonly signal: AbortSignal;
  /** Told once, when a warm start does not work and agents start plainly from then on. */
  readonly warn: (message: string) => void;
  /** So many load at once; half as many when nobody waits for them, since others are at work. By default those we have. */
  readonly cores?: number;
}

/** One that loads, waits, or sits in a clone. */
interface Waiting {
  readonly standby: Promise<Standby>;
  readonly folder: string;
  /** Resolves when it has loaded: '' or why it has not. */
  readonly why: Promise<string>;
  isLoading: boolean;
  isOver: boolean;
}

const whyEnded = ({ spawnError, stderr }: Ended): string =>
  spawnError ?? (stderr.trim().split('\n').at(-1) || 'it ended before it was ready');

const load = async (options: WarmAgentsOptions, folder: string): Promise<Standby> => {
  const { installation, standBy, port, path, signal } = options;
  await mkdir(folder, { recursive: true });
  return standBy({
    command: installation.python,
    args: ['-s', '-c', warmScript, installation.command],
    env: (home) => aiderEnv({ home, path, gateway: {} }),
    readable: installation.roots,
    writable: folder,
    ports: [port],
    signal,
  });
};

const untilLoaded = async (standby: Standby): Promise<string> =>
  (await standby.hear()) === undefined ? whyEnded(await standby.ended) : '';

const begin = (options: WarmAgentsOptions, folder: string, inTurn: LimitFunction): Waiting => {
  const { promise: standby, resolve, reject } = Promise.withResolvers<Standby>();
  standby.catch(() => undefined);
  const why = inTurn(async () => {
    options.signal.throwIfAborted();
    const loading = load(options, folder);
    loading.then(resolve, reject);
    return untilLoaded(await loading);
  }).catch(String);
  // Where its turn never came.
  void why.then(() => reject(new Error('it was not begun')));
  const waiting: Waiting = { standby, folder, why, isLoading: true, isOver: false };
  const over = (): void => void Object.assign(waiting, { isLoading: false, isOver: true });
  void why.then(() => (waiting.isLoading = false));
  void standby.then(({ ended }) => ended).then(over, over);
  return waiting;
};

const end = async ({ standby }: Waiting): Promise<void> => {
  await standby.then((each) => each.end()).catch(() => undefined);
};

/** Keeps Aiders warm; loads none before it is told that some are needed. */
export const keepWarm = (given: WarmAgentsOptions): WarmAgents => {
  const closed = new AbortController();
  const options = { ...given, signal: AbortSignal.any([given.signal, closed.signal]) };
  const { signal, warn, cores = availableParallelism() } = options;
  const atOnce = Math.max(1, Math.floor(cores / 2));
  // More at once than there are cores would only make the first ones wait for the last.
  const inTurn = pLimit(Math.max(1, cores));
  const spare: Waiting[] = [];
  const seated = new Map<string, Waiting>();
  const alive = new Set<Waiting>();
  let wanted = 0;
  let begun = 0;
  let isOff = false;

  const giveUp = (why: string): void => {
    if (isOff || signal.aborted) return;
    isOff = true;
    warn(`Agents start plainly, which takes some seconds more a message: a warm start does not work here (${why}).`);
    spare.splice(0).forEach((each) => void end(each));
  };
  const beginOne = (): Waiting => {
    begun += 1;
    const waiting = begin(options, join(options.runFolder, 'agents', `warm-${begun}`), inTurn);
    alive.add(waiting);
    void waiting.standby
      .then((each) => each.ended)
      .catch(() => undefined)
      .then(() => alive.delete(waiting));
    void waiting.why.then(warmUp);
    return waiting;
  };
  /** One that somebody waits for goes before those nobody needs yet. */
  const warmUp = (): void => {
    while (spare.length > wanted) void end(spare.pop() as Waiting);
    const loading = [...alive].filter(({ isLoading }) => isLoading).length;
    if (isOff || signal.aborted || loading >= atOnce || spare.length >= wanted) return;
    spare.push(beginOne());
    warmUp();
  };
  const seat = async (waiting: Waiting, clone: Clone): Promise<string> => {
    const why = await waiting.why;
    if (why !== '') return why;
    try {
      await (await waiting.standby).moveIn(clone);
      return '';
    } catch (error) {
      await end(waiting);
      return String(error);
    }
  };
  const agentOf = async ({ standby, folder }: Waiting): Promise<WarmAgent> => {
    const process = await standby;
    return { folder, run: (launch) => runWarm(process, launch, folder) };
  };

  return {
    expect: (count) => {
      wanted = count;
      warmUp();
    },
    of: async (clone) => {
      const there = seated.get(clone.id);
      if (there?.isOver === false) return agentOf(there);
      if (isOff) return undefined;
      const next = spare.shift() ?? beginOne();
      seated.set(clone.id, next);
      const why = await seat(next, clone);
      warmUp();
      if (why === '') return agentOf(next);
      seated.delete(clone.id);
      giveUp(why);
      return undefined;
    },
    close: async () => {
      isOff = true;
      closed.abort();
      await Promise.all([...alive].map(end));
    },
  };
};
