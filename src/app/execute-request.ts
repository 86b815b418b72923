import type { Failure } from '../core/failure.js';
import type { Isolation } from '../core/isolation.js';
import type { Plan } from '../core/plan/plan.js';
import type { Request } from '../core/request/request.js';
import { conclude, firstTaskFailure, hasWork, type Interruption } from '../core/run/conclude.js';
import { success, type Result } from '../core/result.js';
import type { Given, RunEvent, RunStatus } from '../core/run/event.js';
import type { DoneWork } from '../core/run/resume.js';
import { unfinishedTasks } from '../core/run/task-record.js';
import type { Artifacts } from '../ports/files.js';
import type { Clock } from '../ports/clock.js';
import type { GitHub } from '../ports/github.js';
import type { Machine } from '../ports/machine.js';
import type { Journal } from '../ports/journal.js';
import type { JournalArchive } from '../ports/journal-archive.js';
import type { Repository } from '../ports/repository.js';
import type { Sink } from '../ports/sink.js';
import type { PrepareWorkshop, Workshop } from '../ports/workshop.js';
import { createChecker, type Revision } from './validation/checker.js';
import { deliver } from './deliver.js';
import type { FactsOf } from './facts.js';
import { gatherContext } from './gather-context.js';
import { refusedInPush } from './guard-push.js';
import { createIntegration, type Integration } from './integration.js';
import { internalError } from './internal-error.js';
import { keepJournal, type JournalKeeper } from './journal/keep-journal.js';
import { keepWork, withKept } from './keep-work.js';
import { makePlan } from './make-plan.js';
import { pushAgentBranches } from './push-agent-branches.js';
import { readBrought, type Brought } from './read-brought.js';
import { continueRecording, inPhase, startRecording, type Recorder } from './recorder.js';
import { knownPlan } from './resume/known-plan.js';
import { landDone } from './resume/land-done.js';
import { reconcile } from './resume/reconcile.js';
import { validateAndRepair } from './validation/repair-run.js';
import { runPlan } from './scheduling/run-plan.js';
import type { RunSettings, Tools } from './tools.js';
import { isRolledBack, setAside } from './set-aside.js';
import { writePrd } from './write-prd.js';

/** Why a run's signal aborts: `cancelled` on request or by the platform, `deadline` at `run-timeout-minutes`. */
export type StopReason = 'cancelled' | 'deadline';

/** Everything a run needs from outside. */
export interface World {
  readonly runId: string;
  readonly settings: RunSettings;
  readonly repository: Repository;
  /** What was reached on this machine, and how. */
  readonly isolation: { readonly level: Isolation; readonly notes: readonly string[] };
  readonly prepare: PrepareWorkshop;
  readonly artifacts: Artifacts;
  readonly journal: Journal;
  /** Where the journal is kept for whoever comes after this machine; nothing is kept of a dry run. */
  readonly archive?: JournalArchive;
  readonly sinks: readonly Sink[];
  readonly clock: Clock;
  readonly machine?: Machine;
  readonly random: () => number;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly github?: GitHub;
  readonly facts: FactsOf;
  readonly signal: AbortSignal;
  readonly given?: Given;
  /** What whoever reads of this run has to know from the start. */
  readonly notes?: readonly string[];
  /** The journal of a killed run that is to go on, open at the same base; absent: a new one begins. */
  readonly resume?: readonly RunEvent[];
}

/** The whole story of an admitted request, from its PRD to the delivered branch. Never rejects for an expected end. */
export const executeRequest = async (world: World, request: Request): Promise<Recorder> => {
  const keeper = openKeeper(world, (message) => void recorder.record({ type: 'warning', message }));
  const recorder: Recorder = openRecorder(world, request, keeper);
  try {
    const toLand = world.resume === undefined ? [] : await reconcile({ ...world, recorder });
    for (const message of world.notes ?? []) recorder.record({ type: 'warning', message });
    const { level, notes } = world.isolation;
    recorder.record({ type: 'isolation-reached', level, notes: [...notes] });
    await tellStory({ ...world, ...(keeper && { keeper }) }, recorder, toLand);
  } catch (error) {
    await keepWork({ ...world, recorder }, { isDelivered: recorder.run.branch !== undefined, unpushed: [] });
    endRun(recorder, interrupted(world), withKept(internalError(error), { recorder }));
  }
  return recorder;
};

const openKeeper = (world: World, onFailure: (message: string) => void): JournalKeeper | undefined => {
  const { archive, settings, resume: earlier = [] } = world;
  if (archive === undefined || settings.dryRun) return undefined;
  const mayPush = async (commit: string) => (await refusedInPush(world, commit)).length === 0;
  return keepJournal({ archive, earlier, mayPush, onFailure });
};

interface KeptWorld extends World {
  readonly keeper?: JournalKeeper;
}

const openRecorder = (world: World, request: Request, keeper?: JournalKeeper): Recorder => {
  const { runId, settings, repository, clock, journal, redact, given, resume } = world;
  const sinks = keeper === undefined ? world.sinks : [...world.sinks, keeper];
  const recording = { clock, journal, sinks, redact };
  if (resume !== undefined) return continueRecording(recording, resume);
  return startRecording(recording, {
    type: 'run-started',
    runId,
    request,
    base: repository.base,
    models: { agent: settings.model, prd: settings.prdModel },
    maxAgents: settings.maxAgents,
    ...(given && { given }),
  });
};

const tellStory = async (world: KeptWorld, recorder: Recorder, toLand: readonly DoneWork[]): Promise<void> => {
  if (world.settings.planApproval && recorder.run.request.number === undefined)
    return giveUp(world, recorder, nobodyToApprove);
  const brought = recorder.run.plan === undefined ? await readBrought(world) : success({});
  if (!brought.ok) return giveUp(world, recorder, brought.failure);
  const workshop = await inPhase({ recorder, clock: world.clock }, 'setup', () => prepareAll(world));
  if (!workshop.ok) return giveUp(world, recorder, workshop.failure);
  for (const message of workshop.value.notes) recorder.record({ type: 'warning', message });
  const tools = toolsFor(world, recorder, workshop.value);
  try {
    const planned = await planWork(tools, workshop.value, brought.value);
    if (!planned.ok) return giveUp(world, recorder, planned.failure);
    if (world.settings.dryRun) return recordEnd(recorder, 'skipped');
    // Also proves, before an agent costs money, that we may write to the repository.
    const notKept = await world.keeper?.proveKept();
    if (notKept !== undefined) return giveUp(world, recorder, notKept);
    if (waits(world, recorder)) return recordEnd(recorder, 'awaiting-approval');
    await buildAndDeliver(world, tools, { plan: planned.value, toLand });
  } finally {
    // A baseline may still be under way where its result is of no use any more.
    tools.halt();
    await tools.checker.baseline.catch(() => undefined);
  }
};

/** Once somebody has approved, or work has begun, nobody is asked again. */
const waits = ({ settings }: World, { run }: Recorder): boolean => {
  const mustWait = settings.planApproval || run.request.planOnly === true;
  return mustWait && run.isApproved !== true && run.tasks.every(({ attempts }) => attempts === 0);
};

const prepareAll = async (world: World) => {
  world.repository.prepareClones(world.settings.maxAgents);
  return world.prepare(world.signal);
};

const toolsFor = (world: World, recorder: Recorder, workshop: Workshop): Tools => {
  const { repository, artifacts, clock, random, settings } = world;
  const { agents, model, validator, watch, locksmith } = workshop;
  const commands = settings.dryRun || waits(world, recorder) ? [] : workshop.commands;
  const halt = new AbortController();
  const signal = AbortSignal.any([world.signal, halt.signal]);
  const { baseline: known } = recorder.run;
  const baseCommit = repository.base.sha;
  const checker = createChecker({
    repository,
    validator,
    commands,
    baseCommit,
    signal,
    ...(known && { known }),
    onFlaky: (flaky) => recorder.record({ type: 'flaky-found', ...flaky, failures: [...flaky.failures] }),
  });
  const own = { checker, locksmith, recorder, signal, halt: () => halt.abort() };
  const watched = { ...(watch && { watch }), ...(world.machine && { machine: world.machine }) };
  return { repository, agents, model, artifacts, clock, random, settings, ...own, ...watched };
};

const planWork = async (
  tools: Tools,
  { agents, commands }: Workshop,
  brought: Brought,
): Promise<Result<Plan, Failure>> => {
  const { recorder, repository, signal, random } = tools;
  const { run } = recorder;
  let gathered: ReturnType<typeof gatherContext> | undefined;
  const context = () => (gathered ??= gatherContext({ repository, agents, signal }, recorder.run.request, commands));
  const boundary = `part-${random().toString(36).slice(2, 12)}`;
  if (run.plan !== undefined) return knownPlan(tools, run.plan.plan);
  const prd =
    run.prd === undefined
      ? await inPhase(tools, 'prd', () => writePrd(tools, { brought: brought.prd, context, boundary }))
      : success(run.prd.prd);
  if (!prd.ok) return prd;
  return inPhase(tools, 'plan', () => makePlan(tools, { brought: brought.plan, prd: prd.value, context, boundary }));
};

interface Planned {
  readonly plan: Plan;
  /** Work that a killed run had done and not landed. */
  readonly toLand: readonly DoneWork[];
}

const buildAndDeliver = async (world: World, tools: Tools, { plan, toLand }: Planned): Promise<void> => {
  const { recorder } = tools;
  const integration = await openIntegration(tools);
  const baseline = tellBaseline(tools);
  let fatal = await inPhase(tools, 'tasks', async () => {
    await landDone(tools, integration, toLand);
    return runPlan(tools, plan, integration);
  });
  // Without money nothing can be repaired, but what has landed can still be validated.
  const isBroke = fatal?.reason === 'budget-reached';
  const goesOn = fatal === undefined || isBroke;
  if (goesOn) await baseline;
  if (goesOn && !tools.signal.aborted && hasWork(recorder.run)) {
    const patient = { tools, plan, integration, isBroke };
    const ended = await inPhase(tools, 'validation', () => validateAndRepair(patient)).catch(internalError);
    fatal ??= ended;
  }
  const interruption = interrupted(world, fatal);
  const unpushed = await pushAgentBranches(tools, world.github !== undefined);
  const delivery = { ...world, tools, integration, ...(interruption && { interruption }) };
  const refused = hasWork(recorder.run)
    ? await inPhase(tools, 'delivery', () =>
        isRolledBack(tools, interruption) ? setAside(tools, integration) : deliver(delivery),
      ).catch(internalError)
    : undefined;
  const isDelivered = refused === undefined || recorder.run.setAside !== undefined;
  await keepWork(tools, { isDelivered, unpushed });
  endRun(recorder, interruption, refused && withKept(refused, tools));
};

const openIntegration = ({ recorder, repository }: Tools): Promise<Integration> => {
  const revision = (commit: string): Revision => ({ commit, tree: commit });
  return createIntegration({
    repository,
    run: () => recorder.run,
    ref: `refs/heads/aider-integration`,
    start: revision(repository.base.sha),
    steps: recorder.run.steps.map(({ head, ...work }) => ({ ...work, head: revision(head) })),
    onMoving: ({ added, ...move }) => {
      const steps = added.map(({ head, ...work }) => ({ ...work, head: head.commit }));
      recorder.record({ type: 'integration-moving', ...move, added: steps });
    },
  });
};

/** Told when it is there; tasks do not wait for it, only the judging of their results does. */
const tellBaseline = async ({ checker, recorder, signal }: Tools): Promise<void> => {
  const results = await checker.baseline.catch(() => undefined);
  const isNew = results !== undefined && results !== recorder.run.baseline;
  if (isNew && !signal.aborted && recorder.run.end === undefined)
    recorder.record({ type: 'baseline-taken', results: [...results] });
};

const interrupted = (world: World, fatal?: Failure): Interruption | undefined => {
  if (fatal !== undefined) return { kind: 'fatal', failure: fatal };
  if (!world.signal.aborted) return undefined;
  if (world.signal.reason === ('deadline' satisfies StopReason))
    return { kind: 'deadline', failure: deadlinePassed(world.settings) };
  return { kind: 'cancelled' };
};

const nobodyToApprove: Failure = {
  reason: 'approval-needs-issue',
  who: 'user',
  message: 'plan-approval: this request came without an issue, so there is no place where the plan could be approved.',
  action: 'Ask on an issue; or have the plan made with dry-run, commit it, and ask again with plan set to its path.',
};

const deadlinePassed = ({ runTimeoutMs }: RunSettings): Failure => ({
  reason: 'run-timeout',
  who: 'user',
  message: `The run was stopped at its own deadline of ${runTimeoutMs / 60_000} minutes (run-timeout-minutes).`,
  action: "Raise run-timeout-minutes (and the job's timeout-minutes above it), or ask for less at once.",
});

/** Before anything is delivered: a step that fails after the deadline was stopped, which is no reason of its own. */
const giveUp = (world: World, recorder: Recorder, failure: Failure): void => {
  const interruption = interrupted(world);
  endRun(recorder, interruption, interruption?.kind === 'deadline' ? interruption.failure : failure);
};

/** Ends the run: `failure` is one that left nothing to deliver; else the run itself says how it ended. */
const endRun = (recorder: Recorder, interruption?: Interruption, failure?: Failure): void => {
  // Whatever ended it: a run that is over has no task under way.
  for (const task of unfinishedTasks(recorder.run)) recorder.record({ type: 'task-cancelled', task });
  if (interruption?.kind === 'cancelled') return recordEnd(recorder, 'cancelled');
  const status = failure === undefined ? conclude(recorder.run, interruption) : 'failed';
  const why = failure ?? interruption?.failure ?? firstTaskFailure(recorder.run);
  recordEnd(recorder, status, status === 'succeeded' ? undefined : why);
};

const recordEnd = (recorder: Recorder, status: RunStatus, failure?: Failure): void => {
  recorder.record({ type: 'run-ended', status, ...(failure === undefined ? {} : { failure }) });
};
