import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Result, failed, success } from '../../core/result.js';
import { runGroup } from './run-group.js';

const installMs = 60_000;

/** The environment and the abort signal of the orchestrator itself. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The full path of an executable on PATH; undefined when there is none. */
export const findExecutable = async (name: string, path: string): Promise<string | undefined> => {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
};

const install = async (debianPackage: string, path: string, signal: AbortSignal): Promise<string> => {
  const asRoot = process.getuid?.() === 0 ? '' : 'sudo -n ';
  const script = `${asRoot}apt-get install -y -q --no-install-recommends ${debianPackage} || {
    ${asRoot}apt-get update -q && ${asRoot}apt-get install -y -q --no-install-recommends ${debianPackage}; }`;
  const ended = await runGroup({
    command: '/bin/sh',
    args: ['-c', script],
    env: { PATH: path, LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    cwd: '/',
    timeoutMs: installMs,
    signal,
    maxOutputBytes: 4_000,
  });
  if (ended.killedBy !== null) return `apt-get was stopped (${ended.killedBy}) after ${installMs / 1000} s at most`;
  return ended.exitCode === 0 ? '' : (ended.stderr.trim().split('\n').at(-1) ?? '');
};

/** A program of the machine and the package of Debian that brings it. */
export interface Program {
  readonly name: string;
  /** As a person knows it; the package's name too. */
  readonly called: string;
}

/**
 * The path of a program of Linux: found on PATH, or installed with apt-get where this process is root or sudo asks for
 * no password; at most 60 s. The failure says why there is none. Never throws.
 */
export const ensureProgram = async (
  { name, called }: Program,
  { env, signal }: Surroundings,
): Promise<Result<string, string>> => {
  const path = env['PATH'] ?? '';
  if (process.platform !== 'linux') return failed(`${called} needs Linux, this is ${process.platform}`);
  const there = await findExecutable(name, path);
  if (there !== undefined) return success(there);
  if ((await findExecutable('apt-get', path)) === undefined)
    return failed(`${called} is not installed and there is no apt-get to install it with`);
  const why = await install(called, path, signal);
  const installed = await findExecutable(name, path);
  return installed === undefined ? failed(`${called} could not be installed: ${why}`) : success(installed);
};
