import type { Failure } from '../../core/failure.js';
import type { CommandResult, ValidationCommand } from '../../core/validation.js';
import type { Validator } from '../../ports/validator.js';
import type { TreeSetup } from './tree-setup.js';

/** A command that cannot be run because the tree cannot be set up is red, and says why. */
const unprepared =
  ({ message }: Failure) =>
  ({ name, run }: ValidationCommand): CommandResult => ({
    ...{ name, command: run, exitCode: 1, timedOut: false, durationMs: 0 },
    output: `Not run, since set-up fails with the changed manifest or lock file.\n${message}`,
  });

/** Validates each clone after set-up was run again for it, where its manifests or lock files are not those of base. */
export const validateAfterSetup = (validator: Validator, setup: TreeSetup): Validator => ({
  run: async (clone, commands, signal) => {
    const failure = commands.length === 0 ? undefined : await setup.fit(clone, signal);
    return failure === undefined ? validator.run(clone, commands, signal) : commands.map(unprepared(failure));
  },
});
