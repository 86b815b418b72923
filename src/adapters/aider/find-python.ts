import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { onPath } from './on-path.js';
import * as failures from './provision-failures.js';
import { runTool, type ToolOptions } from './run-tool.js';

export interface Python {
  readonly path: string;
  /** `major.minor`, e.g. `3.11`. */
  readonly version: string;
}

const names = ['python3.12', 'python3.11', 'python3.10', 'python3', 'python'];

// Aider 0.86.2 needs >= 3.10 and < 3.13.
const fits = (python: Python): boolean => /^3\.1[0-2]$/.test(python.version);

/**
 * The first Python 3.10-3.12 on PATH. A name on PATH proves nothing (version managers put shims there that only
 * print an error), so each is asked. Failures: `python-missing`, `python-unsupported`.
 */
export const findPython = async (options: ToolOptions): Promise<Result<Python, Failure>> => {
  const others: Python[] = [];
  for (const name of names) {
    for (const path of await onPath(name, options.env.PATH)) {
      const python = await askPython(path, options);
      if (python !== undefined && fits(python)) return success(python);
      if (python !== undefined) others.push(python);
    }
  }
  const found = others[0];
  return failed(found === undefined ? failures.pythonMissing() : failures.pythonUnsupported(found));
};

const question = 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';

const askPython = async (path: string, options: ToolOptions): Promise<Python | undefined> => {
  const { code, stdout } = await runTool(path, ['-I', '-c', question], { ...options, timeoutMs: 20_000 });
  const [version, executable] = stdout.trim().split('\n');
  if (code !== 0 || version === undefined || !/^\d+\.\d+$/.test(version)) return undefined;
  return { path: executable?.startsWith('/') === true ? executable : path, version };
};
