import type { Failure } from '../core/failure.js';

/** Says something on stderr. */
export const warn = (text: string): void => void process.stderr.write(`${text}\n`);

/** Tells a failure and its action on stderr; gives the exit code. */
export const refuse = ({ message, action }: Failure, exitCode: number): number => {
  warn(`${message}\n→ ${action}`);
  return exitCode;
};
