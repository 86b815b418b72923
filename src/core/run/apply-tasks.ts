import { agentNumber, type PlanDocument, type TaskId } from '../plan/plan.js';
import type { RunEvent } from './event.js';
import type { Run, TaskRecord, TaskState } from './run.js';

/** The tasks of a plan nobody has begun with. */
export const tasksOf = (plan: PlanDocument): readonly TaskRecord[] =>
  plan.tasks.map((task) => ({
    task,
    agent: agentNumber(plan, task.id),
    state: { kind: 'pending' },
    attempts: 0,
    spans: [],
    iterations: [],
    attemptFailures: [],
    changes: [],
  }));

/** Notes the moment at which all a task depends on had landed. */
export const markReady = (tasks: readonly TaskRecord[], at: number): readonly TaskRecord[] => {
  const landed = new Set(tasks.filter((each) => each.state.kind === 'landed').map((each) => each.task.id));
  return tasks.map((each) =>
    each.readyAt === undefined && each.task.dependsOn.every((id) => landed.has(id)) ? { ...each, readyAt: at } : each,
  );
};

/** For an event about one task; nothing changes where it is unknown. */
export const withTask = (run: Run, id: TaskId, next: (task: TaskRecord) => TaskRecord): Run => ({
  ...run,
  tasks: run.tasks.map((each) => (each.task.id === id ? next(each) : each)),
});

const isOpen = (task: TaskRecord): boolean => ['pending', 'running', 'landing'].includes(task.state.kind);

/** For events that cannot move a task that is already landed, failed, skipped or cancelled. */
export const withOpenTask = (run: Run, id: TaskId, next: (task: TaskRecord) => TaskRecord): Run =>
  withTask(run, id, (task) => (isOpen(task) ? next(task) : task));

/** Ends a task that is still open. */
export const stop = (run: Run, id: TaskId, state: TaskState & { readonly at: number }): Run =>
  withOpenTask(run, id, (task) => ({ ...task, spans: endSpan(task.spans, state.at), state }));

/** Ends the time an agent is at work for a task. */
export const endSpan = (spans: TaskRecord['spans'], at: number): TaskRecord['spans'] =>
  spans.map((span) => (span.endedAt === undefined ? { ...span, endedAt: at } : span));

/** Agents at work are running tasks and open repairs. */
export const withPeak = (run: Run): Run => {
  const running = run.tasks.filter((each) => each.state.kind === 'running').length;
  const repairing = run.repairs.filter((each) => each.endedAt === undefined).length;
  return { ...run, peakAgents: Math.max(run.peakAgents, running + repairing) };
};

/** A second landing of a task (a repair) keeps its place in the order of landings. */
export const land = (run: Run, event: Extract<RunEvent, { type: 'task-landed' }>): Run => {
  const landed = withTask(run, event.task, (task) => ({
    ...task,
    attempts: Math.max(task.attempts, event.attempt),
    commit: event.commit,
    changes: event.changes,
    spans: endSpan(task.spans, event.at),
    state: { kind: 'landed', attempt: event.attempt, commit: event.commit, head: event.head, at: event.at },
  }));
  const known = run.tasks.some((each) => each.task.id === event.task) && !run.landings.includes(event.task);
  return {
    ...landed,
    tasks: markReady(landed.tasks, event.at),
    landings: known ? [...landed.landings, event.task] : landed.landings,
  };
};
