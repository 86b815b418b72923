import type { TaskId } from '../../core/plan/plan.js';
import type { Run } from '../../core/run/run.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Repository } from '../../ports/repository.js';
import type { Revision } from './checker.js';
import { pickChange } from '../fold.js';
import { landingMessage, type Step } from '../step.js';

/*
 * Folding steps once more. Each is applied as the change it is, not merged: the commit of a redo or a repair has the
 * heads it was made on among its ancestors, and a merge would bring back what is to leave.
 */

export interface Folding {
  readonly repository: Repository;
  readonly run: Run;
  /** Where the branch began. */
  readonly start: Revision;
}

/**
 * The steps without a task and what builds on it: tasks that depend on it, and tasks whose change does not apply
 * without it; `left` names them all, in the order of their steps. A repair that does not apply any more is dropped.
 */
export const foldWithout = async (
  folding: Folding,
  before: readonly Step[],
  task: TaskId,
): Promise<{ readonly steps: readonly Step[]; readonly left: readonly TaskId[] }> => {
  const first = before.findIndex((step) => step.task === task);
  if (first < 0) return { steps: before, left: [] };
  let steps = before.slice(0, first);
  const left = new Set([task]);
  for (const step of before.slice(first)) {
    const { dependsOn } = taskRecord(folding.run, step.task).task;
    if (dependsOn.some((id) => left.has(id))) left.add(step.task);
    if (left.has(step.task)) continue;
    const again = await pickStep(folding, steps.at(-1), step);
    if (again !== undefined) steps = [...steps, again];
    else if (!steps.some((other) => other.task === step.task)) left.add(step.task);
  }
  return { steps, left: [...left] };
};

/**
 * The branch as it would be had every repair been part of its task's landing: one step a task. Only so is each head
 * of a prefix as red as its tasks make it. Where that cannot be folded, the steps as they are.
 */
export const foldByTask = async (folding: Folding, before: readonly Step[]): Promise<readonly Step[]> => {
  const groups = [...Map.groupBy(before, ({ task }) => task).values()];
  if (groups.length === before.length) return before;
  let steps: readonly Step[] = [];
  for (const group of groups) {
    let last = steps.at(-1);
    for (const step of group) {
      last = await pickStep(folding, last, step);
      if (last === undefined) return before;
    }
    if (last !== undefined) steps = [...steps, last];
  }
  return steps;
};

/**
 * What the branch would be with only these tasks: what their steps changed on it, repairs included, one after the
 * other; or undefined where one does not apply without those left out.
 */
export const foldOnly = async (
  folding: Folding,
  steps: readonly Step[],
  tasks: ReadonlySet<TaskId>,
): Promise<Revision | undefined> => {
  let last: Step | undefined;
  for (const [index, step] of steps.entries()) {
    if (!tasks.has(step.task)) continue;
    const start = (steps[index - 1]?.head ?? folding.start).commit;
    last = await pickStep(folding, last, { ...step, start, commit: step.head.commit });
    if (last === undefined) return undefined;
  }
  return last?.head ?? folding.start;
};

const pickStep = async (
  { repository, run, start }: Folding,
  last: Step | undefined,
  step: Step,
): Promise<Step | undefined> => {
  const onto = (last?.head ?? start).commit;
  const picked = await pickChange(repository, step, { onto, message: landingMessage(run, step.task) });
  return picked.kind === 'merged' ? { ...step, head: picked.revision } : undefined;
};
