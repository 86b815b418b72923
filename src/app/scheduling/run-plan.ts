import type { Failure } from '../../core/failure.js';
import { nameKeyInput } from '../../core/key-failures.js';
import { parallelPays } from '../../core/plan/bounds.js';
import type { Plan, TaskId } from '../../core/plan/plan.js';
import { ruleOf } from '../../core/outcome-rules.js';
import { decide, type Command } from '../../core/schedule/decide.js';
import { roomFor } from '../../core/schedule/memory.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Integration } from '../integration.js';
import { internalError } from '../internal-error.js';
import type { Tools } from '../tools.js';
import { workOnTask } from '../work-on-task.js';
import { createForecast } from './forecast.js';
import { cancelPending, skipPending, stopStarting, tellBroken, whyStopped } from './left-over.js';
import { settle } from './settle.js';

/**
 * Runs every task of the plan: a thin runner around the pure `decide`. After each event it asks again what to start,
 * so the next task starts at the landing that frees it; there is no timer and no batch.
 *
 * While a provider asks for a pause nothing starts, nor where no memory is left for one more, nor when what is left of
 * the budget cannot pay a single request.
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
  const stops = new Map<TaskId, AbortController>();
  let given: string | undefined;
  /** `failure-mode`: a task that was given up stops the others, but not what is being landed. */
  const stopOthersAfter = (task: TaskId): void => {
    if (given !== undefined || signal.aborted) return;
    given = whyStopped(tools, task);
    if (given !== undefined) stops.forEach((own) => own.abort());
  };
  const forecast = createForecast({ tools, integration, halt: (task) => stops.get(task)?.abort() });
  const work = async ({ task, attempt, mode }: Start): Promise<void> => {
    const own = new AbortController();
    stops.set(task, own);
    const onCommit = (commit: string, isDone: boolean) => forecast.look({ task, commit, isDone });
    const ownTools = { ...tools, signal: AbortSignal.any([signal, own.signal]) };
    try {
      const end = await workOnTask(ownTools, { task, attempt, mode, onCommit }, integration.head.commit);
      const isHalted = end.kind === 'cancelled' && own.signal.aborted && !signal.aborted && given === undefined;
      if (isHalted) return void recorder.record({ type: 'task-requeued', task, attempt });
      if (end.kind === 'stop-run') stopRun(end.failure);
      if (end.kind === 'stop-starting') fatal = stopStarting(tools, end.failure, fatal);
      await settle(tools, { id: task, attempt, integration }, end);
      stopOthersAfter(task);
    } catch (error) {
      const failure = internalError(error);
      if (signal.aborted) return tellBroken(tools, task, failure);
      stopRun(failure);
      recorder.record({ type: 'task-failed', task, failure });
    } finally {
      forecast.forget(task);
      stops.delete(task);
    }
  };
  await new Promise<void>((resolve, reject) => {
    const pump = () => {
      const stopping = signal.aborted || fatal !== undefined || given !== undefined;
      const paused = tools.watch?.mayStart(settings.model) === false;
      const room = roomNow(tools);
      const commands = decide({ plan, run: recorder.run, limits: { ...limits, stopping, paused, ...room } });
      const broke = commands.some(({ kind }) => kind === 'start')
        ? tools.watch?.cannotPay?.(settings.model)
        : undefined;
      if (broke !== undefined) {
        fatal = stopStarting(tools, ruleOf('budget-reached').failure(broke), fatal);
        return pump();
      }
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
  }).finally(async () => {
    unlisten();
    over.abort();
    await forecast.settled();
  });
  cancelPending(tools);
  const why = fatal?.message ?? given;
  if (why !== undefined) skipPending(tools, why);
  return fatal;
};

type Start = Extract<Command, { kind: 'start' }>;

const because = ({ because: root }: { readonly because?: TaskId }) => (root === undefined ? {} : { because: root });

/** Recorded at once, so that no later decision starts the task a second time. */
const recordStart = ({ recorder, settings }: Tools, { task: id, attempt, mode }: Start): void => {
  const { agent, task } = taskRecord(recorder.run, id);
  recorder.record({ type: 'task-started', task: id, agent, attempt, model: task.model ?? settings.model, mode });
};

const roomNow = ({ machine, recorder, clock }: Tools): { readonly room?: number } =>
  machine === undefined ? {} : { room: roomFor(recorder.run, machine.freeMemory(), clock.now()) };

const chooseSequence = ({ recorder, settings }: Tools, plan: Plan): boolean => {
  const { pays, why } = parallelPays(plan, settings.maxAgents);
  if (!pays && recorder.run.sequence === undefined) recorder.record({ type: 'sequence-chosen', why });
  return !pays;
};
