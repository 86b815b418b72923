import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { CommandResult, ValidationCommand } from '../../core/validation.js';
import type { Ended, Place } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import type { Validator } from '../../ports/validator.js';
import { baseEnv } from '../processes/base-env.js';
import { toolRoots } from '../processes/tool-roots.js';

/** Of a command's output the last so many bytes are kept: what failed stands at the end. */
const maxOutputBytes = 200_000;

export interface ValidatorOptions {
  readonly place: Place;
  /** PATH of the commands. */
  readonly path: string;
  /** The environment of the orchestrator; only the roots of tool chains are taken from it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes secrets out of what the commands print, before it is cut. */
  readonly redact?: (text: string) => string;
  /** Tests may reach what this machine reaches; by default nothing. */
  readonly network?: boolean;
  /** Commands that run at once, whoever asks; by default half the cores. */
  readonly atOnce?: number;
}

/** The commands' whole environment: no key and no token is in it. */
const environment = (home: string, { path, env = process.env }: ValidatorOptions): Record<string, string> => ({
  ...toolRoots(env),
  ...baseEnv({ home, path }),
  CI: 'true',
  NO_COLOR: '1',
});

const toResult = ({ name, run }: ValidationCommand, ended: Ended): CommandResult => ({
  name,
  command: run,
  exitCode: ended.exitCode,
  timedOut: ended.killedBy === 'timeout',
  durationMs: ended.durationMs,
  output: ended.spawnError ?? ended.output,
});

/** Runs the user's commands with `sh`, one after the other in a clone, each for at most its own time. */
export const createValidator = (options: ValidatorOptions): Validator => {
  const { place, redact, network = false, atOnce = Math.max(1, Math.floor(availableParallelism() / 2)) } = options;
  const limit = pLimit(atOnce);
  const runOne = (clone: Clone, command: ValidationCommand, signal: AbortSignal): Promise<Ended> =>
    place.run(clone, {
      command: '/bin/sh',
      args: ['-c', command.run],
      env: environment(place.homeOf(clone), options),
      timeoutMs: command.timeoutMs,
      signal,
      maxOutputBytes,
      ...(redact === undefined ? {} : { redact }),
      ...(network ? { network: 'open' } : {}),
    });
  return {
    run: async (clone, commands, signal) => {
      const results: CommandResult[] = [];
      for (const command of commands)
        results.push(toResult(command, await limit(() => runOne(clone, command, signal))));
      return results;
    },
  };
};
