import { bottomLevels, type Node } from './graph.js';
import type { PlanDocument } from './plan.js';

/**
 * A time no schedule can undercut, in the unit of `durations`: the critical path, all the work spread evenly over
 * `agents`, or between the two, for any tasks, the earliest any of them can begin, their work spread evenly, and the
 * least that is left to do after any of them (heads and tails; J. Carlier, "The one-machine sequencing problem",
 * 1982). The plain maximum of the first two is out of reach where a first task lets all others wait. A task without a
 * duration counts as zero.
 */
export const lowerBoundMs = <Id extends string>(
  tasks: readonly Node<Id>[],
  durations: ReadonlyMap<Id, number>,
  agents: number,
): number => {
  const spans = spansOf(tasks, (task) => durations.get(task.id) ?? 0);
  const heads = unique(spans.map(({ head }) => head));
  const tails = unique(spans.map(({ tail }) => tail));
  const bounds = heads.flatMap((head) =>
    tails.map((tail) => {
      const work = workOf(spans.filter((span) => span.head >= head && span.tail >= tail));
      return work === 0 ? 0 : head + work / Math.max(1, agents) + tail;
    }),
  );
  return Math.max(0, ...spans.map(({ head, own, tail }) => head + own + tail), ...bounds);
};

/** A task's own duration, the least time before its start and the least time after its end. */
interface Span {
  readonly head: number;
  readonly own: number;
  readonly tail: number;
}

const spansOf = <Id extends string>(
  tasks: readonly Node<Id>[],
  durationOf: (task: Node<Id>) => number,
): readonly Span[] => {
  const tails = bottomLevels<Id, Node<Id>>(tasks, durationOf);
  const heads = bottomLevels<Id, Node<Id>>(reversed(tasks), durationOf);
  return tasks.map((task) => {
    const own = durationOf(task);
    return { own, head: (heads.get(task.id) ?? own) - own, tail: (tails.get(task.id) ?? own) - own };
  });
};

/** The same graph with every edge turned round. */
const reversed = <Id extends string>(tasks: readonly Node<Id>[]): readonly Node<Id>[] =>
  tasks.map(({ id }) => ({
    id,
    dependsOn: tasks.filter((task) => task.dependsOn.includes(id)).map((task) => task.id),
  }));

const workOf = (spans: readonly Span[]): number => spans.reduce((sum, { own }) => sum + own, 0);

const unique = (values: readonly number[]): readonly number[] => [...new Set(values)];

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
