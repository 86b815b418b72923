import type { Run, TaskRecord } from '../run/run.js';
import type { Batch, TimeSummary } from './summary.js';
import { workedMs } from './tasks.js';

/** The figures of time as of `now` (epoch ms); what each means is said at `TimeSummary`. */
export const summarizeTime = (run: Run, now: number): TimeSummary => {
  const actualMs = now - run.startedAt;
  const tasksMs = wallOfTasks(run, now);
  const workMs = run.tasks.reduce((sum, task) => sum + workedMs(task, now), 0);
  const rest = actualMs - tasksMs;
  const bound = Math.max(criticalPathMs(run.tasks, now), workMs / run.maxAgents);
  return {
    actualMs,
    sequentialMs: workMs + rest,
    savedMs: workMs - tasksMs,
    lowerBoundMs: bound + rest,
    efficiency: tasksMs > 0 && workMs > 0 ? Math.min(1, bound / tasksMs) : null,
  };
};

/** From the first start of a task to the last end, both included: idle time between tasks counts. */
const wallOfTasks = (run: Run, now: number): number => {
  const spans = run.tasks.flatMap((task) => task.spans);
  if (spans.length === 0) return 0;
  return Math.max(...spans.map((span) => span.endedAt ?? now)) - Math.min(...spans.map((span) => span.startedAt));
};

/** The longest chain of dependent tasks, by what they really took. */
const criticalPathMs = (tasks: readonly TaskRecord[], now: number): number => {
  const known = new Map<string, number>();
  const pathTo = (id: string): number => {
    const before = known.get(id);
    if (before !== undefined) return before;
    known.set(id, 0); // A cycle cannot be in a checked plan; a damaged journal must not hang us.
    const task = tasks.find((each) => each.task.id === id);
    const path =
      task === undefined ? 0 : workedMs(task, now) + Math.max(0, ...task.task.dependsOn.map((on) => pathTo(on)));
    known.set(id, path);
    return path;
  };
  return Math.max(0, ...tasks.map((task) => pathTo(task.task.id)));
};

interface Ran {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What ran together, from real times. There are no batches in the scheduler; people think in them, so a new one is
 * said to begin with the first task that started after a task of the batch before was over.
 */
export const findBatches = (run: Run, now: number): readonly Batch[] => {
  const ran = run.tasks.flatMap(({ task, spans }): readonly Ran[] => {
    const [first, last] = [spans[0], spans.at(-1)];
    return first === undefined ? [] : [{ id: task.id, start: first.startedAt, end: last?.endedAt ?? now }];
  });
  const groups: Ran[][] = [];
  for (const task of [...ran].sort((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    if (group === undefined || group.some((each) => each.end <= task.start)) groups.push([task]);
    else group.push(task);
  }
  return groups.map(batchOf);
};

const batchOf = (group: readonly Ran[]): Batch => {
  const start = Math.min(...group.map((each) => each.start));
  return {
    tasks: group.map((each) => each.id),
    startedAt: new Date(start).toISOString(),
    durationMs: Math.max(...group.map((each) => each.end)) - start,
  };
};
