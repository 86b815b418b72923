import type { RepairRecord, Run, TaskRecord } from '../run/run.js';
import { addUsage, noUsage, type Usage } from '../usage.js';
import type { TaskSummary, Tokens } from './summary.js';

export const tokensOf = (usage: Usage): Tokens => ({ sent: usage.tokensSent, received: usage.tokensReceived });

export const repairsOf = (run: Run, task: TaskRecord): readonly RepairRecord[] =>
  run.repairs.filter((repair) => repair.task === task.task.id);

/** Time at work up to `now` (epoch ms): all attempts, an open one included, without the waits between them. */
export const workedMs = (task: TaskRecord, now: number): number =>
  task.spans.reduce((sum, span) => sum + Math.max(0, (span.endedAt ?? now) - span.startedAt), 0);

/** All figures of one task as of `now`. */
export const summarizeTask = (run: Run, task: TaskRecord, now: number): TaskSummary => {
  const messages = [...task.iterations, ...repairsOf(run, task)];
  const usage = messages.reduce((sum, each) => addUsage(sum, each.usage ?? noUsage), noUsage);
  return {
    id: task.task.id,
    title: task.task.title,
    agent: task.agent,
    branch: `agent-${task.agent}`,
    status: task.state.kind,
    attempts: task.attempts,
    iterations: messages.length,
    durationMs: workedMs(task, now),
    queuedMs: queuedMs(run, task),
    costUsd: usage.costUsd,
    tokens: tokensOf(usage),
    linesAdded: task.changes.reduce((sum, change) => sum + change.linesAdded, 0),
    linesDeleted: task.changes.reduce((sum, change) => sum + change.linesDeleted, 0),
    files: task.changes.map((change) => change.path),
    commit: task.commit ?? null,
    ...failureOf(task),
  };
};

/** A task can be ready before any task may start (set-up, baseline); that wait is not its queue. */
const queuedMs = (run: Run, task: TaskRecord): number => {
  if (task.firstStartedAt === undefined || task.readyAt === undefined) return 0;
  const opened = run.phases.find((each) => each.phase === 'tasks')?.startedAt ?? task.readyAt;
  return Math.max(0, task.firstStartedAt - Math.max(task.readyAt, opened));
};

const failureOf = (task: TaskRecord): Pick<TaskSummary, 'failure'> => {
  if (task.state.kind !== 'failed') return {};
  const { reason, message, action, evidence } = task.state.failure;
  return { failure: { reason, message, action, ...(evidence === undefined ? {} : { evidence }) } };
};
