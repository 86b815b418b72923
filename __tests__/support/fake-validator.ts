import { readTestResults } from '../../src/core/test-results/read-test-results.js';
import type { CommandResult, ValidationCommand } from '../../src/core/validation.js';
import type { Clone } from '../../src/ports/repository.js';
import type { Validator } from '../../src/ports/validator.js';
import type { FakeRepository } from './fake-repository.js';
import { Faults, Gate } from './gate.js';

/** Judges a work tree: what a red command prints, or undefined where it is green. TAP names tests: `failing`. */
export type Rule = (files: Readonly<Record<string, string>>) => string | undefined;

/** What a runner prints when these tests fail and so many pass. */
export const failing = (ids: readonly string[], passed = 10): string =>
  [
    `1..${ids.length + passed}`,
    ...ids.map((id, n) => `not ok ${n + 1} - ${id}`),
    ...Array.from({ length: passed }, (_, n) => `ok ${ids.length + n + 1} - fine ${n}`),
    '',
  ].join('\n');

/** Runs commands by rules over the files of a clone; a command without a rule is green. */
export class FakeValidator implements Validator {
  /** Every command that was run, and at which commit. */
  readonly runs: { readonly command: string; readonly commit: string }[] = [];
  /** Runs are held by their command. */
  readonly gate = new Gate();
  /** Whatever is red ran out of time. */
  timeOut = false;
  readonly #rules = new Map<string, Rule>();
  readonly #faults = new Faults<'run'>();
  readonly #repository: FakeRepository;

  constructor(repository: FakeRepository) {
    this.#repository = repository;
  }

  judge(command: string, rule: Rule): this {
    this.#rules.set(command, rule);
    return this;
  }

  failOn(method: 'run', error: Error | null): void {
    this.#faults.set(method, error);
  }

  timesRun(command: string): number {
    return this.runs.filter((run) => run.command === command).length;
  }

  async run(
    clone: Clone,
    commands: readonly ValidationCommand[],
    signal: AbortSignal,
  ): Promise<readonly CommandResult[]> {
    const results: CommandResult[] = [];
    for (const command of commands) results.push(await this.#runOne(clone, command, signal));
    return results;
  }

  async #runOne(clone: Clone, { name, run }: ValidationCommand, signal: AbortSignal): Promise<CommandResult> {
    this.runs.push({ command: run, commit: clone.commit });
    this.#faults.check('run');
    await this.gate.pass(run, signal);
    const result = { name, command: run, timedOut: false, durationMs: 1 };
    if (signal.aborted) return { ...result, exitCode: null, output: '' };
    const output = this.#rules.get(run)?.(this.#repository.filesIn(clone));
    const said = { stdout: output ?? '', output: output ?? '', files: [], root: clone.folder, isCut: false };
    const tests = readTestResults(said);
    const red = this.timeOut ? { exitCode: null, timedOut: true } : { exitCode: 1 };
    const judged = { ...result, ...(output === undefined ? { exitCode: 0 } : red), output: output ?? '' };
    return tests === undefined ? judged : { ...judged, tests };
  }
}
