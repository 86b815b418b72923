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
  /** For a person: a detected set-up that failed, and what clones are without. */
  readonly notes: readonly string[];
}

/** How long set-up may take. */
const setupMs = 20 * 60_000;

/**
 * Sets the project up with the given or the detected command. A given one that fails is the failure `setup-failed`;
 * a detected one that fails is a note, and the run goes on in clones as they are in the commit.
 */
export const prepareProject = async (options: PrepareProjectOptions): Promise<Result<PreparedProject, Failure>> => {
  const { settings, repository } = options;
  const [detected, missing] = await Promise.all([
    detectSetup(repository, settings.validationTimeoutMs),
    repository.notInClones(),
  ]);
  const commands = settings.validation ?? detected.validation;
  const command = settings.setupCommand ?? detected.setup;
  const done = command === undefined ? success(undefined) : await setUp(options, command);
  if (done.ok) return success({ commands, notes: missing });
  if (settings.setupCommand !== undefined || options.signal.aborted) return failed(done.failure);
  return success({ commands, notes: [...missing, `${done.failure.message}\n${done.failure.action}`] });
};

const setUp = ({ settings: _settings, ...rest }: PrepareProjectOptions, command: string) =>
  runSetup({ ...rest, command, timeoutMs: setupMs });
