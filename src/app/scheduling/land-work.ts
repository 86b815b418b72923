import { touching } from '../../core/conflicts/touching.js';
import type { Failure } from '../../core/failure.js';
import type { TaskId } from '../../core/plan/plan.js';
import type { TaskRecord } from '../../core/run/run.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Integration } from '../integration.js';
import type { Work } from '../step.js';
import type { Tools } from '../tools.js';
import { giveUp } from './give-up.js';

/** A redo on top of what landed is tried this often; then the conflict is a person's. */
const maxRedos = 1;

export interface Finished {
  readonly id: TaskId;
  readonly attempt: number;
  readonly integration: Integration;
}

/** Merges a finished task's work, or tells the conflict it met: it is redone on top, and in the end escalated. */
export const landWork = async (tools: Tools, { id, attempt, integration }: Finished, work: Work): Promise<void> => {
  const { recorder, repository } = tools;
  const { commit, start } = work;
  recorder.record({ type: 'task-landing', task: id, attempt, commit });
  const changes = [...(await repository.changes(start, commit))];
  const landing = await integration.land(id, work);
  if (landing.kind === 'landed') {
    recorder.record({ type: 'task-landed', task: id, attempt, commit, head: landing.head.commit, changes });
    if (hasOpenConflict(tools, id)) recorder.record({ type: 'conflict-ended', task: id, end: 'landed-after-redo' });
    return;
  }
  const { files } = landing;
  const others = touching(recorder.run, id, files);
  recorder.record({ type: 'conflict-found', task: id, attempt, files: [...files], with: [...others] });
  if (conflictsOf(tools, id) <= maxRedos) {
    recorder.record({ type: 'task-requeued', task: id, attempt });
    return;
  }
  const record = taskRecord(recorder.run, id);
  giveUp(tools, record, conflictFailure(record, files));
};

const hasOpenConflict = ({ recorder }: Tools, id: TaskId): boolean =>
  recorder.run.conflicts.some((conflict) => conflict.task === id && conflict.end === undefined);

/** Met at a landing; those that were foreseen used up no redo. */
const conflictsOf = ({ recorder }: Tools, id: TaskId): number =>
  recorder.run.conflicts.filter((conflict) => conflict.task === id && conflict.predicted !== true).length;

const conflictFailure = (record: TaskRecord, files: readonly string[]): Failure => ({
  reason: 'conflict',
  who: 'user',
  message: `The work of agent-${record.agent} conflicts in ${files.join(', ')} with what landed, also when redone on top of it.`,
  action: `Look at branch agent-${record.agent} and merge it by hand, or ask again with the two tasks as one.`,
});
