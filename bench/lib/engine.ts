import { join } from 'node:path';
import { createChecker } from '../../src/app/validation/checker.js';
import { createIntegration } from '../../src/app/integration.js';
import { startRecording, type Recorder } from '../../src/app/recorder.js';
import { runPlan } from '../../src/app/scheduling/run-plan.js';
import type { Tools } from '../../src/app/tools.js';
import { openJournal } from '../../src/adapters/journal/journal.js';
import type { Plan } from '../../src/core/plan/plan.js';
import { planHash } from '../../src/core/plan/plan-hash.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { AgentHost } from '../../src/ports/agent-host.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Repository } from '../../src/ports/repository.js';
import { aBench } from '../../__tests__/support/bench.js';
import { runStarted } from '../../__tests__/support/builders.js';

/** What the engine is given; all else of it is real: runner, decisions, recorder, journal on disk, integration. */
export interface EngineOptions {
  readonly plan: Plan;
  readonly maxAgents: number;
  readonly repository: Repository;
  readonly agents: AgentHost;
  readonly clock: Clock;
  /** When what is made ahead of the first task is there; made side by side with the tasks where it is not given. */
  readonly prepared?: () => Promise<void>;
  /** The journal is written below it. */
  readonly folder: string;
}

/** An event with the moment it was recorded, ms of `performance.now`. */
export interface Timed {
  readonly event: RunEvent;
  readonly at: number;
}

export interface EngineRun {
  readonly recorder: Recorder;
  readonly events: readonly Timed[];
  /** From the first decision until the last task has landed, ms. */
  readonly tookMs: number;
}

/** Runs a plan through the engine, as a run does once its plan is made. Throws unless every task landed. */
export const runEngine = async (options: EngineOptions): Promise<EngineRun> => {
  const { plan, repository, maxAgents, clock } = options;
  const journal = openJournal(join(options.folder, 'events.ndjson'));
  const events: Timed[] = [];
  const { recorder, tools } = toolsOf(options, {
    append: (event) => {
      journal.append(event);
      events.push({ event, at: performance.now() });
    },
  });
  recorder.record({
    type: 'plan-made',
    plan,
    hash: planHash(plan, repository.base.sha, ''),
    origin: 'file',
    notes: [],
  });
  const { sha } = repository.base;
  const ref = 'refs/aider/integration';
  const start = { commit: sha, tree: await repository.composeTree(sha, sha, []) };
  const integration = await createIntegration({ repository, run: () => recorder.run, ref, start });
  repository.prepareClones(maxAgents);
  await options.prepared?.();
  const startedAt = clock.now();
  const failure = await runPlan(tools, plan, integration);
  const tookMs = clock.now() - startedAt;
  journal.close();
  const missing = recorder.run.tasks.filter(({ state }) => state.kind !== 'landed');
  if (failure !== undefined || missing.length > 0)
    throw new Error(`the engine did not land ${missing.map(({ task }) => task.id).join()}: ${JSON.stringify(failure)}`);
  return { recorder, events, tookMs };
};

const toolsOf = (
  { plan, maxAgents, repository, agents, clock }: EngineOptions,
  journal: { readonly append: (event: RunEvent) => void },
): { recorder: Recorder; tools: Tools } => {
  // The rest of what a step asks for, in memory: settings, a model nobody asks.
  const { tools } = aBench({ inputs: { 'max-agents': '4' }, tasks: plan.tasks });
  const opened = runStarted({ base: repository.base, maxAgents });
  if (opened.type !== 'run-started') throw new Error('a run opens with run-started');
  const recorder = startRecording({ clock, journal, sinks: [], redact: (text) => text }, opened);
  const checker = createChecker({
    repository,
    validator: { run: () => Promise.resolve([]) },
    commands: [],
    baseCommit: repository.base.sha,
    signal: tools.signal,
  });
  const settings = { ...tools.settings, maxAgents };
  return { recorder, tools: { ...tools, repository, agents, recorder, checker, settings, clock } };
};
