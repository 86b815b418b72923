import type { CommandResult, ValidationCommand } from '../core/validation.js';
import type { Clone } from './repository.js';

/** Runs the user's commands in a clone. At most half the cores run them at once, whoever asks. */
export interface Validator {
  run(clone: Clone, commands: readonly ValidationCommand[], signal: AbortSignal): Promise<readonly CommandResult[]>;
}
