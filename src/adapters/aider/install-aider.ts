import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import type { Clock } from '../../ports/clock.js';
import { compileAider, describePython } from './describe-python.js';
import type { AiderInstallation } from './installation.js';
import { publish } from './installed.js';
import * as failures from './provision-failures.js';
import { runTool, type ToolOptions } from './run-tool.js';

export interface InstallOptions {
  readonly uv: string;
  /** What `uv venv --python` gets: a path, or a version that uv then brings itself. */
  readonly python: string;
  readonly version: string;
  readonly marker: string;
  readonly clock: Clock;
  readonly tool: ToolOptions;
}

/**
 * Installs the release into a new folder beside the marker and publishes it. A half-made folder has no marker, is
 * never used, and is removed an hour later. Failures: `aider-version-unknown`, `aider-download-failed`.
 */
export const installAider = async (options: InstallOptions): Promise<Result<AiderInstallation, Failure>> => {
  await removeLeftovers(options.marker, options.clock);
  const folder = `${stem(options.marker)}-${randomUUID().slice(0, 8)}`;
  const made = await fill(folder, options);
  const published = made.ok ? await publish(options.marker, made.value) : undefined;
  if (published?.command !== join(folder, 'bin', 'aider')) await rm(folder, { recursive: true, force: true });
  return published === undefined ? made : success(published);
};

const stem = (marker: string): string => marker.replace(/\.complete\.json$/, '');

const fill = async (folder: string, options: InstallOptions): Promise<Result<AiderInstallation, Failure>> => {
  const { uv, tool, version } = options;
  const python = join(folder, 'bin', 'python');
  const venv = await runTool(uv, ['venv', '--quiet', '--no-config', '--python', options.python, folder], tool);
  if (venv.code !== 0) return failed(failures.downloadFailed('A Python environment for Aider', venv.output));
  const packages = await runTool(
    uv,
    ['pip', 'install', '--no-config', '--no-progress', '--python', python, `aider-chat==${version}`],
    tool,
  );
  if (packages.code !== 0) return failed(refusal(version, packages.output));
  const [described, starts] = await Promise.all([describePython(python, tool), compileAider(python, tool)]);
  return described === undefined || !starts
    ? failed(failures.downloadFailed(`aider-chat ${version}`, 'it does not start'))
    : success({ command: join(folder, 'bin', 'aider'), python, version, ...described });
};

const refusal = (version: string, output: string): Failure =>
  /no version of aider-chat|no versions of aider-chat|Failed to parse/i.test(output)
    ? failures.versionUnknown(version)
    : failures.downloadFailed(`aider-chat ${version}`, output);

const leftoverMs = 60 * 60_000;

/** Folders of installations that never finished: no marker names them. */
const removeLeftovers = async (marker: string, clock: Clock): Promise<void> => {
  const parent = dirname(marker);
  const own = `${basename(stem(marker))}-`;
  const isOwn = (name: string): boolean => name.startsWith(own) && /^[0-9a-f]{8}$/.test(name.slice(own.length));
  for (const name of (await readdir(parent)).filter(isOwn)) {
    const { mtimeMs } = await stat(join(parent, name));
    if (clock.now() - mtimeMs > leftoverMs) await rm(join(parent, name), { recursive: true, force: true });
  }
};
