import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Clock } from '../../src/ports/clock.js';

/** Cut off from the user's settings; author and time fixed. */
export const gitTestEnv = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

/** Runs git in a test; rejects, with its output, when it fails. Returns trimmed stdout. */
export const runGit = async (folder: string, ...args: readonly string[]): Promise<string> =>
  (await execa('git', args, { cwd: folder, env: gitTestEnv, extendEnv: false, stdin: 'ignore' })).stdout.trim();

/** Writes files below a folder; `null` removes. */
export const writeFiles = async (folder: string, files: Readonly<Record<string, string | null>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await rm(file, { recursive: true, force: true });
    if (text === null) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
};

/** Commits everything in a work tree and returns the commit. */
export const commitAll = async (folder: string, message: string): Promise<string> => {
  await runGit(folder, 'add', '-A', '-f');
  await runGit(folder, 'commit', '-q', '--allow-empty', '-m', message);
  return runGit(folder, 'rev-parse', 'HEAD');
};

/** A user's repository on branch `main` with one commit of these files. */
export const makeUserRepository = async (folder: string, files: Readonly<Record<string, string>>): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await runGit(folder, 'init', '-q', '-b', 'main');
  await writeFiles(folder, files);
  return commitAll(folder, 'first');
};

export const makeTemp = (): Promise<string> => mkdtemp(join(tmpdir(), 'orchestrator-git-'));

/** A clock that stands still. */
export const stillClock: Clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() };
