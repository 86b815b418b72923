import type { TaskId } from '../../core/plan/plan.js';
import type { JudgedResult } from '../../core/run/event.js';
import type { ValidationCommand } from '../../core/validation.js';
import type { Step } from '../step.js';
import type { Checker, Manner, Revision } from './checker.js';
import { findPartner } from './find-partner.js';
import { namedBy } from './named-by.js';
import type { Folding } from './refold.js';

/** Whose work a failure comes from. */
export interface Guilt {
  readonly task: TaskId;
  /** The task landed before it without which its work is green: only together they are red. */
  readonly with?: TaskId;
  /** Commands that were run to find out. */
  readonly runs: number;
}

export interface Charge {
  readonly folding: Folding;
  /** One step a task; the last head is red and base is not. */
  readonly steps: readonly Step[];
  readonly failures: readonly JudgedResult[];
}

/**
 * The landed task whose landing made the integrated whole red, by the failing commands alone: binary search over the
 * landings, which looks first where the failures point to, when exactly one task changed a file they name. What is
 * found was seen red more than once, and its head without it was seen green, so a flaky test costs a run and accuses
 * nobody. Where it takes several tasks to be red, see `findPartner`. Undefined when nothing has landed.
 */
export const findGuilty = async (checker: Checker, charge: Charge): Promise<Guilt | undefined> => {
  const before = checker.count;
  const search = await searchFirstRed(checker, charge);
  if (search === undefined) return undefined;
  const { index, isRed } = search;
  const task = charge.steps[index]?.task;
  if (task === undefined) return undefined;
  const found = await findPartner({ ...charge, index, isRed });
  return { task, ...found, runs: checker.count - before };
};

/** Looks at a revision with the failing commands: green, red, or red by the very tests that failed on the head. */
export type Colour = 'green' | 'red' | 'same-red';
export type IsRed = (revision: Revision, manner?: Manner) => Promise<Colour>;

interface FirstRed {
  readonly index: number;
  readonly isRed: IsRed;
}

const searchFirstRed = async (checker: Checker, charge: Charge): Promise<FirstRed | undefined> => {
  if (charge.steps.length === 0) return undefined;
  const isRed = lookWith(checker, charge.failures, 'alone');
  const index = await bisect(charge, isRed);
  // Red from the first landing on: or is a command red wherever it runs without those before it?
  if (index !== 0 || charge.steps.length === 1 || !(await needsOthers(checker, charge, isRed)))
    return index === undefined ? undefined : { index, isRed };
  const isRedTogether = lookWith(checker, charge.failures, 'together');
  const found = await bisect(charge, isRedTogether);
  return found === undefined ? undefined : { index: found, isRed: isRedTogether };
};

const needsOthers = async (checker: Checker, { folding, failures }: Charge, isRed: IsRed): Promise<boolean> => {
  const first = checker.commands[0]?.run;
  if (failures.every(({ command }) => command === first)) return false;
  return (await isRed(folding.start, 'again')) !== 'green';
};

const lookWith = (checker: Checker, failures: readonly JudgedResult[], usual: 'alone' | 'together'): IsRed => {
  const wanted = failures.map((failure) => commandOf(checker, failure));
  const last = checker.commands.findLastIndex(({ run }) => wanted.some((command) => command.run === run));
  const commands = usual === 'alone' ? wanted : checker.commands.slice(0, last + 1);
  return async (revision, manner = usual) => {
    const asked = manner === 'together' ? commands : wanted;
    const results = await checker.probe({ manner, revision, commands: asked });
    const colours = failures.map((failure) => colourOf(failure, results));
    return colours.find((colour) => colour === 'same-red') ?? colours.find((colour) => colour === 'red') ?? 'green';
  };
};

/** A test that failed on the head counts; one that failed only here does not explain the head. */
const colourOf = (failure: JudgedResult, results: readonly JudgedResult[]): Colour => {
  const result = results.find(({ command }) => command === failure.command);
  if (result?.verdict !== 'new-failure') return 'green';
  const [wanted, found] = [failure.newFailures, result.newFailures];
  if (wanted === undefined || found === undefined) return 'red';
  if (found.some((id) => wanted.includes(id))) return 'same-red';
  return result.tests?.complete === true ? 'green' : 'red';
};

const commandOf = (checker: Checker, { name, command }: JudgedResult): ValidationCommand =>
  checker.commands.find((each) => each.name === name) ?? { name, run: command, timeoutMs: 600_000 };

/**
 * The first step after which a command is red: log2(n) looks and at most one more. A look that was red by other tests
 * than the head, or by none with a name, may have been flaky; where the result rests on it, it is repeated, and the
 * search goes on behind it when it is green then.
 */
const bisect = async ({ folding, steps, failures }: Charge, isRed: IsRed): Promise<number | undefined> => {
  const hint = hintOf(folding, steps, failures);
  const sure = new Set([steps.length - 1]);
  let low = 0;
  let high = steps.length - 1;
  for (;;) {
    while (low < high) {
      const at = [hint - 1, hint].find((each) => each >= low && each < high) ?? (low + high) >> 1;
      const colour = await isRed(headOf(steps, at));
      if (colour === 'same-red') sure.add(at);
      if (colour === 'green') low = at + 1;
      else high = at;
    }
    if (sure.has(low) || (await isRed(headOf(steps, low), 'again')) !== 'green') return low;
    low += 1;
    high = Math.min(...[...sure].filter((each) => each >= low));
  }
};

const headOf = (steps: readonly Step[], index: number): Revision => {
  const head = steps[index]?.head;
  if (head === undefined) throw new Error(`No landing ${index} among ${steps.length}`);
  return head;
};

/** The only task that changed a file the failures name; -1 where there is none or several. */
const hintOf = ({ run }: Folding, steps: readonly Step[], failures: readonly JudgedResult[]): number => {
  const named = namedBy(failures, run, new Set(steps.map(({ task }) => task)));
  return named.length === 1 ? steps.findIndex(({ task }) => task === named[0]) : -1;
};
