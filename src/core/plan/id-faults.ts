import { findCycle } from './graph.js';
import type { LoosePlan, LooseText } from './loose-plan.js';
import { brief, type PlanFaults } from './plan-fault.js';
import type { TaskId } from './plan.js';

/** Ids that are not unique, names that name nothing, and too many tasks. */
export const idFaults = (plan: LoosePlan, maxTasks: number): PlanFaults => {
  const taskIds = plan.tasks.flatMap(({ id, path }) => (id === undefined ? [] : [{ text: id, path: `${path}.id` }]));
  return [
    ...tooMany(plan, maxTasks),
    ...repeated(taskIds, 'task id'),
    ...repeated(plan.acceptance, 'acceptance id'),
    ...repeated(plan.contracts, 'contract id'),
    ...unknownAcceptance(plan),
    ...unknownTasks(plan),
  ];
};

/** A dependency of a task on itself, and cycles (one is named). */
export const graphFaults = (plan: LoosePlan): PlanFaults => {
  const selfish = plan.tasks.flatMap((task) =>
    task.dependsOn
      .filter(({ id }) => id === task.id)
      .map(({ path }) => ({ path, message: `${task.label}: must depend on other tasks only; got itself` })),
  );
  const cycle = findCycle(nodesOf(plan));
  const message = `dependencies must have no cycle; got ${cycle?.join(' -> ')}`;
  return cycle === undefined ? selfish : [...selfish, { path: 'tasks', message }];
};

const nodesOf = (plan: LoosePlan): readonly { id: TaskId; dependsOn: readonly TaskId[] }[] =>
  plan.tasks.flatMap(({ id, dependsOn }) =>
    id === undefined ? [] : [{ id, dependsOn: dependsOn.map((each) => each.id).filter((each) => each !== id) }],
  );

const tooMany = ({ taskCount }: LoosePlan, maxTasks: number): PlanFaults =>
  taskCount > maxTasks ? [{ path: 'tasks', message: `must be at most ${maxTasks} tasks; got ${taskCount}` }] : [];

const repeated = (texts: readonly LooseText[], what: string): PlanFaults =>
  texts
    .filter(({ text }, index) => texts.findIndex((other) => other.text === text) < index)
    .map(({ path, text }) => ({ path, message: `${what} must be unique; got ${brief(text)} again` }));

const unknownAcceptance = (plan: LoosePlan): PlanFaults => {
  const known = new Set(plan.acceptance.map(({ text }) => text));
  return plan.tasks.flatMap(({ label, acceptance }) =>
    acceptance
      .filter(({ text }) => !known.has(text))
      .map(({ path, text }) => ({ path, message: `${label}: must be ${oneOf(known)}; got ${brief(text)}` })),
  );
};

const unknownTasks = (plan: LoosePlan): PlanFaults => {
  const known = new Set(plan.tasks.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const faultsOf = (names: readonly (LooseText & { id: TaskId })[], label: string): PlanFaults =>
    names
      .filter(({ id }) => !known.has(id))
      .map(({ path, id }) => ({ path, message: `${label}must be the id of a task; got ${brief(id)}` }));
  return [
    ...plan.tasks.flatMap(({ label, dependsOn }) => faultsOf(dependsOn, `${label}: `)),
    ...faultsOf(plan.producers, ''),
  ];
};

const oneOf = (known: ReadonlySet<string>): string =>
  known.size === 0 ? "an id of the plan's acceptance criteria, which are none" : `one of ${[...known].join(', ')}`;
