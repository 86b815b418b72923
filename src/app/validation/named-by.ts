import type { TaskId } from '../../core/plan/plan.js';
import type { JudgedResult } from '../../core/run/event.js';
import type { Run } from '../../core/run/run.js';

/**
 * The tasks of these that changed a file the failures name: the files of the tests that newly fail and their stack
 * traces where they are known, else whatever the commands printed.
 */
export const namedBy = (failures: readonly JudgedResult[], run: Run, tasks: ReadonlySet<TaskId>): readonly TaskId[] => {
  const said = failures.map(saidOf).join('\n');
  return run.tasks
    .filter(({ task, changes }) => tasks.has(task.id) && changes.some(({ path }) => names(said, path)))
    .map(({ task }) => task.id);
};

const saidOf = ({ newFailures = [], tests, output }: JudgedResult): string => {
  const fresh = new Set(newFailures);
  const found = (tests?.failures ?? []).filter(({ id }) => fresh.has(id));
  if (found.length === 0) return output;
  return found.flatMap(({ id, message = '', files = [] }) => [id, message, ...files]).join('\n');
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
