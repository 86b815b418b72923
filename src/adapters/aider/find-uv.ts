import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import type { Python } from './find-python.js';
import { isExecutable, onPath } from './on-path.js';
import * as failures from './provision-failures.js';
import { runTool, type ToolOptions } from './run-tool.js';

/** Installed with pip where uv is missing: pip alone takes minutes for Aider's pinned dependencies, uv seconds. */
export const uvVersion = '0.13.8';

export const uvOnPath = async (options: ToolOptions): Promise<string | undefined> =>
  (await onPath('uv', options.env.PATH))[0];

/** A uv of our own in a virtual environment at `folder` (made anew). Failures: `python-venv-missing`, `aider-download-failed`. */
export const installUv = async (
  python: Python,
  folder: string,
  options: ToolOptions,
): Promise<Result<string, Failure>> => {
  const uv = join(folder, 'bin', 'uv');
  await rm(folder, { recursive: true, force: true });
  const venv = await runTool(python.path, ['-I', '-m', 'venv', folder], options);
  if (venv.code !== 0) return failed(failures.venvMissing(python, venv.output));
  const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `uv==${uvVersion}`];
  const installed = await runTool(join(folder, 'bin', 'python'), pip, options);
  return installed.code === 0 && (await isExecutable(uv))
    ? success(uv)
    : failed(failures.downloadFailed(`uv ${uvVersion}`, installed.output));
};
