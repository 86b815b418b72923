import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { ValidationCommand } from '../../core/validation.js';
import { detectSetup } from './detect-setup.js';
import { type SetupOptions, runSetup } from './run-setup.js';

export interface PrepareProjectOptions extends Omit<SetupOptions, 'command' | 'timeoutMs'> {
  readonly settings: {
    readonly setupCommand: string | undefined;
    /** The user's own; undefined: those that are detected. */
    readonly validation: readonly ValidationCommand[] | undefined;
    readonly validationTimeoutMs: number;
  };
}

export interface PreparedProject {
  readonly commands: readonly ValidationCommand[];
  /** For a person: what was detected, and a detected set-up that failed. */
  readonly notes: readonly string[];
}

/** How long set-up may take. */
const setupMs = 20 * 60_000;

/**
 * Sets the project up with the given or the detected command. A given one that fails is the failure `setup-failed`;
 * a detected one that fails is a note, and the run goes on in clones as they are in the commit.
 */
export const prepareProject = async (options: PrepareProjectOptions): Promise<Result<PreparedProject, Failure>> => {
  const { settings, ...rest } = options;
  const detected = await detectSetup(options.repository, settings.validationTimeoutMs);
  const commands = settings.validation ?? detected.validation;
  const command = settings.setupCommand ?? detected.setup;
  if (command === undefined) return success({ commands, notes: [] });
  const done = await runSetup({ ...rest, command, timeoutMs: setupMs });
  if (done.ok) return success({ commands, notes: [] });
  if (settings.setupCommand !== undefined || options.signal.aborted) return failed(done.failure);
  return success({ commands, notes: [`${done.failure.message}\n${done.failure.action}`] });
};
