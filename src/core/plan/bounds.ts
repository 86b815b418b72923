import { criticalPath, type Node } from './graph.js';
import type { PlanDocument } from './plan.js';

/**
 * The least time any schedule can take, in the unit of `durations`: the critical path, or all the work spread evenly
 * over `agents`. A task without a duration counts as zero.
 */
export const lowerBoundMs = <Id extends string>(
  tasks: readonly Node<Id>[],
  durations: ReadonlyMap<Id, number>,
  agents: number,
): number => {
  const durationOf = (task: Node<Id>): number => durations.get(task.id) ?? 0;
  const total = tasks.reduce((sum, task) => sum + durationOf(task), 0);
  return Math.max(criticalPath(tasks, durationOf).length, total / Math.max(1, agents));
};

/** Whether agents at once are worth it. `bound` is the most the plan can be sped up by, 1 for not at all. */
export interface Payoff {
  readonly pays: boolean;
  readonly bound: number;
  /** One sentence for a person. */
  readonly why: string;
}

/** Below this bound, or with fewer tasks, a run in sequence is simpler and hardly slower (design section 6). */
const leastBound = 1.3;
const leastTasks = 3;

/** Judged by the plan's own estimates. */
export const parallelPays = (plan: PlanDocument, maxAgents: number): Payoff => {
  const durations = new Map(plan.tasks.map((task) => [task.id, task.estimateMinutes]));
  const total = plan.tasks.reduce((sum, task) => sum + task.estimateMinutes, 0);
  const bound = total / lowerBoundMs(plan.tasks, durations, maxAgents);
  const atMost = `agents at once can make this plan at most ${bound.toFixed(1)} times as fast`;
  if (plan.tasks.length < leastTasks) {
    return { pays: false, bound, why: `in sequence: a plan of ${plan.tasks.length === 1 ? '1 task' : '2 tasks'}` };
  }
  return bound < leastBound
    ? { pays: false, bound, why: `in sequence: ${atMost}, which is less than ${leastBound}` }
    : { pays: true, bound, why: `in parallel: ${atMost}` };
};
