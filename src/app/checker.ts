import { judge, type CommandResult, type ValidationCommand } from '../core/validation.js';
import type { JudgedResult } from '../core/run/event.js';
import type { Repository } from '../ports/repository.js';
import type { Validator } from '../ports/validator.js';

/** A commit and its tree; the tree is what a validation result belongs to. */
export interface Revision {
  readonly commit: string;
  readonly tree: string;
}

/** Validates revisions in clean checkouts and holds the results against the baseline. */
export interface Checker {
  /** The user's own commands, in their order. */
  readonly commands: readonly ValidationCommand[];
  /** Results at the base commit; begun at once, shared by all who ask. */
  readonly baseline: Promise<readonly CommandResult[]>;
  /** All of `commands`, then `extra`. The same command is never run twice on the same tree. */
  check(revision: Revision, extra?: readonly ValidationCommand[]): Promise<readonly JudgedResult[]>;
  /** Only `commands`, each by name, for searching a guilty landing. */
  checkOnly(revision: Revision, commands: readonly ValidationCommand[]): Promise<readonly JudgedResult[]>;
}

export interface CheckerOptions {
  readonly repository: Repository;
  readonly validator: Validator;
  readonly commands: readonly ValidationCommand[];
  readonly baseCommit: string;
  readonly signal: AbortSignal;
}

/** Makes a checker and begins the baseline. */
export const createChecker = (options: CheckerOptions): Checker => {
  const { commands, signal } = options;
  const known = new Map<string, CommandResult>();
  const baseline = runInClone(options, options.baseCommit, commands);
  baseline.catch(() => undefined);

  const resultsOf = async (revision: Revision, wanted: readonly ValidationCommand[]) => {
    const missing = uniqueByRun(wanted).filter((command) => !known.has(key(revision, command)));
    const fresh = missing.length === 0 ? [] : await runInClone(options, revision.commit, missing);
    const resultOf = new Map(fresh.map((result, index) => [missing[index]?.run, result]));
    if (!signal.aborted)
      for (const command of missing) remember(known, key(revision, command), resultOf.get(command.run));
    return wanted.flatMap((command) => {
      const result = known.get(key(revision, command)) ?? resultOf.get(command.run);
      return result === undefined ? [] : [{ ...result, name: command.name }];
    });
  };

  const checkOnly = async (revision: Revision, wanted: readonly ValidationCommand[]) => {
    const [results, before] = await Promise.all([resultsOf(revision, wanted), baseline]);
    return results.map((result) => ({ ...result, verdict: judge(result, before) }));
  };

  return {
    commands,
    baseline,
    checkOnly,
    check: (revision, extra = []) => checkOnly(revision, [...commands, ...extra]),
  };
};

const key = (revision: Revision, command: ValidationCommand): string => `${revision.tree} ${command.run}`;

const remember = (known: Map<string, CommandResult>, name: string, result: CommandResult | undefined): void => {
  if (result !== undefined) known.set(name, result);
};

/** A task's `verify` is often one of the user's own commands: it is run once. */
const uniqueByRun = (commands: readonly ValidationCommand[]): readonly ValidationCommand[] =>
  commands.filter((command, index) => commands.findIndex((other) => other.run === command.run) === index);

const runInClone = async (
  { repository, validator, signal }: CheckerOptions,
  commit: string,
  commands: readonly ValidationCommand[],
): Promise<readonly CommandResult[]> => {
  if (commands.length === 0) return [];
  const clone = await repository.clone(commit, 'validation');
  try {
    return await validator.run(clone, commands, signal);
  } finally {
    await repository.discard(clone);
  }
};

/** Nothing in it that was green at base is red now. */
export const hasNoNewFailure = (results: readonly JudgedResult[]): boolean =>
  results.every((result) => result.verdict !== 'new-failure');

export const newFailures = (results: readonly JudgedResult[]): readonly JudgedResult[] =>
  results.filter((result) => result.verdict === 'new-failure');
