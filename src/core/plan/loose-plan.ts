import { TaskId } from './plan.js';

export interface LooseText {
  readonly text: string;
  /** Where it stands, e.g. `tasks[2].writes[0]`. */
  readonly path: string;
}

/** What can be read of a task whatever else is wrong with it, so that all faults can be told at once. */
export interface LooseTask {
  readonly path: string;
  /** `task "api"`, or its place where it has no name. */
  readonly label: string;
  readonly id: TaskId | undefined;
  readonly dependsOn: readonly (LooseText & { readonly id: TaskId })[];
  readonly writes: readonly LooseText[];
  readonly reads: readonly LooseText[];
  readonly acceptance: readonly LooseText[];
}

export interface LoosePlan {
  /** At most the first 200. */
  readonly tasks: readonly LooseTask[];
  readonly taskCount: number;
  readonly acceptance: readonly LooseText[];
  readonly contracts: readonly LooseText[];
  readonly contractFiles: readonly LooseText[];
  readonly producers: readonly (LooseText & { readonly id: TaskId })[];
}

const mostTasks = 200;

/** Whatever of `input` looks like a plan. Total: never throws, leaves out what has the wrong type. */
export const readLoosely = (input: unknown): LoosePlan => {
  const tasks = listOf(input, 'tasks');
  const contracts = listOf(input, 'contracts');
  const acceptance = listOf(input, 'acceptance');
  return {
    tasks: tasks.slice(0, mostTasks).map(readTask),
    taskCount: tasks.length,
    acceptance: fieldsOf(acceptance, 'acceptance', 'id'),
    contracts: fieldsOf(contracts, 'contracts', 'id'),
    contractFiles: fieldsOf(contracts, 'contracts', 'file'),
    producers: fieldsOf(contracts, 'contracts', 'producedBy').flatMap(asTaskId),
  };
};

const readTask = (task: unknown, index: number): LooseTask => {
  const path = `tasks[${index}]`;
  const id = TaskId.safeParse(fieldOf(task, 'id')).data;
  return {
    path,
    label: id === undefined ? `task ${index + 1}` : `task "${id}"`,
    id,
    dependsOn: textsOf(task, 'dependsOn', path).flatMap(asTaskId),
    writes: textsOf(task, 'writes', path),
    reads: textsOf(task, 'reads', path),
    acceptance: textsOf(task, 'acceptance', path),
  };
};

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

const listOf = (value: unknown, key: string): readonly unknown[] => {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
};

/** Of a list the schema refuses for its length only the beginning is looked at. */
const sane = (list: readonly unknown[]): readonly unknown[] => (list.length > 5_000 ? list.slice(0, 100) : list);

const textsOf = (value: unknown, key: string, path: string): readonly LooseText[] =>
  sane(listOf(value, key)).flatMap((text, index) =>
    typeof text === 'string' ? [{ text, path: `${path}.${key}[${index}]` }] : [],
  );

const fieldsOf = (list: readonly unknown[], name: string, key: string): readonly LooseText[] =>
  list.flatMap((each, index) => {
    const text = fieldOf(each, key);
    return typeof text === 'string' ? [{ text, path: `${name}[${index}].${key}` }] : [];
  });

const asTaskId = (each: LooseText): readonly (LooseText & { readonly id: TaskId })[] => {
  const id = TaskId.safeParse(each.text).data;
  return id === undefined ? [] : [{ ...each, id }];
};
