import { escalation } from '../../core/escalation.js';
import type { Failure } from '../../core/failure.js';
import type { TaskId } from '../../core/plan/plan.js';
import { commitsOf, resumeFrom, type DoneWork, type LandedTask } from '../../core/run/resume.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Repository } from '../../ports/repository.js';
import type { Recorder } from '../recorder.js';
import { giveUp } from '../scheduling/give-up.js';
import type { RunSettings } from '../tools.js';

export interface Reconciling {
  readonly recorder: Recorder;
  readonly repository: Repository;
  readonly settings: Pick<RunSettings, 'maxAttempts'>;
}

/**
 * Brings the record of a killed run into step with git, which wins, so that the run can go on. Resolves with the work
 * that is done and still has to land.
 */
export const reconcile = async ({ recorder, repository, settings }: Reconciling): Promise<readonly DoneWork[]> => {
  const there = await repository.hasCommits(commitsOf(recorder.run));
  const resumption = resumeFrom(recorder.run, (commit) => there.has(commit));
  const { lost, steps, workGone } = resumption;
  recorder.record({
    type: 'run-resumed',
    lost: [...lost],
    steps,
    ...(workGone.length > 0 && { workGone: [...workGone] }),
  });
  for (const landed of resumption.landed) await tellLanded({ recorder, repository }, landed);
  for (const task of resumption.evicted) recorder.record({ type: 'task-evicted', task, failure: takenOut(task) });
  giveUpUsedUp({ recorder, settings });
  return resumption.toLand;
};

/** The process was killed between the last attempt it allowed and giving the task up. */
const giveUpUsedUp = ({ recorder, settings }: Pick<Reconciling, 'recorder' | 'settings'>): void => {
  for (const record of recorder.run.tasks) {
    const { task, state, attemptFailures } = record;
    const last = attemptFailures.at(-1);
    const isUsedUp = attemptFailures.length >= (task.maxAttempts ?? settings.maxAttempts);
    if (state.kind === 'pending' && last !== undefined && isUsedUp)
      giveUp({ recorder }, record, escalation(record, last));
  }
};

const tellLanded = async (
  { recorder, repository }: Pick<Reconciling, 'recorder' | 'repository'>,
  landed: LandedTask,
): Promise<void> => {
  const { task, attempt, commit, start, head } = landed;
  const changes = [...(await repository.changes(start, commit))];
  const { conflicts } = recorder.run;
  // What landed is not what its agent made: a rule or a model merged it.
  const isResolved = taskRecord(recorder.run, task).commit !== commit;
  if (conflicts.some((conflict) => conflict.task === task && conflict.end === undefined))
    recorder.record({ type: 'conflict-ended', task, end: isResolved ? 'resolved-and-validated' : 'landed-after-redo' });
  recorder.record({ type: 'task-landed', task, attempt, commit, head, changes });
};

const takenOut = (task: TaskId): Failure => ({
  reason: 'broke-validation',
  who: 'user',
  message: 'Taken out, because the integrated whole was red with it; the run was killed before it was said why.',
  action: `Look at the branch of "${task}", run the validation there, and ask again with what is missing.`,
});
