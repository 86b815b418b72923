import { repairMessage } from '../core/agent-message/agent-message.js';
import type { Failure } from '../core/failure.js';
import { nameKeyInput } from '../core/key-failures.js';
import type { Plan, TaskId } from '../core/plan/plan.js';
import { ruleOf } from '../core/outcome-rules.js';
import type { JudgedResult } from '../core/run/event.js';
import { taskRecord } from '../core/run/task-record.js';
import { hasNoNewFailure, newFailures } from './checker.js';
import { atDesk } from './desk.js';
import { findGuilty } from './find-guilty.js';
import type { Integration } from './integration.js';
import { iterate } from './iterate.js';
import type { Tools } from './tools.js';

/** A task is repaired at most this often; then it leaves with its dependants. */
const maxRepairsPerTask = 2;

interface Patient {
  readonly tools: Tools;
  readonly plan: Plan;
  readonly integration: Integration;
}

/**
 * Validates the integrated whole and mends it: new failures are traced to a task and repaired on the integration
 * head, up to `max-iterations` rounds; what cannot be repaired is taken out (`deliver: green`) and the rest is
 * validated again. Resolves with a failure only when one ended the whole run.
 */
export const validateAndRepair = async (patient: Patient): Promise<Failure | undefined> => {
  const { tools } = patient;
  let results = await validateHead(patient, 0);
  for (let round = 1; round <= tools.settings.maxIterations && needsCare(tools, results); round += 1) {
    const guilty = await guiltyOf(patient, results);
    if (guilty === undefined || repairsOf(tools, guilty) >= maxRepairsPerTask) break;
    const fatal = await repair(patient, { task: guilty, round, failures: newFailures(results) });
    if (fatal !== undefined) return fatal;
    results = await validateHead(patient, round);
  }
  if (tools.settings.deliver === 'green') await evictUntilGreen(patient, results);
  return undefined;
};

const needsCare = (tools: Tools, results: readonly JudgedResult[]): boolean =>
  !tools.signal.aborted && !hasNoNewFailure(results);

const validateHead = async ({ tools, integration }: Patient, round: number): Promise<readonly JudgedResult[]> => {
  const { head } = integration;
  const results = await tools.checker.check(head);
  if (!tools.signal.aborted)
    tools.recorder.record({ type: 'validation-ended', round, head: head.commit, results: [...results] });
  return results;
};

const guiltyOf = ({ tools, integration }: Patient, results: readonly JudgedResult[]): Promise<TaskId | undefined> =>
  findGuilty(tools.checker, {
    run: tools.recorder.run,
    steps: integration.steps,
    failures: newFailures(results),
  });

const repairsOf = ({ recorder }: Tools, task: TaskId): number =>
  recorder.run.repairs.filter((repair) => repair.task === task).length;

interface Repair {
  readonly task: TaskId;
  readonly round: number;
  readonly failures: readonly JudgedResult[];
}

const repair = async (patient: Patient, { task, round, failures }: Repair): Promise<Failure | undefined> => {
  const { tools, integration, plan } = patient;
  const { recorder, settings } = tools;
  recorder.record({ type: 'repair-started', round, task, commands: failures.map((failure) => failure.name) });
  const start = integration.head.commit;
  const { attempts: attempt } = taskRecord(recorder.run, task);
  const context = { plan, prd: recorder.run.prd?.prd, round, failures, ...(await landedDiff(tools, task)) };
  const done = await atDesk(tools, { task, attempt, start }, (desk) =>
    iterate(desk, repairMessage({ task: desk.task, ...context })),
  );
  const { outcome, usage, durationMs, detail, revision } = done;
  recorder.record({ type: 'repair-ended', round, task, outcome, usage, durationMs, detail });
  if (outcome === 'changed' && revision !== undefined) await integration.land(task, { commit: revision.commit, start });
  const rule = ruleOf(outcome);
  const model = taskRecord(recorder.run, task).task.model ?? settings.model;
  return rule.next === 'stop-run' ? nameKeyInput(rule.failure(detail), model) : undefined;
};

const maxLandedDiffBytes = 40_000;

const landedDiff = async ({ recorder, repository }: Tools, id: TaskId): Promise<{ landedDiff?: string }> => {
  const { state } = taskRecord(recorder.run, id);
  if (state.kind !== 'landed') return {};
  return { landedDiff: await repository.diff(`${state.commit}^`, state.commit, maxLandedDiffBytes) };
};

/** Takes guilty tasks out, one at a time with what builds on it, until the rest is green. */
const evictUntilGreen = async (patient: Patient, first: readonly JudgedResult[]): Promise<void> => {
  const { tools, integration } = patient;
  let results = first;
  while (needsCare(tools, results) && integration.steps.length > 0) {
    const guilty = (await guiltyOf(patient, results)) ?? integration.steps.at(-1)?.task;
    // A search that was stopped half-way names anybody.
    if (guilty === undefined || tools.signal.aborted) return;
    await evict(patient, guilty, results);
    results = await validateHead(patient, tools.recorder.run.validations.length);
  }
};

const evict = async (
  { tools, integration }: Patient,
  guilty: TaskId,
  results: readonly JudgedResult[],
): Promise<void> => {
  for (const task of await integration.withdraw(guilty))
    tools.recorder.record({ type: 'task-evicted', task, failure: evictionFailure(task, guilty, results) });
};

const evictionFailure = (task: TaskId, guilty: TaskId, results: readonly JudgedResult[]): Failure => {
  const commands = newFailures(results).map((result) => `\`${result.command}\``);
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
