import { repairMessage } from '../../core/agent-message/agent-message.js';
import type { Failure } from '../../core/failure.js';
import { nameKeyInput } from '../../core/key-failures.js';
import type { Plan, TaskId } from '../../core/plan/plan.js';
import { ruleOf } from '../../core/outcome-rules.js';
import type { Outcome } from '../../core/outcome.js';
import type { JudgedResult } from '../../core/run/event.js';
import { taskRecord } from '../../core/run/task-record.js';
import { newFailures } from './checker.js';
import { atDesk } from '../desk.js';
import { findGuilty } from './find-guilty.js';
import type { Integration } from '../integration.js';
import { iterate, type Iteration } from '../iterate.js';
import type { Step } from '../step.js';
import type { Tools } from '../tools.js';

/** A task is repaired at most this often; then it leaves with its dependants. */
const maxRepairsPerTask = 2;

interface Patient {
  readonly tools: Tools;
  readonly plan: Plan;
  readonly integration: Integration;
  /** The budget is reached, and a repair is a question to a model: what is red can only be taken out. */
  readonly isBroke?: boolean;
}

/**
 * Validates the integrated whole and mends it: new failures are traced to a task and repaired on the integration
 * head, up to `max-iterations` rounds; what cannot be repaired is taken out (`deliver: green`) and the rest is
 * validated again. Resolves with a failure only when one ended the whole run; at the budget's end what is red is
 * still taken out.
 */
export const validateAndRepair = async (patient: Patient): Promise<Failure | undefined> => {
  const { tools } = patient;
  let broke: Failure | undefined;
  for (;;) {
    const results = await validateHead(patient);
    const failures = newFailures(results);
    if (tools.signal.aborted || failures.length === 0) return broke;
    const guilty = await guiltyOf(patient, failures);
    // A search that was stopped half-way names anybody.
    if (guilty === undefined || tools.signal.aborted) return broke;
    if (patient.isBroke !== true && broke === undefined && mayRepair(tools, guilty)) {
      const fatal = await repair(patient, guilty, failures);
      if (fatal?.reason === 'budget-reached') broke = fatal;
      else if (fatal !== undefined) return fatal;
    } else if (tools.settings.deliver === 'green') await evict(patient, guilty, failures);
    else return broke;
  }
};

const mayRepair = ({ recorder, settings }: Tools, guilty: TaskId): boolean => {
  const { repairs } = recorder.run;
  const own = repairs.filter(({ task }) => task === guilty);
  return repairs.length < settings.maxIterations && own.length < maxRepairsPerTask;
};

const validateHead = async ({ tools, integration }: Patient): Promise<readonly JudgedResult[]> => {
  const { recorder, checker, signal } = tools;
  const { head } = integration;
  const results = await checker.check(head);
  const round = recorder.run.validations.length;
  if (!signal.aborted) recorder.record({ type: 'validation-ended', round, head: head.commit, results: [...results] });
  return results;
};

const guiltyOf = async (
  { tools, integration }: Patient,
  failures: readonly JudgedResult[],
  more?: Step,
): Promise<TaskId | undefined> => {
  const steps = await integration.byTask(more);
  return findGuilty(tools.checker, { run: tools.recorder.run, steps, failures });
};

const repair = async (
  patient: Patient,
  task: TaskId,
  failures: readonly JudgedResult[],
): Promise<Failure | undefined> => {
  const { tools, integration, plan } = patient;
  const { recorder, settings } = tools;
  const round = recorder.run.repairs.length + 1;
  recorder.record({ type: 'repair-started', round, task, commands: failures.map((failure) => failure.name) });
  const start = integration.head.commit;
  const { attempts: attempt } = taskRecord(recorder.run, task);
  const context = { plan, prd: recorder.run.prd?.prd, round, failures, ...(await landedDiff(tools, task)) };
  const done = await atDesk(tools, { task, attempt, start }, (desk) =>
    iterate(desk, repairMessage({ task: desk.task, ...context })),
  );
  const judged = await judgeRepair(patient, { task, start, failures }, done);
  const { usage, durationMs, revision } = done;
  recorder.record({ type: 'repair-ended', round, task, ...judged, usage, durationMs });
  if (judged.outcome === 'changed' && revision !== undefined)
    await integration.land(task, { commit: revision.commit, start });
  const rule = ruleOf(done.outcome);
  const model = taskRecord(recorder.run, task).task.model ?? settings.model;
  const ends = rule.next === 'stop-run' || rule.next === 'stop-starting';
  return ends ? nameKeyInput(rule.failure(done.detail), model) : undefined;
};

interface Repaired {
  readonly task: TaskId;
  readonly start: string;
  readonly failures: readonly JudgedResult[];
}

/**
 * Where several tasks broke the whole, mending one leaves it red. A repair counts as done when nothing else is red
 * than before, and what still is comes from another task.
 */
const judgeRepair = async (
  patient: Patient,
  { task, start, failures }: Repaired,
  { outcome, detail, revision, validation }: Iteration,
): Promise<{ readonly outcome: Outcome; readonly detail: string }> => {
  const left = newFailures(validation);
  const isPart = left.every(({ name }) => failures.some((failure) => failure.name === name));
  if (outcome !== 'validation-failed' || revision === undefined || !isPart) return { outcome, detail };
  const step = { task, commit: revision.commit, start, head: revision };
  const next = await guiltyOf(patient, left, step);
  if (next === undefined || next === task || patient.tools.signal.aborted) return { outcome, detail };
  return { outcome: 'changed', detail: `Its part is mended; what is still red comes from "${next}".` };
};

const maxLandedDiffBytes = 40_000;

const landedDiff = async ({ recorder, repository }: Tools, id: TaskId): Promise<{ landedDiff?: string }> => {
  const { state } = taskRecord(recorder.run, id);
  if (state.kind !== 'landed') return {};
  return { landedDiff: await repository.diff(`${state.commit}^`, state.commit, maxLandedDiffBytes) };
};

const evict = async (
  { tools, integration }: Patient,
  guilty: TaskId,
  failures: readonly JudgedResult[],
): Promise<void> => {
  for (const task of await integration.withdraw(guilty))
    tools.recorder.record({ type: 'task-evicted', task, failure: evictionFailure(task, guilty, failures) });
};

const evictionFailure = (task: TaskId, guilty: TaskId, failures: readonly JudgedResult[]): Failure => {
  const commands = failures.map((result) => `\`${result.command}\``);
  return task === guilty
    ? {
        reason: 'broke-validation',
        who: 'user',
        message: `Taken out: with it ${commands.join(', ')} failed on the integrated whole, and repairs did not help.`,
        action: `Look at its branch, run ${commands.join(', ')} there, and ask again with what is missing.`,
      }
    : {
        reason: 'depends-on-evicted',
        who: 'user',
        message: `Taken out because it builds on "${guilty}", which broke validation.`,
        action: `Mend "${guilty}" first; then ask for this task again.`,
      };
};
