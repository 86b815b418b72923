import type { Failure } from '../core/failure.js';
import { errorText } from './error-text.js';

/** What a person is told of an error that should not have been: a bug, or a broken world. */
export const internalError = (error: unknown): Failure => ({
  reason: 'internal-error',
  who: 'us',
  message: `aider-orchestrator met an error of its own: ${errorText(error)}`,
  action: 'Please report it with the log of this run.',
});
