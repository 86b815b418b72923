import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../../src/adapters/aider/find-python.js';
import { installUv, uvOnPath } from '../../src/adapters/aider/find-uv.js';
import { provisionAider } from '../../src/adapters/aider/provision.js';
import { toolEnv } from '../../src/adapters/aider/tool-env.js';
import { systemClock } from '../../src/adapters/clock/system-clock.js';
import { toolCacheFolder } from '../../demo/runner/index.js';
import type { Row, Unit } from '../lib/bench.js';
import { readMachine, renderMachine } from '../lib/machine.js';
import { renderTable } from '../lib/table.js';
import { bernsteins, installBernstein, ours } from './peers.js';
import { runPeer, type Peer, type PeerRun } from './run-peer.js';

/*
 * `npm run bench:peers`: the nearest rival beside us. The same six-task plan (four free, one after all four, one after
 * that), the same real Aider, the same scripted model whose answers take 5 s, one after the other on this machine.
 */

const { signal } = new AbortController();
const tool = { env: toolEnv(process.env), signal, timeoutMs: 15 * 60_000 };

const uvOf = async (): Promise<string> => {
  const found = await uvOnPath(tool);
  if (found !== undefined) return found;
  const python = await findPython(tool);
  const installed = python.ok ? await installUv(python.value, join('.cache', 'peers', 'uv'), tool) : python;
  if (!installed.ok) throw new Error(installed.failure.message);
  return installed.value;
};

const aiderOf = async (): Promise<string> => {
  const toolCache = join(toolCacheFolder(), 'aider-orchestrator');
  const aider = await provisionAider({ version: '0.86.2', toolCache, env: process.env, clock: systemClock, signal });
  if (!aider.ok) throw new Error(aider.failure.message);
  return aider.value.command;
};

const measured = async (peer: Peer): Promise<PeerRun> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-peers-'));
  process.stderr.write(`${peer.name} ...\n`);
  try {
    const run = await runPeer(peer, folder);
    process.stderr.write(`${JSON.stringify(run)}\n`);
    return run;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const runs: PeerRun[] = [];
const peers = [ours(), ...bernsteins(await installBernstein(await uvOf()), await aiderOf())];
for (const peer of peers) runs.push(await measured(peer));
for (const { name, delivered, tail } of runs)
  if (delivered < 6) process.stderr.write(`${name} delivered ${delivered} of 6 files. It said: ${tail}\n`);

const row = (what: string, unit: Unit, of: (run: PeerRun) => number, goal?: number): Row => {
  const [mine, ...others] = runs.map((run) => ({ name: run.name, value: of(run) }));
  return {
    ...{ what, unit, value: mine?.value ?? Number.NaN, beside: others },
    ...(goal === undefined ? {} : { goal: { atMost: goal } }),
  };
};
const rows = [
  row('six tasks on the branch (lower bound 15 s)', 's', ({ wallMs }) => wallMs / 1000, 30),
  row('files of six on the branch', 'n', ({ delivered }) => delivered),
  row('memory of the orchestrator, without Aider', 'MB', ({ memoryMb }) => memoryMb, 150),
  row('model requests a message', 'n', ({ requestsPerMessage }) => requestsPerMessage, 1),
  row('prompt sent a message', 'kB', ({ kilobytesPerMessage }) => kilobytesPerMessage),
];
const machine = await readMachine();
const table = renderTable([{ bench: 'peers', about: '', tookMs: 0, rows }]);
process.stdout.write(`${renderMachine(machine)}\n\n${table}\n\n${JSON.stringify({ machine, runs })}\n`);
process.exit(0);
