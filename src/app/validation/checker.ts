import { judge, type CommandResult, type ValidationCommand } from '../../core/validation.js';
import type { JudgedResult } from '../../core/run/event.js';
import type { Repository } from '../../ports/repository.js';
import type { Validator } from '../../ports/validator.js';

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
  /** Results at base that are on record already, in a run that is resumed. */
  readonly known?: readonly CommandResult[];
  readonly signal: AbortSignal;
}

/** Makes a checker and begins the baseline. */
export const createChecker = (options: CheckerOptions): Checker => {
  const { commands, baseCommit, known } = options;
  const resultsOf = rememberResults(options);
  const baseline = isOf(commands, known)
    ? Promise.resolve(known)
    : resultsOf({ commit: baseCommit, tree: baseCommit }, commands);
  baseline.catch(() => undefined);

  const checkOnly = async (revision: Revision, wanted: readonly ValidationCommand[]) => {
    const [results, before] = await Promise.all([resultsOf(revision, wanted), baseline]);
    return results.map((result) => ({ ...result, ...judge(result, before) }));
  };

  return {
    commands,
    baseline,
    checkOnly,
    check: (revision, extra = []) => checkOnly(revision, [...commands, ...extra]),
  };
};

/** Whether these are results of exactly these commands: between a kill and the resume the settings may have changed. */
const isOf = (
  commands: readonly ValidationCommand[],
  results: readonly CommandResult[] | undefined,
): results is readonly CommandResult[] =>
  results?.length === commands.length &&
  commands.every(({ name, run }, index) => results[index]?.name === name && results[index].command === run);

type ResultsOf = (revision: Revision, wanted: readonly ValidationCommand[]) => Promise<readonly CommandResult[]>;

/** A command that is under way counts as run: who asks meanwhile waits for it. What broke or was stopped is forgotten. */
const rememberResults = (options: CheckerOptions): ResultsOf => {
  const known = new Map<string, Promise<CommandResult>>();

  const begin = (revision: Revision, commands: readonly ValidationCommand[]): void => {
    const running = runInClone(options, revision.commit, commands);
    const names = commands.map((command) => key(revision, command));
    names.forEach((name, index) =>
      known.set(
        name,
        running.then((results) => results[index] ?? unanswered(name)),
      ),
    );
    const forget = () => names.forEach((name) => known.delete(name));
    running.then(() => options.signal.aborted && forget(), forget);
  };

  return async (revision, wanted) => {
    const missing = uniqueByRun(wanted).filter((command) => !known.has(key(revision, command)));
    if (missing.length > 0) begin(revision, missing);
    const results = wanted.map(async (command) => {
      const result = await (known.get(key(revision, command)) ?? unanswered(command.run));
      return { ...result, name: command.name };
    });
    return Promise.all(results);
  };
};

const key = (revision: Revision, command: ValidationCommand): string => `${revision.tree} ${command.run}`;

const unanswered = (what: string): never => {
  throw new Error(`Validation gave no result for ${what}`);
};

/** A task's `verify` is often one of the user's own commands: it is run once. */
const uniqueByRun = (commands: readonly ValidationCommand[]): readonly ValidationCommand[] =>
  commands.filter((command, index) => commands.findIndex((other) => other.run === command.run) === index);

const runInClone = async (
  { repository, validator, signal }: CheckerOptions,
  commit: string,
  commands: readonly ValidationCommand[],
): Promise<readonly CommandResult[]> => {
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
