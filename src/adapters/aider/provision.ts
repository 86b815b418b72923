import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { findPython } from './find-python.js';
import { installUv, uvOnPath, uvVersion } from './find-uv.js';
import { withLock } from './folder-lock.js';
import { useCommand } from './given-command.js';
import { installAider } from './install-aider.js';
import type { AiderInstallation, ProvisionOptions } from './installation.js';
import { markerFile, readInstalled } from './installed.js';
import * as failures from './provision-failures.js';
import type { ToolOptions } from './run-tool.js';
import { toolEnv } from './tool-env.js';

const installTimeoutMs = 15 * 60_000;
const pythons = ['3.12', '3.11', '3.10'];

/**
 * The real Aider, installed once per version, Python and platform into the tool cache, or the command given. From
 * the cache no process is started. Two callers at once both end well. Failures: `python-missing`,
 * `python-unsupported`, `python-venv-missing`, `aider-download-failed`, `aider-version-unknown`,
 * `aider-command-missing`, `aider-command-broken`, `cancelled`.
 */
export const provisionAider = async (options: ProvisionOptions): Promise<Result<AiderInstallation, Failure>> => {
  const tool: ToolOptions = { env: toolEnv(options.env), signal: options.signal, timeoutMs: installTimeoutMs };
  const result =
    options.command === undefined ? await fromCacheOrNew(options, tool) : await useCommand(options.command, tool);
  return !result.ok && options.signal.aborted ? failed(failures.cancelled()) : result;
};

const fromCacheOrNew = async (
  options: ProvisionOptions,
  tool: ToolOptions,
): Promise<Result<AiderInstallation, Failure>> => {
  if (!/^\d+(\.\w+)+$/.test(options.version)) return failed(failures.versionUnknown(options.version));
  const cached = await findInstalled(options);
  if (cached !== undefined) return success(cached);
  await mkdir(options.toolCache, { recursive: true });
  const lock = join(options.toolCache, `aider-${options.version}.lock`);
  return withLock(lock, options, async () => {
    const other = await findInstalled(options);
    return other === undefined ? installNew(options, tool) : success(other);
  });
};

/** The installation that is in the cache already; undefined where there is none that works. */
export const findInstalled = async ({
  toolCache,
  version,
}: Pick<ProvisionOptions, 'toolCache' | 'version'>): Promise<AiderInstallation | undefined> => {
  for (const python of pythons) {
    const found = await readInstalled(markerFile(toolCache, version, python));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** With uv on PATH a missing Python is no failure: uv brings one. */
const installNew = async (
  options: ProvisionOptions,
  tool: ToolOptions,
): Promise<Result<AiderInstallation, Failure>> => {
  const [python, uvThere] = await Promise.all([findPython(tool), uvOnPath(tool)]);
  const found = python.ok ? python.value : { path: '3.12', version: '3.12' };
  if (!python.ok && uvThere === undefined) return python;
  const uvFolder = join(options.toolCache, `uv-${uvVersion}-${process.platform}-${process.arch}`);
  const uv = uvThere === undefined ? await installUv(found, uvFolder, tool) : success(uvThere);
  if (!uv.ok) return uv;
  return installAider({
    uv: uv.value,
    python: found.path,
    version: options.version,
    marker: markerFile(options.toolCache, options.version, found.version),
    clock: options.clock,
    tool,
  });
};
