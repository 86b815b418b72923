import { failedTests, isGreen, judge, type CommandResult, type ValidationCommand } from '../../core/validation.js';
import type { JudgedResult } from '../../core/run/event.js';
import { rememberResults, type Manner, type Results, type Revision, type Running } from './remember-results.js';

export type { Manner, Revision } from './remember-results.js';

/** Validates revisions in clean checkouts and holds the results against the baseline. */
export interface Checker {
  /** The user's own commands, in their order. */
  readonly commands: readonly ValidationCommand[];
  /** Results at the base commit; begun at once, shared by all who ask. */
  readonly baseline: Promise<readonly CommandResult[]>;
  /**
   * All of `commands`, then `extra`. The same command is never run twice on the same tree, but for one that is newly
   * red: it is run once more, and counts as green when it then is; see `Flaky`.
   */
  check(revision: Revision, extra?: readonly ValidationCommand[]): Promise<readonly JudgedResult[]>;
  /** One look at these commands, for a search that confirms what it finds by itself. */
  probe(look: Look): Promise<readonly JudgedResult[]>;
  /** Commands run so far, wherever and for whomever. */
  readonly count: number;
}

export interface Look {
  readonly manner: Manner;
  readonly revision: Revision;
  readonly commands: readonly ValidationCommand[];
}

/** A command that was red and then green on the same tree. `failures` are the new failures it named when it was red. */
export interface Flaky {
  readonly name: string;
  readonly command: string;
  readonly commit: string;
  readonly failures: readonly string[];
}

export interface CheckerOptions extends Running {
  readonly commands: readonly ValidationCommand[];
  readonly baseCommit: string;
  /** Results at base that are on record already, in a run that is resumed. */
  readonly known?: readonly CommandResult[];
  /** Told once for each command on each tree. */
  readonly onFlaky?: (flaky: Flaky) => void;
}

/** Makes a checker and begins the baseline. */
export const createChecker = (options: CheckerOptions): Checker => {
  const { commands, baseCommit, known } = options;
  const results = rememberResults(options);
  const confirm = confirmWith(options, results);
  const base = { commit: baseCommit, tree: baseCommit };
  const baseline = isOf(commands, known) ? Promise.resolve(known) : takeBaseline(confirm, results, { base, commands });
  baseline.catch(() => undefined);

  const judgeAll = async (found: Promise<readonly CommandResult[]>): Promise<readonly JudgedResult[]> => {
    const [now, before] = await Promise.all([found, baseline]);
    return now.map((result) => ({ ...result, ...judge(result, before) }));
  };
  const check = async (revision: Revision, extra: readonly ValidationCommand[] = []) => {
    const wanted = [...commands, ...extra];
    const first = await judgeAll(results.of('together', revision, wanted));
    const before = await baseline;
    return Promise.all(first.map((result, at) => confirm({ revision, command: wanted[at], result, before })));
  };

  return {
    commands,
    baseline,
    check,
    probe: ({ manner, revision, commands: some }) => judgeAll(results.of(manner, revision, some)),
    get count() {
      return results.count;
    },
  };
};

/** Whether these are results of exactly these commands: between a kill and the resume the settings may have changed. */
const isOf = (
  commands: readonly ValidationCommand[],
  results: readonly CommandResult[] | undefined,
): results is readonly CommandResult[] =>
  results?.length === commands.length &&
  commands.every(({ name, run }, index) => results[index]?.name === name && results[index].command === run);

interface Suspicion {
  readonly revision: Revision;
  readonly command: ValidationCommand | undefined;
  readonly result: JudgedResult;
  readonly before: readonly CommandResult[];
}

type Confirm = (suspicion: Suspicion) => Promise<JudgedResult>;

/**
 * Runs once more what is newly red. A command that ran out of time is not: it would take as long again, and one that
 * hangs for good is the usual case.
 */
const confirmWith = ({ signal, onFlaky }: CheckerOptions, results: Results): Confirm => {
  const told = new Set<string>();
  return async ({ revision, command, result, before }) => {
    if (result.verdict !== 'new-failure' || result.timedOut || command === undefined || signal.aborted) return result;
    const [again] = await results.of('again', revision, [command]);
    if (again === undefined || signal.aborted) return result;
    const judged = { ...again, ...judge(again, before) };
    if (judged.verdict === 'new-failure') return { ...result, ...onlyRepeated(result, judged) };
    if (judged.verdict === 'unknown') return result;
    const { name, run } = command;
    const key = `${revision.tree} ${run}`;
    if (!told.has(key)) onFlaky?.({ name, command: run, commit: revision.commit, failures: result.newFailures ?? [] });
    told.add(key);
    return { ...judged, flaky: true };
  };
};

/** Of the new failures those that failed both times, where there are such. */
const onlyRepeated = (first: JudgedResult, second: JudgedResult): { readonly newFailures?: string[] } => {
  const again = new Set(second.newFailures);
  const both = (first.newFailures ?? []).filter((id) => again.has(id));
  return both.length === 0 ? {} : { newFailures: both };
};

/** A command that is red at base is run once more there too: whether it is decides what counts as new later. */
const takeBaseline = async (
  confirm: Confirm,
  results: Results,
  { base, commands }: { readonly base: Revision; readonly commands: readonly ValidationCommand[] },
): Promise<readonly CommandResult[]> => {
  const found = await results.of('together', base, commands);
  return Promise.all(
    found.map(async (result, at) => {
      if (isGreen(result)) return result;
      const suspect = { ...result, verdict: 'new-failure' as const, newFailures: [...failedTests(result)] };
      const {
        verdict: _v,
        newFailures: _n,
        ...confirmed
      } = await confirm({
        revision: base,
        command: commands[at],
        result: suspect,
        before: [],
      });
      return confirmed;
    }),
  );
};

/** Nothing in it that was green at base is red now. */
export const hasNoNewFailure = (results: readonly JudgedResult[]): boolean =>
  results.every((result) => result.verdict !== 'new-failure');

export const newFailures = (results: readonly JudgedResult[]): readonly JudgedResult[] =>
  results.filter((result) => result.verdict === 'new-failure');
