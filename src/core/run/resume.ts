import { ruleOf } from '../outcome-rules.js';
import type { TaskId } from '../plan/plan.js';
import type { LandedStep } from './event.js';
import type { Run, TaskRecord } from './run.js';

/** Work of a task that is done: `commit` changes `start`. */
export interface DoneWork {
  readonly task: TaskId;
  readonly attempt: number;
  readonly commit: string;
  readonly start: string;
}

/**
 * What a killed run is to be told before it goes on, so that its record agrees with git. In this order: the run is
 * resumed with `lost` and `steps`; `landed` are recorded; `evicted` are; `toLand` are landed.
 */
export interface Resumption {
  /** Tasks on record as landed whose commits are gone: they are done again. */
  readonly lost: readonly TaskId[];
  /** Whose last commit, landed or not, is gone: nothing of it can be shown or kept. */
  readonly workGone: readonly TaskId[];
  /** So many steps of the integration branch are there. */
  readonly steps: number;
  /** Had landed when the process was killed, before it could say so. */
  readonly landed: readonly LandedTask[];
  /** Had been taken out, before it could be said. */
  readonly evicted: readonly TaskId[];
  /** Done and validated, and not on the integration branch: nobody pays for them again. What builds on another is after it. */
  readonly toLand: readonly DoneWork[];
}

export type LandedTask = DoneWork & { readonly head: string };

/** Ends that leave something to do, which may succeed another time. */
const passing: ReadonlySet<string> = new Set(['run-timeout', 'push-refused', 'push-failed']);

/**
 * Whether a run may go on: it was killed, or stopped on request, by the platform or at its own deadline, or its work
 * could not be pushed.
 */
export const isUnfinished = ({ end }: Run): boolean =>
  end === undefined || end.status === 'cancelled' || passing.has(end.failure?.reason ?? '');

/** Every commit the record of a run names; what of them is there is for git to say. */
export const commitsOf = ({ steps, tasks }: Run): readonly string[] => [
  ...new Set([
    ...steps.flatMap(({ head, commit, start }) => [head, commit, start]),
    ...tasks.flatMap(({ commit, start }) => [commit, start].filter((each) => each !== undefined)),
  ]),
];

/** Holds the record of a killed run against git, which wins. `has` says whether a commit is there. */
export const resumeFrom = (run: Run, has: (commit: string) => boolean): Resumption => {
  const there = run.steps.findIndex(({ head, commit, start }) => ![head, commit, start].every(has));
  const steps = there < 0 ? run.steps : run.steps.slice(0, there);
  const stepOf = new Map(steps.map((step) => [step.task, step]));
  const isGone = ({ task }: TaskRecord): boolean => !stepOf.has(task.id);
  const saidLanded = run.tasks.filter(({ state }) => state.kind === 'landed');
  const isWhole = steps.length === run.steps.length;
  const lost = isWhole ? [] : saidLanded.filter(isGone);
  return {
    lost: idsOf(lost),
    workGone: idsOf(run.tasks.filter((record) => hasLostWork(record, has))),
    steps: steps.length,
    landed: run.tasks.flatMap((record) => unsaidLanding(record, stepOf.get(record.task.id)) ?? []),
    evicted: isWhole ? idsOf(saidLanded.filter(isGone)) : [],
    toLand: [
      ...lost.flatMap((record) => landedBefore(run, record, has) ?? []).toSorted(byLanding(run)),
      ...run.tasks.filter(isGone).flatMap((record) => doneWork(run, record, has) ?? []),
    ],
  };
};

const idsOf = (records: readonly TaskRecord[]): readonly TaskId[] => records.map(({ task }) => task.id);

const hasLostWork = ({ commit, start }: TaskRecord, has: (commit: string) => boolean): boolean =>
  [commit, start].some((each) => each !== undefined && !has(each));

const byLanding =
  ({ landings }: Run) =>
  (a: DoneWork, b: DoneWork): number =>
    landings.indexOf(a.task) - landings.indexOf(b.task);

/** Its landing is gone, what it landed is not. */
const landedBefore = (
  { steps }: Run,
  { task, state }: TaskRecord,
  has: (commit: string) => boolean,
): DoneWork | undefined => {
  const step = steps.find((each) => each.task === task.id);
  if (state.kind !== 'landed' || step === undefined || !has(step.commit) || !has(step.start)) return undefined;
  return { task: task.id, attempt: state.attempt, commit: step.commit, start: step.start };
};

/** The process was killed between the landing and its record. */
const unsaidLanding = ({ task, state, attempts }: TaskRecord, step?: LandedStep): LandedTask | undefined => {
  if (step === undefined || state.kind === 'landed' || state.kind === 'failed') return undefined;
  const attempt = state.kind === 'running' || state.kind === 'landing' ? state.attempt : attempts;
  return { task: task.id, attempt: Math.max(1, attempt), commit: step.commit, start: step.start, head: step.head };
};

/** The last message of the attempt that was cut short had brought all that was asked. */
const doneWork = (run: Run, record: TaskRecord, has: (commit: string) => boolean): DoneWork | undefined => {
  const { task, state, spans, iterations, commit, start } = record;
  const last = iterations.at(-1);
  const [attempt, wasAtWork] = [spans.at(-1)?.attempt, ['running', 'landing', 'cancelled'].includes(state.kind)];
  if (!wasAtWork || last?.endedAt === undefined || last.outcome === undefined || last.attempt !== attempt)
    return undefined;
  const since = last.endedAt;
  const hadConflict = run.conflicts.some((conflict) => conflict.task === task.id && conflict.at >= since);
  if (ruleOf(last.outcome).next !== 'done' || hadConflict) return undefined;
  if (commit === undefined || start === undefined || !has(commit) || !has(start)) return undefined;
  return { task: task.id, attempt: last.attempt, commit, start };
};
