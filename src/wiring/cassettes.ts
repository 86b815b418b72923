import type { CommandLine } from '../adapters/command-line/parse-arguments.js';
import { recordVariable, replayVariable } from '../adapters/gateway/open-cassette.js';
import type { Env } from './env.js';

/** `--record` and `--replay` are the same as their variables, which the action has too. */
export const withCassettes = (line: CommandLine, env: Env): Env => {
  if (line.kind !== 'run' && line.kind !== 'plan' && line.kind !== 'resume') return env;
  return {
    ...env,
    ...(line.record === undefined ? {} : { [recordVariable]: line.record }),
    ...(line.replay === undefined ? {} : { [replayVariable]: line.replay }),
  };
};
