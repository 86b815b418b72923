import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectFolder, toolCacheFolder } from '../../demo/runner/index.js';
import type { ScriptedModel } from '../../demo/model/index.js';
import { fileOf } from './story.js';

export const gitEnv = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

export const git = async (folder: string, ...args: readonly string[]): Promise<string> =>
  (await execa('git', args, { cwd: folder, env: gitEnv, extendEnv: false, stdin: 'ignore' })).stdout.trim();

/** The same, '' where git refuses. */
export const tryGit = (folder: string, ...args: readonly string[]): Promise<string> =>
  git(folder, ...args).catch(() => '');

/** A machine with nothing but a repository on it: what is killed here leaves its traces below `root` only. */
export interface KillMachine {
  readonly root: string;
  readonly repository: string;
  /** Another machine that has only what a clone of the repository brings. */
  cloned(): Promise<KillMachine>;
  close(): Promise<void>;
}

export const makeKillMachine = async (): Promise<KillMachine> => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'aider-kill-')));
  const repository = join(root, 'repository');
  await mkdir(join(repository, 'src'), { recursive: true });
  await writeFile(join(repository, 'README.md'), '# Five modules\n');
  await writeFile(join(repository, fileOf('index')), 'export const index = 1;\n');
  await git(repository, 'init', '-q', '-b', 'main');
  await git(repository, 'add', '-A');
  await git(repository, 'commit', '-q', '-m', 'first');
  return asMachine(root, repository);
};

const asMachine = async (root: string, repository: string): Promise<KillMachine> => {
  await Promise.all([mkdir(join(root, 'tmp')), mkdir(join(root, 'home'))]);
  return {
    root,
    repository,
    cloned: async () => {
      const other = await realpath(await mkdtemp(join(tmpdir(), 'aider-kill-')));
      await git(other, 'clone', '-q', repository, 'repository');
      return asMachine(other, join(other, 'repository'));
    },
    close: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** One process of the command line. */
export interface CommandRun {
  readonly kill: () => void;
  readonly ended: Promise<CommandEnd>;
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface Order {
  readonly machine: KillMachine;
  readonly model: ScriptedModel;
  readonly args: readonly string[];
}

/** The bundle under test: `dist/`, or a fresh build that E2E_DIST names. */
const entry = (): string => join(process.env['E2E_DIST'] ?? join(projectFolder, 'dist'), 'cli.js');

export const startCommand = ({ machine, model, args }: Order): CommandRun => {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry(), ...args], {
    cwd: machine.repository,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: join(machine.root, 'home'),
      TMPDIR: join(machine.root, 'tmp'),
      GIT_CONFIG_NOSYSTEM: '1',
      RUNNER_TOOL_CACHE: toolCacheFolder(),
      OPENAI_API_BASE: model.openAiBase,
      OPENAI_API_KEY: 'sk-nobody',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<CommandEnd>((resolve) => {
    // Not `close`: a stray that holds the pipe must not hold us.
    child.on('exit', (exitCode) =>
      setImmediate(() => resolve({ exitCode, stdout, stderr, durationMs: performance.now() - startedAt })),
    );
  });
  return { kill: () => void child.kill('SIGKILL'), ended };
};
