import type { Failure } from '../core/failure.js';
import { nameKeyInput } from '../core/key-failures.js';
import { parallelPays } from '../core/plan/bounds.js';
import type { Plan, TaskId } from '../core/plan/plan.js';
import { decide, type Command } from '../core/schedule/decide.js';
import type { TaskRecord } from '../core/run/run.js';
import { taskRecord } from '../core/run/task-record.js';
import type { Integration } from './integration.js';
import { internalError } from './internal-error.js';
import type { Work } from './step.js';
import type { Tools } from './tools.js';
import { workOnTask, type AttemptEnd } from './work-on-task.js';

/** A redo on top of what landed is tried this often; then the conflict is a person's. */
const maxRedos = 1;

/**
 * Runs every task of the plan: a thin runner around the pure `decide`. After each event it asks again what to start,
 * so the next task starts at the landing that frees it; there is no timer and no batch.
 *
 * While a provider asks for a pause nothing starts.
 *
 * Resolves with a failure only when one ended the whole run: a dead key, the budget, or an error of our own in one
 * task, which must not cost what the others have done. A failed task is in the run's record. At the budget's end what
 * is at work goes on; the others stop it.
 */
export const runPlan = async (tools: Tools, plan: Plan, integration: Integration): Promise<Failure | undefined> => {
  const { recorder, settings, signal } = tools;
  const sequential = chooseSequence(tools, plan);
  const limits = { maxAgents: sequential ? 1 : settings.maxAgents, maxAttempts: settings.maxAttempts, sequential };
  let fatal: Failure | undefined;

  let unlisten = (): void => undefined;
  const over = new AbortController();
  const stopRun = (failure: Failure) => {
    fatal ??= failure;
    tools.halt();
  };
  const work = async ({ task, attempt, mode }: Start): Promise<void> => {
    try {
      const end = await workOnTask(tools, { task, attempt, mode }, integration.head.commit);
      if (end.kind === 'stop-run') stopRun(end.failure);
      if (end.kind === 'stop-starting') fatal = stopStarting(tools, end.failure, fatal);
      await settle(tools, { id: task, attempt, end, integration });
    } catch (error) {
      const failure = internalError(error);
      if (signal.aborted) return tellBroken(tools, task, failure);
      stopRun(failure);
      recorder.record({ type: 'task-failed', task, failure });
    }
  };
  await new Promise<void>((resolve, reject) => {
    const pump = () => {
      const stopping = signal.aborted || fatal !== undefined;
      const paused = tools.watch?.mayStart(settings.model) === false;
      const commands = decide({ plan, run: recorder.run, limits: { ...limits, stopping, paused } });
      for (const command of commands) execute(command);
      if (commands.some(({ kind }) => kind === 'skip')) pump();
    };
    const execute = (command: Command) => {
      switch (command.kind) {
        case 'start':
          recordStart(tools, command);
          work(command).then(pump).catch(reject);
          return;
        case 'skip':
          recorder.record({ type: 'task-skipped', task: command.task, ...because(command), why: command.why });
          return;
        case 'finish':
          resolve();
      }
    };
    unlisten =
      tools.watch?.listen((news) => {
        if (news.kind === 'dead-key') stopRun(nameKeyInput(news.failure, settings.model));
        pump();
      }) ?? unlisten;
    // During a pause nobody is at work whose end would be asked after.
    signal.addEventListener('abort', pump, { once: true, signal: over.signal });
    pump();
  }).finally(() => {
    unlisten();
    over.abort();
  });
  cancelPending(tools);
  if (fatal !== undefined) skipPending(tools, fatal);
  return fatal;
};

/** Told once: nothing else on the record says why the other tasks never began. */
const stopStarting = ({ recorder }: Tools, why: Failure, before: Failure | undefined): Failure => {
  if (before !== undefined) return before;
  recorder.record({ type: 'warning', message: `${why.message} No further task is started; what is at work goes on.` });
  return why;
};

/** What had not started when the budget was reached. */
const skipPending = ({ recorder }: Tools, { message }: Failure): void => {
  for (const { task, state } of recorder.run.tasks)
    if (state.kind === 'pending') recorder.record({ type: 'task-skipped', task: task.id, why: message });
};

/** While everything is being stopped, an error is no more than a note. */
const tellBroken = ({ recorder }: Tools, task: TaskId, { message }: Failure): void => {
  recorder.record({ type: 'warning', message: `While "${task}" was stopped: ${message}` });
  recorder.record({ type: 'task-cancelled', task });
};

type Start = Extract<Command, { kind: 'start' }>;

const because = ({ because: root }: { readonly because?: TaskId }) => (root === undefined ? {} : { because: root });

/** Recorded at once, so that no later decision starts the task a second time. */
const recordStart = ({ recorder, settings }: Tools, { task: id, attempt, mode }: Start): void => {
  const { agent, task } = taskRecord(recorder.run, id);
  recorder.record({ type: 'task-started', task: id, agent, attempt, model: task.model ?? settings.model, mode });
};

const chooseSequence = ({ recorder, settings }: Tools, plan: Plan): boolean => {
  const { pays, why } = parallelPays(plan, settings.maxAgents);
  if (!pays) recorder.record({ type: 'sequence-chosen', why });
  return !pays;
};

interface Settling {
  readonly id: TaskId;
  readonly attempt: number;
  readonly end: AttemptEnd;
  readonly integration: Integration;
}

/** Turns the end of an attempt into the task's next state. */
const settle = async (tools: Tools, settling: Settling): Promise<void> => {
  const { recorder, settings } = tools;
  const { id, attempt, end } = settling;
  switch (end.kind) {
    case 'done':
      return landWork(tools, settling, end.work);
    case 'cancelled':
      recorder.record({ type: 'task-cancelled', task: id });
      return;
    case 'stop-starting':
    case 'stop-run':
      recorder.record({ type: 'task-failed', task: id, failure: end.failure });
      return;
    case 'failed': {
      recorder.record({ type: 'attempt-failed', task: id, attempt, failure: end.failure });
      const record = taskRecord(recorder.run, id);
      const allowed = record.task.maxAttempts ?? settings.maxAttempts;
      if (end.escalate || record.attemptFailures.length >= allowed)
        giveUp(tools, record, escalation(record, end.failure));
    }
  }
};

const landWork = async (tools: Tools, { id, attempt, integration }: Settling, work: Work): Promise<void> => {
  const { recorder, repository } = tools;
  const { commit, start } = work;
  recorder.record({ type: 'task-landing', task: id, attempt, commit });
  const changes = [...(await repository.changes(start, commit))];
  const landing = await integration.land(id, work);
  if (landing.kind === 'landed') {
    recorder.record({ type: 'task-landed', task: id, attempt, commit, head: landing.head.commit, changes });
    if (conflictsOf(tools, id) > 0) recorder.record({ type: 'conflict-ended', task: id, end: 'landed-after-redo' });
    return;
  }
  recorder.record({
    type: 'conflict-found',
    task: id,
    attempt,
    files: [...landing.files],
    with: touching(tools, id, landing.files),
  });
  if (conflictsOf(tools, id) <= maxRedos) return;
  giveUp(tools, taskRecord(recorder.run, id), conflictFailure(taskRecord(recorder.run, id), landing.files));
};

/** Hands a task to a person, and with it a conflict it did not get over. */
const giveUp = ({ recorder }: Tools, { task }: TaskRecord, failure: Failure): void => {
  const open = recorder.run.conflicts.some((conflict) => conflict.task === task.id && conflict.end === undefined);
  if (open) recorder.record({ type: 'conflict-ended', task: task.id, end: 'escalated' });
  recorder.record({ type: 'task-failed', task: task.id, failure });
};

const conflictsOf = ({ recorder }: Tools, id: TaskId): number =>
  recorder.run.conflicts.filter((conflict) => conflict.task === id).length;

/**
 * The landed tasks whose changes meet the files git could not merge. Where a folder was renamed git names a path that
 * nobody wrote; then those who changed something beside it.
 */
const touching = ({ recorder }: Tools, id: TaskId, files: readonly string[]): TaskId[] => {
  const landed = recorder.run.tasks.filter(({ task, state }) => task.id !== id && state.kind === 'landed');
  const changing = (near: (path: string, file: string) => boolean): TaskId[] =>
    landed
      .filter(({ changes }) => changes.some(({ path }) => files.some((file) => near(path, file))))
      .map(({ task }) => task.id);
  const direct = changing(meets);
  return direct.length > 0
    ? direct
    : changing((path, file) => folderOf(path) === folderOf(file) || nameOf(path) === nameOf(file));
};

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** A file that git would move along with its folder keeps its name. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The same path, or one lies below the other: a file where the other needs a folder. */
const meets = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || b.startsWith(`${a}~`);

const escalation = (record: TaskRecord, last: Failure): Failure => ({
  ...last,
  message: `Task "${record.task.title}" was given up after ${count(record.attempts, 'attempt')} and ${count(record.iterations.length, 'iteration')}. ${last.message}`,
});

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

const conflictFailure = (record: TaskRecord, files: readonly string[]): Failure => ({
  reason: 'conflict',
  who: 'user',
  message: `The work of agent-${record.agent} conflicts in ${files.join(', ')} with what landed, also when redone on top of it.`,
  action: `Look at branch agent-${record.agent} and merge it by hand, or ask again with the two tasks as one.`,
});

/** When the run is stopped, what had not started is cancelled, not skipped: nobody decided against it. */
const cancelPending = ({ recorder, signal }: Tools): void => {
  if (!signal.aborted) return;
  for (const { task, state } of recorder.run.tasks)
    if (state.kind === 'pending') recorder.record({ type: 'task-cancelled', task: task.id });
};
