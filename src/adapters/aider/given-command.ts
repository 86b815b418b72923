import { open, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { describePython } from './describe-python.js';
import type { AiderInstallation } from './installation.js';
import { isExecutable, onPath } from './on-path.js';
import * as failures from './provision-failures.js';
import { runTool, type ToolOptions } from './run-tool.js';

/**
 * An Aider that is already there, by path or name on PATH; asked once for its version (1 s). Its interpreter is the
 * one of the script's first line. Failures: `aider-command-missing`, `aider-command-broken`.
 */
export const useCommand = async (given: string, options: ToolOptions): Promise<Result<AiderInstallation, Failure>> => {
  const command = given.includes('/') ? resolve(given) : (await onPath(given, options.env.PATH))[0];
  if (command === undefined || !(await isExecutable(command))) return failed(failures.commandMissing(given));
  const { code, output } = await runTool(command, ['--version'], { ...options, timeoutMs: 30_000 });
  const version = /\d+\.\d+\.\d+\S*/.exec(output)?.[0];
  if (code !== 0 || version === undefined) return failed(failures.commandBroken(given, output));
  const script = await realpath(command);
  const python = (await interpreterOf(script)) ?? '';
  const described = python === '' ? undefined : await describePython(python, options);
  const roots = [...new Set([dirname(command), dirname(script), ...(described?.roots ?? [])])];
  return success({ command, python, version, pricesFile: described?.pricesFile ?? '', roots });
};

const interpreterOf = async (script: string): Promise<string | undefined> => {
  const file = await open(script);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const head = buffer.toString('utf8', 0, bytesRead);
    // Long paths are written by installers as `#!/bin/sh` and an `exec '<python>'` below it.
    return /^#!\s*(\/\S*python[\d.]*)/.exec(head)?.[1] ?? /^'''exec' ["']?(\/[^"'\n]*python[\d.]*)/m.exec(head)?.[1];
  } finally {
    await file.close();
  }
};
