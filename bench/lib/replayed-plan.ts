import type { Plan, TaskId } from '../../src/core/plan/plan.js';
import { aPlan, aTask } from '../../__tests__/support/builders.js';
import type { Chance } from '../../__tests__/support/chance.js';

/** A plan with what each of its tasks really takes, minutes; the plan's own estimates are off, as estimates are. */
export interface ReplayedPlan {
  readonly plan: Plan;
  readonly minutes: ReadonlyMap<TaskId, number>;
}

/** What a task of a plan of `size` waits for, by index. */
type Shape = (index: number, size: number, chance: Chance) => readonly number[];

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** The shapes plans come in: a contract first and wiring last, layers, a sparse graph, chains side by side. */
const shapes: readonly Shape[] = [
  (index, size) => (index === 0 ? [] : index === size - 1 ? upTo(index).slice(1).slice(-100) : [0]),
  (index, size, chance) => {
    const width = Math.max(2, Math.round(size / 3));
    const layer = upTo(Math.floor(index / width) * width).slice(-width);
    return layer.filter(() => chance.happens(0.5)).slice(-100);
  },
  (index, _size, chance) => upTo(index).filter(() => chance.happens(1.2 / Math.max(1, index))),
  (index, size) => (index < size / 3 ? [] : [index - Math.ceil(size / 3)]),
];

/** A normal deviate, by Box and Muller. */
const normal = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());

const medianMinutes = 3;
const spread = 0.5;
/** One standard deviation: an estimate is off by a factor of e^0.4 = 1.5. */
const estimateError = 0.4;

/** A plan of `size` tasks with log-normal durations (median 3 minutes, sigma 0.5), each with a file of its own. */
export const replayedPlan = (size: number, chance: Chance): ReplayedPlan => {
  const shape = shapes[chance.below(shapes.length)] ?? upTo;
  const minutes = upTo(size).map(() => medianMinutes * Math.exp(spread * normal(chance)));
  const tasks = minutes.map((took, index) =>
    aTask(`t-${index}`, {
      dependsOn: shape(index, size, chance).map((other) => `t-${other}`),
      estimateMinutes: Math.max(1, Math.round(took * Math.exp(estimateError * normal(chance)))),
    }),
  );
  return { plan: aPlan(tasks), minutes: new Map(tasks.map(({ id }, index) => [id, minutes[index] ?? 0])) };
};
