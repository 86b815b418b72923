import { conflictFailure } from '../../core/conflicts/intents.js';
import { touching } from '../../core/conflicts/touching.js';
import type { TaskId } from '../../core/plan/plan.js';
import type { ConflictResolver, FileChange } from '../../core/run/event.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Collision } from '../conflicts/adopt.js';
import { resolveByModel } from '../conflicts/resolve-by-model.js';
import { resolveByRule } from '../conflicts/resolve-by-rule.js';
import type { Integration } from '../integration.js';
import type { Work } from '../step.js';
import type { Tools } from '../tools.js';
import { giveUp } from './give-up.js';

/** A redo on top of what landed is tried this often; then a model may merge the hunks, and then it is a person's. */
const maxRedos = 1;

export interface Finished {
  readonly id: TaskId;
  readonly attempt: number;
  readonly integration: Integration;
}

/**
 * Merges a finished task's work. A conflict goes up the ladder: files that have a rule are resolved by it; else the
 * task is redone on top of what landed; what conflicts again in a few hunks is merged by a model; the rest is a
 * person's, with what both sides wanted. What a rule or a model made lands only validated.
 */
export const landWork = async (tools: Tools, finished: Finished, work: Work): Promise<void> => {
  const { id, attempt } = finished;
  const { recorder } = tools;
  recorder.record({ type: 'task-landing', task: id, attempt, commit: work.commit });
  const collision = await land(tools, finished, { work, how: { end: 'landed-after-redo' } });
  if (collision === undefined) return;
  const { files, others } = collision;
  recorder.record({ type: 'conflict-found', task: id, attempt, files: [...files], with: [...others] });
  if (await climb(tools, finished, { collision, by: 'rule' })) return;
  if (tools.signal.aborted) return void recorder.record({ type: 'task-cancelled', task: id });
  if (conflictsOf(tools, id) <= maxRedos) return void recorder.record({ type: 'task-requeued', task: id, attempt });
  if (await climb(tools, finished, { collision, by: 'model' })) return;
  if (tools.signal.aborted) return void recorder.record({ type: 'task-cancelled', task: id });
  await escalate(tools, collision);
};

/**
 * Undefined once it has landed, and told so. How its conflicts ended is told first: who finds them open after a kill
 * knows that the landing was not told either.
 */
const land = async (
  tools: Tools,
  { id, attempt, integration }: Finished,
  { work, how }: { readonly work: Work; readonly how: End },
): Promise<Collision | undefined> => {
  const { recorder } = tools;
  const { commit } = work;
  const changes = [...(await changesOf(tools, id, work))];
  const landing = await integration.land(id, work);
  if (landing.kind === 'conflict') return { ...landing, id, work, others: touching(recorder.run, id, landing.files) };
  tellEnd(tools, id, how);
  recorder.record({ type: 'task-landed', task: id, attempt, commit, head: landing.head.commit, changes });
  return undefined;
};

/** Those of an agent's commit were told when it was validated; only what a rule or a model made is looked at here. */
const changesOf = async (
  { recorder, repository }: Tools,
  id: TaskId,
  { start, commit }: Work,
): Promise<readonly FileChange[]> => {
  const { changes, commit: told, start: from } = taskRecord(recorder.run, id);
  // Of a later message that left nothing none are told: a commit always changes something.
  const areTold = told === commit && from === start && changes.length > 0;
  return areTold ? changes : repository.changes(start, commit);
};

/** One rung of the ladder: whether the conflict was resolved, and the result landed. */
const climb = async (
  tools: Tools,
  finished: Finished,
  { collision, by }: { readonly collision: Collision; readonly by: ConflictResolver },
): Promise<boolean> => {
  const resolve = by === 'rule' ? resolveByRule : resolveByModel;
  const resolved = await resolve(tools, collision);
  if (resolved === undefined) return false;
  await tools.repository.setRef(
    `refs/heads/agent-${taskRecord(tools.recorder.run, collision.id).agent}`,
    resolved.commit,
  );
  // Others may have landed while it was validated, and not merge with what was made for the head before.
  const how = { end: 'resolved-and-validated', by } as const;
  return (await land(tools, finished, { work: resolved, how })) === undefined;
};

type End =
  { readonly end: 'landed-after-redo' } | { readonly end: 'resolved-and-validated'; readonly by: ConflictResolver };

/** Of the conflicts the task had, if it had any. */
const tellEnd = ({ recorder }: Tools, task: TaskId, how: End): void => {
  if (recorder.run.conflicts.some((conflict) => conflict.task === task && conflict.end === undefined))
    recorder.record({ type: 'conflict-ended', task, ...how });
};

/** Met at a landing; those that were foreseen, or whose redo a kill took the ground from, used up no redo. */
const conflictsOf = ({ recorder }: Tools, id: TaskId): number =>
  recorder.run.conflicts.filter((conflict) => conflict.task === id && !conflict.predicted && !conflict.shaken).length;

const maxDiffBytes = 8_000;

const escalate = async (tools: Tools, { id, work, files, others }: Collision): Promise<void> => {
  const { recorder, repository } = tools;
  const sideOf = async (task: TaskId, from: string, to: string) => ({
    record: taskRecord(recorder.run, task),
    diff: await repository.diff(from, to, maxDiffBytes),
  });
  const own = await sideOf(id, work.start, work.commit);
  const landed = others.flatMap((other) => {
    const { state } = taskRecord(recorder.run, other);
    return state.kind === 'landed' ? [sideOf(other, `${state.commit}^`, state.commit)] : [];
  });
  giveUp(tools, own.record, conflictFailure(own, await Promise.all(landed), files));
};
