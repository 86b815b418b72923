import type { TaskId } from '../../core/plan/plan.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Step } from '../step.js';
import type { Charge, IsRed } from './find-guilty.js';
import { namedBy } from './named-by.js';
import { foldOnly } from './refold.js';

interface Suspect extends Charge {
  /** The step that made the whole red. */
  readonly index: number;
  readonly isRed: IsRed;
}

/** Whom to add to the suspect, or to put in its place. */
export interface Found {
  readonly task?: TaskId;
  readonly with?: TaskId;
}

/**
 * The earlier task with which a guilty one is red though it is green alone, that is with nothing but what it builds
 * on. Nobody where it is red alone, or cannot stand alone. Where not even the two are red by themselves but the
 * failures name one task, without which the whole is green, that one is guilty and the suspect only brought it to
 * light. The task alone is mostly known: it was validated before it landed.
 */
export const findPartner = async (suspect: Suspect): Promise<Found> => {
  const { steps, index, folding, failures } = suspect;
  const needs = needsOf(suspect);
  const earlier = steps.slice(0, index).filter(({ task }) => !needs.has(task));
  if (earlier.length === 0 || (await isRedWith(suspect, needs, [])) !== false) return {};
  const [only] = earlier;
  if (earlier.length === 1 && only !== undefined) return { with: only.task };
  const [named, ...others] = namedBy(failures, folding.run, new Set(steps.map(({ task }) => task)));
  const isEarlier = others.length === 0 && earlier.some(({ task }) => task === named);
  if (named !== undefined && isEarlier) {
    if ((await isRedWith(suspect, needs, [named])) === true) return { with: named };
    const self = steps[index]?.task;
    if (self !== undefined && (await isGreenWithout(suspect, named))) return { task: named, with: self };
  }
  const partner = await search(suspect, needs, earlier);
  return partner === undefined ? {} : { with: partner };
};

/** Whether the whole up to the suspect would be green had this task never landed. */
const isGreenWithout = async ({ folding, steps, index, isRed }: Suspect, named: TaskId): Promise<boolean> => {
  const rest = steps.slice(0, index + 1).filter(({ task }) => task !== named);
  const revision = await foldOnly(folding, steps, new Set(rest.map(({ task }) => task)));
  return revision !== undefined && (await isRed(revision)) === 'green';
};

/** The first of the earlier tasks with which, all before it included, the suspect is red. */
const search = async (
  suspect: Suspect,
  needs: ReadonlySet<TaskId>,
  earlier: readonly Step[],
): Promise<TaskId | undefined> => {
  let low = 0;
  let high = earlier.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const red = await isRedWith(
      suspect,
      needs,
      earlier.slice(0, middle + 1).map(({ task }) => task),
    );
    if (red === undefined) return undefined;
    if (red) high = middle;
    else low = middle + 1;
  }
  return earlier[low]?.task;
};

/** Undefined where these changes do not apply by themselves. */
const isRedWith = async (
  { folding, steps, isRed }: Suspect,
  needs: ReadonlySet<TaskId>,
  others: readonly TaskId[],
): Promise<boolean | undefined> => {
  const revision = await foldOnly(folding, steps, new Set([...needs, ...others]));
  return revision === undefined ? undefined : (await isRed(revision)) !== 'green';
};

/** The suspect and all that it builds on. */
const needsOf = ({ folding, steps, index }: Suspect): ReadonlySet<TaskId> => {
  const needs = new Set<TaskId>();
  const add = (id: TaskId): void => {
    if (needs.has(id)) return;
    needs.add(id);
    taskRecord(folding.run, id).task.dependsOn.forEach(add);
  };
  const task = steps[index]?.task;
  if (task !== undefined) add(task);
  return needs;
};
