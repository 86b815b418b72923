import { firstMessage, nextMessage, redoMessage, type Tried } from '../core/agent-message/agent-message.js';
import type { Failure } from '../core/failure.js';
import { nameKeyInput } from '../core/key-failures.js';
import { ruleOf } from '../core/outcome-rules.js';
import type { TaskId } from '../core/plan/plan.js';
import type { TaskRecord } from '../core/run/run.js';
import { taskRecord } from '../core/run/task-record.js';
import { atDesk, type Desk } from './desk.js';
import { foldDependencies } from './fold.js';
import type { Work } from './step.js';
import { iterate, type Iteration } from './iterate.js';
import type { Tools } from './tools.js';

/** How one attempt ended. `escalate` means that another attempt would not help. */
export type AttemptEnd =
  | { readonly kind: 'done'; readonly work: Work }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly escalate: boolean }
  /** Nothing new may start, what is at work goes on. */
  | { readonly kind: 'stop-starting'; readonly failure: Failure }
  | { readonly kind: 'stop-run'; readonly failure: Failure }
  | { readonly kind: 'cancelled' };

export interface Assignment {
  readonly task: TaskId;
  readonly attempt: number;
  /** `redo`: on top of what landed, after a conflict. */
  readonly mode: 'fresh' | 'redo';
  /** Told every commit that stays: one more message follows, or (`isDone`) it is about to land. */
  readonly onCommit?: (commit: string, isDone: boolean) => Promise<void>;
}

/**
 * One attempt, already recorded as started, from a clean base: messages until a validated result, the iterations are
 * used up, or its rule ends it. `head` is that of the integration branch.
 */
export const workOnTask = async (tools: Tools, assignment: Assignment, head: string): Promise<AttemptEnd> => {
  const { task, attempt } = assignment;
  const start = await startOf(tools, assignment, head);
  const onSlow = (elapsedMs: number): void => tellSlow(tools, assignment, elapsedMs);
  const onExtended = (): void => tellExtended(tools, assignment);
  return atDesk(tools, { task, attempt, start, onSlow, onExtended }, (desk) => converse(desk, assignment));
};

const startOf = async ({ repository, recorder }: Tools, { task, mode }: Assignment, head: string): Promise<string> => {
  if (mode === 'redo') return head;
  const { dependsOn } = taskRecord(recorder.run, task).task;
  if (dependsOn.length === 0) return repository.base.sha;
  return (await foldDependencies(repository, recorder.run, dependsOn)) ?? head;
};

const tellSlow = ({ recorder }: Tools, { task, attempt }: Assignment, elapsedMs: number): void => {
  const iteration = taskRecord(recorder.run, task).iterations.at(-1)?.iteration ?? 1;
  recorder.record({ type: 'agent-slow', task, attempt, iteration, elapsedMs });
};

const tellExtended = ({ recorder, settings }: Tools, { task, attempt }: Assignment): void => {
  const iteration = taskRecord(recorder.run, task).iterations.at(-1)?.iteration ?? 1;
  const { timeoutExtensionMs: extensionMs } = settings;
  recorder.record({ type: 'agent-extended', task, attempt, iteration, extensionMs });
};

const converse = async (desk: Desk, assignment: Assignment): Promise<AttemptEnd> => {
  const { recorder, settings, repository } = desk.tools;
  let before: Iteration | undefined;
  for (let iteration = 1; iteration <= settings.maxIterations; iteration += 1) {
    const { task, attempt } = assignment;
    recorder.record({ type: 'iteration-started', task, attempt, iteration });
    const now = await iterate(desk, await messageFor(desk, assignment, iteration, before), before);
    const { outcome, detail, usage, durationMs, changes, refused, validation } = now;
    recorder.record({
      type: 'iteration-ended',
      task,
      attempt,
      iteration,
      outcome,
      detail,
      usage,
      durationMs,
      changes: [...changes],
      refused: [...refused],
      validation: [...validation],
      ...(now.revision === undefined ? {} : { commit: now.revision.commit, start: desk.start }),
    });
    if (now.revision !== undefined) await markBranch(repository, desk.agent, now.revision.commit);
    const end = endOf(desk, now, before);
    const isDone = end?.kind === 'done';
    if (now.revision !== undefined && (end === undefined || isDone))
      await assignment.onCommit?.(now.revision.commit, isDone);
    if (end !== undefined) return end;
    if (desk.tools.signal.aborted) return { kind: 'cancelled' };
    before = now;
  }
  return { kind: 'failed', failure: iterationsUsedUp(settings.maxIterations, before), escalate: false };
};

const endOf = ({ start, task, tools }: Desk, now: Iteration, before?: Iteration): AttemptEnd | undefined => {
  const rule = ruleOf(now.outcome, before?.outcome);
  switch (rule.next) {
    case 'done':
      return now.revision === undefined
        ? { kind: 'failed', failure: rule.failure(now.detail), escalate: false }
        : { kind: 'done', work: { commit: now.revision.commit, start } };
    case 'next-message':
      return undefined;
    case 'new-attempt':
      return { kind: 'failed', failure: rule.failure(now.detail), escalate: false };
    case 'wait-and-retry':
    case 'escalate':
      return { kind: 'failed', failure: rule.failure(now.detail), escalate: true };
    case 'stop-starting':
    case 'stop-run':
      return {
        kind: rule.next,
        failure: nameKeyInput(rule.failure(now.detail), task.model ?? tools.settings.model),
      };
    case 'cancel':
      return { kind: 'cancelled' };
  }
};

const iterationsUsedUp = (max: number, last: Iteration | undefined): Failure => {
  const why = last === undefined ? undefined : ruleOf(last.outcome).failure(last.detail);
  return {
    reason: 'iterations-used-up',
    who: why?.who ?? 'user',
    message: `${max} iterations did not lead to a validated result. Last: ${why?.message ?? 'nothing was sent'}`,
    action: why?.action ?? 'Raise max-iterations.',
  };
};

const markBranch = async (repository: Tools['repository'], agent: number, commit: string): Promise<void> => {
  const ref = `refs/heads/agent-${agent}`;
  await repository.setRef(ref, commit);
};

const messageFor = async (
  desk: Desk,
  assignment: Assignment,
  iteration: number,
  before?: Iteration,
): Promise<string> => {
  const { recorder, settings, repository } = desk.tools;
  const { run } = recorder;
  const { attempt, mode } = assignment;
  const record = taskRecord(run, assignment.task);
  const { maxIterations } = settings;
  const common = { task: desk.task, plan: run.plan?.plan, prd: run.prd?.prd, attempt, iteration, maxIterations };
  const tried = triedSoFar(record);
  if (before !== undefined) {
    const { outcome, detail, validation, refused } = before;
    return nextMessage({ ...common, previous: { outcome, detail, validation, refused }, tried });
  }
  if (mode === 'fresh' || record.commit === undefined) return firstMessage({ ...common, tried });
  const files = run.conflicts.findLast((each) => each.task === assignment.task)?.files ?? [];
  const oldDiff = await repository.diff(`${record.commit}^`, record.commit, maxOldDiffBytes);
  return redoMessage({ ...common, files, oldDiff });
};

const maxOldDiffBytes = 40_000;

const triedSoFar = ({ iterations }: TaskRecord): readonly Tried[] =>
  iterations.flatMap(({ attempt, iteration, outcome, detail }) =>
    outcome === undefined ? [] : [{ attempt, iteration, outcome, detail: detail ?? '' }],
  );
