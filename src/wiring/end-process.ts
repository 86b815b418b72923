import { killAllNow } from '../adapters/processes/groups.js';
import type { StopReason } from '../app/execute-request.js';

/** Ends this process with the exit code of `work`; an error of our own is told whole and ends it with 1. */
export const exitWith = (work: Promise<number>): void => {
  work.then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
};

/** Cancelled by SIGINT or SIGTERM; whatever comes, no child outlives this process. */
export const stopOnSignals = (): AbortController => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort('cancelled' satisfies StopReason));
  process.on('exit', killAllNow);
  return stop;
};
