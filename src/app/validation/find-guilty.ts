import type { TaskId } from '../../core/plan/plan.js';
import type { JudgedResult } from '../../core/run/event.js';
import type { Run } from '../../core/run/run.js';
import { hasNoNewFailure, type Checker } from './checker.js';
import type { Step } from '../step.js';

/**
 * The landed task a failure comes from. First by what the output names: exactly one task changed the files it
 * mentions. Else by bisecting the landings with only the failing commands: base is green for them, the head is red.
 */
export const findGuilty = async (
  checker: Checker,
  given: { readonly run: Run; readonly steps: readonly Step[]; readonly failures: readonly JudgedResult[] },
): Promise<TaskId | undefined> => blameByFiles(given) ?? (await bisect(checker, given));

const blameByFiles = ({
  run,
  steps,
  failures,
}: {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly failures: readonly JudgedResult[];
}): TaskId | undefined => {
  const output = failures.map((failure) => failure.output).join('\n');
  const landed = new Set(steps.map((step) => step.task));
  const named = run.tasks.filter(
    ({ task, changes }) => landed.has(task.id) && changes.some(({ path }) => names(output, path)),
  );
  return named.length === 1 ? named[0]?.task.id : undefined;
};

/** The path stands in the text as a whole path, not as the end of a longer name. */
const names = (text: string, path: string): boolean => {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + path.length] ?? ' ';
    if (!/[\w.-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
};

/** Binary search for the first step after which a failing command is red: log2(n) runs of only those commands. */
const bisect = async (
  checker: Checker,
  { steps, failures }: { readonly steps: readonly Step[]; readonly failures: readonly JudgedResult[] },
): Promise<TaskId | undefined> => {
  const commands = failures.map((failure) => commandOf(checker, failure));
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const step = steps[middle];
    if (step === undefined) break;
    if (hasNoNewFailure(await checker.checkOnly(step.head, commands))) low = middle + 1;
    else high = middle;
  }
  return steps[low]?.task;
};

const commandOf = (checker: Checker, { name, command }: JudgedResult) =>
  checker.commands.find((each) => each.name === name) ?? { name, run: command, timeoutMs: 600_000 };
