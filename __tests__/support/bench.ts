import type { Plan, Task } from '../../src/core/plan/plan.js';
import { planHash } from '../../src/core/plan/plan-hash.js';
import type { Request } from '../../src/core/request/request.js';
import { parseSettings } from '../../src/core/settings/settings.js';
import type { ValidationCommand } from '../../src/core/validation.js';
import { createChecker, type Checker } from '../../src/app/validation/checker.js';
import { startRecording, type Recorder } from '../../src/app/recorder.js';
import type { RunSettings, Tools } from '../../src/app/tools.js';
import { aPlan, aRequest, runStarted } from './builders.js';
import { FakeAgents } from './fake-agents.js';
import { FakeClock } from './fake-clock.js';
import { FakeLocksmith } from './fake-locksmith.js';
import { FakeModel } from './fake-model.js';
import { FakeRepository } from './fake-repository.js';
import { FakeValidator, type Rule } from './fake-validator.js';
import { FakeArtifacts, FakeJournal, RecordingSink } from './recording.js';

/** Settings as a user's inputs give them, with at most four agents. */
export const aSettings = (
  inputs: Readonly<Record<string, string>> = {},
  over: Partial<RunSettings> = {},
): RunSettings => {
  const parsed = parseSettings({
    inputs: { model: 'openai/gpt-4o', 'openai-api-key': 'sk-test', 'github-token': 'ghs_test', ...inputs },
    env: {},
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const { maxAgents } = parsed.value;
  return { ...parsed.value, maxAgents: maxAgents === 'auto' ? 4 : maxAgents, ...over };
};

export interface BenchOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** What the base branch held one commit earlier. */
  readonly before?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly settings?: Partial<RunSettings>;
  readonly commands?: readonly ValidationCommand[];
  /** What is red where, by command. */
  readonly rules?: Readonly<Record<string, Rule>>;
  readonly request?: Partial<Request>;
  /** Told as made before the test begins. */
  readonly tasks?: readonly Task[];
}

/** Every fake a use-case needs, with a run that has started. */
export interface Bench {
  readonly clock: FakeClock;
  readonly repository: FakeRepository;
  readonly agents: FakeAgents;
  readonly model: FakeModel;
  readonly validator: FakeValidator;
  readonly locksmith: FakeLocksmith;
  readonly journal: FakeJournal;
  readonly sink: RecordingSink;
  readonly artifacts: FakeArtifacts;
  readonly stop: AbortController;
  readonly recorder: Recorder;
  readonly checker: Checker;
  readonly tools: Tools;
  readonly plan: Plan;
}

export const command = (name: string, run = `npm run ${name}`): ValidationCommand => ({ name, run, timeoutMs: 60_000 });

const sampleFiles = { 'README.md': '# Sample\n', 'src/old.ts': 'export const old = 1;\n' };

/** Everything a step of a run reaches the world through, all of it in memory. */
export const aBench = (options: BenchOptions = {}): Bench => {
  const clock = new FakeClock();
  const repository = new FakeRepository(options.files ?? sampleFiles, 'main', options.before);
  const stop = new AbortController();
  const validator = new FakeValidator(repository);
  for (const [run, rule] of Object.entries(options.rules ?? {})) validator.judge(run, rule);
  const journal = new FakeJournal();
  const sink = new RecordingSink();
  const agents = new FakeAgents(repository, clock);
  const model = new FakeModel();
  const locksmith = new FakeLocksmith(repository);
  const artifacts = new FakeArtifacts();
  const settings = aSettings(options.inputs, options.settings);
  const started = runStarted({ request: aRequest(options.request), base: repository.base });
  if (started.type !== 'run-started') throw new Error('a run opens with run-started');
  const recorder = startRecording({ clock, journal, sinks: [sink], redact: (text) => text }, started);
  const plan = aPlan(options.tasks);
  if (options.tasks !== undefined) {
    const hash = planHash(plan, repository.base.sha, '');
    recorder.record({ type: 'plan-made', plan, hash, origin: 'model', notes: [] });
  }
  const checker = createChecker({
    repository,
    validator,
    commands: options.commands ?? [],
    baseCommit: repository.base.sha,
    signal: stop.signal,
    onFlaky: (flaky) => recorder.record({ type: 'flaky-found', ...flaky, failures: [...flaky.failures] }),
  });
  const signal = stop.signal;
  const random = () => 0.5;
  const halt = () => stop.abort('halted');
  const tools = {
    repository,
    agents,
    model,
    locksmith,
    checker,
    artifacts,
    clock,
    random,
    recorder,
    settings,
    signal,
    halt,
  };
  return {
    clock,
    repository,
    agents,
    model,
    validator,
    locksmith,
    journal,
    sink,
    artifacts,
    stop,
    recorder,
    checker,
    tools,
    plan,
  };
};
