import { repairMessage, type RepairPartner } from '../../core/agent-message/agent-message.js';
import type { Failure } from '../../core/failure.js';
import { nameKeyInput } from '../../core/key-failures.js';
import type { Plan, TaskId } from '../../core/plan/plan.js';
import { ruleOf } from '../../core/outcome-rules.js';
import type { Outcome } from '../../core/outcome.js';
import type { JudgedResult } from '../../core/run/event.js';
import { taskRecord } from '../../core/run/task-record.js';
import { newFailures } from './checker.js';
import { atDesk } from '../desk.js';
import { findGuilty, type Charge, type Guilt } from './find-guilty.js';
import { watchProgress } from './watch-progress.js';
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
 * head, up to `max-iterations` rounds and as long as that leads anywhere; what cannot be repaired is taken out
 * (`deliver: green`) and the rest is validated again. Where many landings are bad, each is validated from then on
 * before the next one counts. Resolves with a failure only when one ended the whole run; at the budget's end what is
 * red is still taken out.
 */
export const validateAndRepair = async (patient: Patient): Promise<Failure | undefined> => {
  const { tools, integration } = patient;
  const progress = watchProgress();
  const landed = new Set(integration.steps.map(({ task }) => task)).size;
  let broke: Failure | undefined;
  for (;;) {
    const found = await findTrouble(patient, landed);
    if (found === undefined) return broke;
    const { guilt, failures } = found;
    progress.see(failures);
    const maySpend = patient.isBroke !== true && broke === undefined && !progress.isStuck();
    if (maySpend && mayRepair(tools, guilt.task)) {
      const fatal = await repair(patient, guilt, failures);
      if (fatal?.reason === 'budget-reached') broke = fatal;
      else if (fatal !== undefined) return fatal;
    } else if (tools.settings.deliver === 'green') {
      await evict(patient, guilt, failures);
      progress.startAnew();
    } else {
      await validateHead(patient);
      return broke;
    }
  }
};

interface Trouble {
  readonly guilt: Guilt;
  readonly failures: readonly JudgedResult[];
}

/** What is newly red and whose it is; undefined when nothing is, nobody is found, or the run is being stopped. */
const findTrouble = async (patient: Patient, landed: number): Promise<Trouble | undefined> => {
  const { tools } = patient;
  const red = areManyBad(tools, landed) ? await firstBadLanding(patient) : undefined;
  const failures = red?.failures ?? newFailures(await validateHead(patient));
  if (tools.signal.aborted || failures.length === 0) return undefined;
  const guilt = await guiltOf(patient, { steps: red?.steps ?? (await patient.integration.byTask()), failures });
  // A search that was stopped half-way names anybody.
  if (guilt === undefined || tools.signal.aborted) return undefined;
  const { task, with: partner, runs } = guilt;
  const commands = failures.map(({ name }) => name);
  tools.recorder.record({ type: 'guilty-found', task, ...(partner && { with: partner }), commands, runs });
  return { guilt, failures };
};

/** Above this share a search for each bad landing costs more than looking at every one. */
const manyBad = 0.2;

/** One alone is no pattern, however few have landed. */
const areManyBad = ({ recorder }: Tools, landed: number): boolean => {
  const guilty = new Set(recorder.run.guilty.map(({ task }) => task)).size;
  return guilty > 1 && guilty > manyBad * landed;
};

interface BadLanding {
  /** Up to the one that is red. */
  readonly steps: readonly Step[];
  readonly failures: readonly JudgedResult[];
}

/** Validates landing after landing, each known one for nothing, up to the first that is red. */
const firstBadLanding = async ({ tools, integration }: Patient): Promise<BadLanding | undefined> => {
  const steps = await integration.byTask();
  for (const [index, step] of steps.entries()) {
    const failures = newFailures(await tools.checker.check(step.head));
    if (tools.signal.aborted) return undefined;
    if (failures.length > 0) return { steps: steps.slice(0, index + 1), failures };
  }
  return undefined;
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
  const { validations } = recorder.run;
  const isTold = validations.at(-1)?.head === head.commit;
  if (!signal.aborted && !isTold)
    recorder.record({
      type: 'validation-ended',
      round: validations.length,
      head: head.commit,
      results: [...results],
    });
  return results;
};

const guiltOf = ({ tools, integration }: Patient, charge: Omit<Charge, 'folding'>): Promise<Guilt | undefined> => {
  const folding = { repository: tools.repository, run: tools.recorder.run, start: integration.start };
  return findGuilty(tools.checker, { ...charge, folding });
};

const repair = async (
  patient: Patient,
  { task, with: partner }: Guilt,
  failures: readonly JudgedResult[],
): Promise<Failure | undefined> => {
  const { tools, integration, plan } = patient;
  const { recorder, settings } = tools;
  const round = recorder.run.repairs.length + 1;
  recorder.record({ type: 'repair-started', round, task, commands: failures.map((failure) => failure.name) });
  const start = integration.head.commit;
  const { attempts: attempt } = taskRecord(recorder.run, task);
  const context = { plan, prd: recorder.run.prd?.prd, round, failures, ...(await landedDiff(tools, task)) };
  const together = await partnerOf(tools, partner);
  const seat = { task, attempt, start, ...(partner && { also: partner }) };
  const done = await atDesk(tools, seat, (desk) =>
    iterate(desk, repairMessage({ task: desk.task, ...context, ...together })),
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
  const next = await guiltOf(patient, { steps: await patient.integration.byTask(step), failures: left });
  if (next === undefined || next.task === task || patient.tools.signal.aborted) return { outcome, detail };
  return { outcome: 'changed', detail: `Its part is mended; what is still red comes from "${next.task}".` };
};

/** What the agent is told of the task with which its own is red. */
const partnerOf = async (tools: Tools, partner: TaskId | undefined): Promise<{ partner?: RepairPartner }> => {
  if (partner === undefined) return {};
  const { task } = taskRecord(tools.recorder.run, partner);
  return { partner: { task, ...(await landedDiff(tools, partner)) } };
};

const maxLandedDiffBytes = 40_000;

const landedDiff = async ({ recorder, repository }: Tools, id: TaskId): Promise<{ landedDiff?: string }> => {
  const { state } = taskRecord(recorder.run, id);
  if (state.kind !== 'landed') return {};
  return { landedDiff: await repository.diff(`${state.commit}^`, state.commit, maxLandedDiffBytes) };
};

const evict = async (
  { tools, integration }: Patient,
  guilt: Guilt,
  failures: readonly JudgedResult[],
): Promise<void> => {
  for (const task of await integration.withdraw(guilt.task))
    tools.recorder.record({ type: 'task-evicted', task, failure: evictionFailure(task, guilt, failures) });
};

const evictionFailure = (
  task: TaskId,
  { task: guilty, with: partner }: Guilt,
  failures: readonly JudgedResult[],
): Failure => {
  const commands = failures.map((result) => `\`${result.command}\``);
  const together = partner === undefined ? '' : ` together with "${partner}", each being green alone`;
  return task === guilty
    ? {
        reason: 'broke-validation',
        who: 'user',
        message: `Taken out: with it ${commands.join(', ')} failed on the integrated whole${together}, and repairs did not help.`,
        action: `Look at its branch, run ${commands.join(', ')} there, and ask again with what is missing.`,
      }
    : {
        reason: 'depends-on-evicted',
        who: 'user',
        message: `Taken out because it builds on "${guilty}", which broke validation.`,
        action: `Mend "${guilty}" first; then ask for this task again.`,
      };
};
