import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { ValidationCommand } from '../../core/validation.js';
import { detectSetup } from './detect-setup.js';
import { type SetupOptions, runSetup } from './run-setup.js';
import { type TreeSetup, createTreeSetup } from './tree-setup.js';

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
  /** For trees whose manifests or lock files were changed. */
  readonly treeSetup: TreeSetup;
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
  const given = settings.setupCommand;
  const command = given ?? detected.setup;
  const done = command === undefined ? undefined : await setUp(options, command);
  const isBroken = done?.ok === false;
  if (isBroken && (given !== undefined || options.signal.aborted)) return failed(done.failure);
  const base = done?.ok === true ? done.value : undefined;
  return success({
    commands,
    notes: [...missing, ...(isBroken ? [`${done.failure.message}\n${done.failure.action}`] : [])],
    treeSetup: createTreeSetup({ ...options, timeoutMs: setupMs, given, base, isBroken }),
  });
};

const setUp = ({ settings: _settings, ...rest }: PrepareProjectOptions, command: string) =>
  runSetup({ ...rest, command, timeoutMs: setupMs });
