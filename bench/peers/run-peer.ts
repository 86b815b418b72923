import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { endOwn, watchMemory } from './processes.js';
import { lowerBoundMs, makePeerRepository, openModel, partsOn, type PeerRepository } from './six-tasks.js';

/** How one orchestrator did. */
export interface PeerRun {
  readonly name: string;
  readonly wallMs: number;
  readonly lowerBoundMs: number;
  readonly memoryMb: number;
  readonly requestsPerMessage: number;
  readonly kilobytesPerMessage: number;
  /** Of the six files, on the branch. */
  readonly delivered: number;
  /** The end of what it said, for where it did not deliver. */
  readonly tail: string;
}

export interface Peer {
  readonly name: string;
  /** bernstein.yaml beside goal, adapter and number of agents. */
  readonly seed?: object;
  /** Its processes, without Aider's own. */
  readonly counts: (command: string) => boolean;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Where its work comes to. */
  readonly branch: (repository: PeerRepository) => Promise<string>;
}

const patienceMs = 400_000;

/** Runs the six tasks with a model, a repository and a HOME of its own. */
export const runPeer = async (peer: Peer, folder: string): Promise<PeerRun> => {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const model = await openModel();
  const made = await makePeerRepository(join(folder, 'repository'), {
    openAiBase: model.openAiBase,
    seed: peer.seed ?? {},
  });
  const stopWatch = watchMemory(home, peer.counts);
  const startedAt = performance.now();
  const [command, ...args] = peer.command;
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' },
    ...{ GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' },
    ...{ GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' },
    ...{ OPENAI_API_KEY: 'sk-scripted-no-real-key', OPENAI_API_BASE: model.openAiBase, ...peer.env },
  };
  const child = execa(command, args, {
    ...{ cwd: made.folder, env, extendEnv: false, reject: false, stdin: 'ignore', all: true },
    timeout: patienceMs,
  });
  const { all } = await child;
  let delivered = 0;
  // Some return before their work is done: what counts is the branch.
  for (; delivered < 6 && performance.now() - startedAt < patienceMs; await sleep(500)) {
    delivered = await partsOn({ ...made, branch: await peer.branch(made) });
    if (peer.seed === undefined) break;
  }
  const wallMs = performance.now() - startedAt;
  const memoryMb = stopWatch();
  await endOwn(home);
  const { requests } = model;
  await model.close();
  const bytes = requests.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  return {
    ...{ name: peer.name, wallMs, lowerBoundMs, memoryMb, delivered, tail: all.slice(-600) },
    requestsPerMessage: requests.length / 6,
    kilobytesPerMessage: bytes / 6 / 1024,
  };
};
