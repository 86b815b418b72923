import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { readTestResults } from '../../core/test-results/read-test-results.js';
import type { TestResults } from '../../core/test-results/test-results.js';
import type { CommandResult, ValidationCommand } from '../../core/validation.js';
import type { Ended, Place } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import type { Validator } from '../../ports/validator.js';
import { baseEnv } from '../processes/base-env.js';
import { toolRoots } from '../processes/tool-roots.js';
import { findReportFiles, readChangedReports } from './report-files.js';

/** Of a command's output the last so many characters are kept: what failed stands at the end. */
const maxOutputLength = 200_000;
/** So many bytes are read for the names of tests, of which a runner may print thousands. */
const maxReadBytes = 1_000_000;

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

const toResult = ({ name, run }: ValidationCommand, ended: Ended, tests: TestResults | undefined): CommandResult => ({
  name,
  command: run,
  exitCode: ended.exitCode,
  timedOut: ended.killedBy === 'timeout',
  durationMs: ended.durationMs,
  output: ended.spawnError ?? lastOf(ended.output),
  ...(tests === undefined ? {} : { tests }),
});

/** Beginning with a whole character. */
const lastOf = (output: string): string => output.slice(-maxOutputLength).replace(/^[\udc00-\udfff]/, '');

/** Nearly full: taking secrets out and whole characters make it a little shorter than the limit. */
const isCut = (output: string): boolean => Buffer.byteLength(output) > 0.95 * maxReadBytes;

/** What was stopped half-way says nothing about the tests it did not come to. */
const readTests = (ended: Ended, files: readonly string[], root: string): TestResults | undefined => {
  const { stdout, output, exitCode } = ended;
  const results = readTestResults({ stdout, output, files, root, isCut: isCut(output) });
  return results === undefined || exitCode !== null ? results : { ...results, complete: false };
};

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
      maxOutputBytes: maxReadBytes,
      ...(redact === undefined ? {} : { redact }),
      ...(network ? { network: 'open' } : {}),
    });
  return {
    run: async (clone, commands, signal) => {
      const results: CommandResult[] = [];
      let before = await findReportFiles(clone.folder);
      for (const command of commands) {
        const ended = await limit(() => runOne(clone, command, signal));
        const after = await findReportFiles(clone.folder);
        const files = (await readChangedReports(before, after)).map((text) => redact?.(text) ?? text);
        results.push(toResult(command, ended, readTests(ended, files, place.pathOf(clone))));
        before = after;
      }
      return results;
    },
  };
};
