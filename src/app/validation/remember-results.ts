import type { CommandResult, ValidationCommand } from '../../core/validation.js';
import type { Repository } from '../../ports/repository.js';
import type { Validator } from '../../ports/validator.js';

/** A commit and its tree; the tree is what a validation result belongs to. */
export interface Revision {
  readonly commit: string;
  readonly tree: string;
}

/**
 * How a command is run: `together` with those asked for with it, in their order in one checkout, where it may need
 * what an earlier one made; `alone` in a checkout of its own; `again` so as well, whatever is known already.
 */
export type Manner = 'together' | 'alone' | 'again';

export interface Running {
  readonly repository: Repository;
  readonly validator: Validator;
  readonly signal: AbortSignal;
}

/** Runs commands, each in each manner once a tree. */
export interface Results {
  of(manner: Manner, revision: Revision, wanted: readonly ValidationCommand[]): Promise<readonly CommandResult[]>;
  /** Commands run so far. */
  readonly count: number;
}

/** A command that is under way counts as run: who asks meanwhile waits for it. What broke or was stopped is forgotten. */
export const rememberResults = (running: Running): Results => {
  const known = new Map<string, Promise<CommandResult>>();
  let count = 0;

  const begin = (manner: Manner, revision: Revision, commands: readonly ValidationCommand[]): void => {
    count += commands.length;
    const results = runInClone(running, revision.commit, commands);
    const keys = commands.map((command) => keyOf(manner, revision, command));
    keys.forEach((key, index) =>
      known.set(
        key,
        results.then((all) => all[index] ?? unanswered(key)),
      ),
    );
    const forget = () => keys.forEach((key) => known.delete(key));
    results.then(() => running.signal.aborted && forget(), forget);
  };

  /** What was run with others was run under the better conditions: it answers for `alone` too. */
  const find = (manner: Manner, revision: Revision, command: ValidationCommand) =>
    (manner === 'alone' ? known.get(keyOf('together', revision, command)) : undefined) ??
    known.get(keyOf(manner, revision, command));

  const start = (manner: Manner, revision: Revision, wanted: readonly ValidationCommand[]): void => {
    const missing = uniqueByRun(wanted).filter((command) => find(manner, revision, command) === undefined);
    if (missing.length === 0) return;
    if (manner === 'together') begin(manner, revision, missing);
    else missing.forEach((command) => begin(manner, revision, [command]));
  };

  return {
    get count() {
      return count;
    },
    of: async (manner, revision, wanted) => {
      start(manner, revision, wanted);
      const results = wanted.map(async (command) => {
        const result = await (find(manner, revision, command) ?? unanswered(command.run));
        return { ...result, name: command.name };
      });
      return Promise.all(results);
    },
  };
};

const keyOf = (manner: Manner, revision: Revision, command: ValidationCommand): string =>
  `${manner} ${revision.tree} ${command.run}`;

const unanswered = (what: string): never => {
  throw new Error(`Validation gave no result for ${what}`);
};

/** A task's `verify` is often one of the user's own commands: it is run once. */
const uniqueByRun = (commands: readonly ValidationCommand[]): readonly ValidationCommand[] =>
  commands.filter((command, index) => commands.findIndex((other) => other.run === command.run) === index);

const runInClone = async (
  { repository, validator, signal }: Running,
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
