import { lowerBoundMs } from '../plan/bounds.js';
import type { Run } from '../run/run.js';
import type { Batch, TimeSummary } from './summary.js';
import { workedMs } from './tasks.js';

/** The figures of time as of `now` (epoch ms); what each means is said at `TimeSummary`. */
export const summarizeTime = (run: Run, now: number): TimeSummary => {
  const actualMs = now - run.startedAt - pausedMs(run, run.startedAt, now);
  const tasksMs = wallOfTasks(run, now);
  const workMs = run.tasks.reduce((sum, task) => sum + workedMs(task, now), 0);
  const rest = actualMs - tasksMs;
  const worked = new Map(run.tasks.map((record) => [record.task.id, workedMs(record, now)]));
  const plan = run.tasks.map(({ task }) => task);
  // A task that lands holds no agent: where landings overlap starts, a bound by agents could be too high.
  const bound = Math.min(tasksMs, lowerBoundMs(plan, worked, run.maxAgents));
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
  const [from, to] = [
    Math.min(...spans.map((span) => span.startedAt)),
    Math.max(...spans.map((span) => span.endedAt ?? now)),
  ];
  return to - from - pausedMs(run, from, to);
};

/** Between a kill and the resume nobody was at work, and nobody waited for it. */
const pausedMs = ({ pauses }: Run, from: number, to: number): number =>
  pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(pause.to, to) - Math.max(pause.from, from)), 0);

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
