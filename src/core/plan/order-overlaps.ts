import { anyOverlap } from './glob-overlap.js';
import { ancestors } from './graph.js';
import type { Task } from './plan.js';

/**
 * Makes the later of two tasks with overlapping writes wait for the earlier one (plan order) where nothing orders
 * them yet. An edge between two tasks that cannot reach each other never closes a cycle, so each pair is judged by
 * the order so far, edges just added included, nearest pairs first: then a chain is added, not every pair of it.
 */
export const orderOverlaps = (
  given: readonly Task[],
): { readonly tasks: Task[]; readonly notes: readonly string[] } => {
  const tasks = [...given];
  const notes: string[] = [];
  let above = ancestors(tasks);
  for (const [earlier, later] of nearestPairs(tasks.length)) {
    const [first, second] = [tasks[earlier], tasks[later]];
    if (first === undefined || second === undefined) continue;
    const ordered = above.get(second.id)?.has(first.id) === true || above.get(first.id)?.has(second.id) === true;
    if (ordered || !anyOverlap(first.writes, second.writes)) continue;
    tasks[later] = { ...second, dependsOn: [...second.dependsOn, first.id] };
    above = ancestors(tasks);
    notes.push(`task "${second.id}" waits for "${first.id}": both may write the same files`);
  }
  return { tasks, notes };
};

const nearestPairs = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_each, distance) => distance)
    .slice(1)
    .flatMap((distance) =>
      Array.from({ length: count - distance }, (_each, first) => [first, first + distance] as const),
    );
