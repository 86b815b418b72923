import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAgentHost } from '../../../../src/adapters/aider/agent-host.js';
import type { AgentHostOptions } from '../../../../src/adapters/aider/host.js';
import type { AiderInstallation } from '../../../../src/adapters/aider/installation.js';
import { ownPath } from '../../../../src/adapters/processes/own-path.js';
import type { AgentHost, AgentMessage } from '../../../../src/ports/agent-host.js';
import type { Gateway } from '../../../../src/ports/gateway.js';
import type { Clone } from '../../../../src/ports/repository.js';
import { startUpstream, type Upstream } from './upstream.js';

export interface Rig {
  readonly clone: Clone;
  readonly host: AgentHost;
  readonly upstream: Upstream;
  readonly folder: string;
  /** Sends one message with sensible defaults. */
  send(message: Partial<AgentMessage>): ReturnType<AgentHost['send']>;
  read(path: string): Promise<string>;
  git(...args: readonly string[]): string;
  log(name?: string): Promise<string>;
  close(): Promise<void>;
}

export const text = 'Work on task `greet` (attempt 1, iteration 1 of 3).\n\nMake it better.\n';

const gitEnv = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@localhost',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@localhost',
});

export interface RigOptions {
  readonly installation: AiderInstallation;
  readonly files: Readonly<Record<string, string>>;
  /** Added to the environment of the agent, where a fixture is steered by it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly mapTimeoutMs?: number;
  /** Of the agents; by default ours. */
  readonly path?: string;
  /** Where Aider runs; by default as a process of this machine like any other. */
  readonly at?: (rig: {
    readonly folder: string;
    readonly gateway: Gateway;
  }) => Promise<Pick<AgentHostOptions, 'place' | 'warm'>>;
}

/** A clone with the files committed, a loopback model server, and the host under test. */
export const openRig = async ({
  installation,
  files,
  env = {},
  mapTimeoutMs,
  path = process.env.PATH ?? '',
  at,
}: RigOptions): Promise<Rig> => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-'));
  const clone: Clone = {
    id: 'c',
    folder: join(folder, 'run', 'clone', 'repository'),
    home: join(folder, 'run', 'clone', 'home'),
    commit: '',
  };
  await mkdir(clone.home, { recursive: true });
  for (const [path, content] of Object.entries(files)) await put(join(clone.folder, path), content);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: clone.folder, env: gitEnv(clone.home), encoding: 'utf8' });
  git('init', '-q');
  git('add', '-A', '-f');
  git('commit', '-q', '-m', 'base');
  const upstream = await startUpstream(env);
  const host = createAgentHost({
    installation,
    ...((await at?.({ folder, gateway: upstream.gateway })) ?? { place: ownPath() }),
    gateway: upstream.gateway,
    logsFolder: join(folder, 'logs'),
    runFolder: join(folder, 'run'),
    path,
    ...(mapTimeoutMs === undefined ? {} : { mapTimeoutMs }),
  });
  const defaults: AgentMessage = {
    label: 'agent-1',
    log: 'agent1_greet.jsonl',
    clone,
    model: 'openai/scripted',
    editFormat: 'diff',
    text,
    editFiles: ['src/greet.py'],
    readFiles: [],
    timeoutMs: 60_000,
    onSlow: () => undefined,
    extensionMs: 0,
    onExtended: () => undefined,
    signal: new AbortController().signal,
  };
  return {
    clone,
    host,
    upstream,
    folder,
    git,
    send: (message) => host.send({ ...defaults, ...message }),
    read: (path) => readFile(join(clone.folder, path), 'utf8'),
    log: (name = 'agent1_greet.jsonl') => readFile(join(folder, 'logs', name), 'utf8'),
    close: async () => {
      await upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const put = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
};
