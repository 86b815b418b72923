import type { Failure } from '../../src/core/failure.js';
import type { Request } from '../../src/core/request/request.js';
import { success, type Result } from '../../src/core/result.js';
import type { Run } from '../../src/core/run/run.js';
import type { Repository } from '../../src/ports/repository.js';
import type { PrepareWorkshop, Workshop } from '../../src/ports/workshop.js';
import { executeRequest, type StopReason, type World } from '../../src/app/execute-request.js';
import { aPrd, aRequest } from './builders.js';
import { aSettings, type BenchOptions } from './bench.js';
import { FakeAgents } from './fake-agents.js';
import { FakeArchive } from './fake-archive.js';
import { FakeClock } from './fake-clock.js';
import { FakeGitHub } from './fake-github.js';
import { FakeLocksmith } from './fake-locksmith.js';
import { FakeModel } from './fake-model.js';
import { FakeRepository } from './fake-repository.js';
import { FakeValidator } from './fake-validator.js';
import type { RawTask } from './plans.js';
import { FakeArtifacts, FakeJournal, RecordingSink } from './recording.js';

export interface WorldOptions extends Omit<BenchOptions, 'tasks'> {
  /** What the model plans. */
  readonly plan?: readonly RawTask[];
  /** Without GitHub the result is a local branch. */
  readonly local?: boolean;
  readonly prepare?: (workshop: Workshop, signal: AbortSignal) => Promise<Result<Workshop, Failure>>;
  readonly random?: () => number;
  /** Stands between the run and its repository, e.g. to make it slow. */
  readonly through?: (repository: FakeRepository, clock: FakeClock) => Repository;
}

/** Everything outside of a whole run. */
export interface WholeWorld {
  readonly world: World;
  readonly clock: FakeClock;
  readonly repository: FakeRepository;
  readonly agents: FakeAgents;
  readonly model: FakeModel;
  readonly validator: FakeValidator;
  readonly journal: FakeJournal;
  readonly archive: FakeArchive;
  readonly artifacts: FakeArtifacts;
  readonly sink: RecordingSink;
  readonly github: FakeGitHub;
  readonly stop: (why: StopReason) => void;
  /** The whole run; time passes as needed. */
  readonly execute: () => Promise<Run>;
}

const planOf = (tasks: readonly RawTask[]) => ({ version: 1, title: 'A plan', tasks });

/** A world in which a PRD and a plan are there for the asking and every agent writes its own file. */
export const aWorld = (options: WorldOptions = {}): WholeWorld => {
  const clock = new FakeClock();
  const files = options.files ?? { 'README.md': '# Sample\n', 'src/old.ts': 'export const old = 1;\n' };
  const repository = new FakeRepository(files, 'main', options.before);
  const agents = new FakeAgents(repository, clock);
  const model = new FakeModel().will('prd', { says: aPrd() }).will('plan', { says: planOf(options.plan ?? []) });
  const validator = new FakeValidator(repository);
  for (const [run, rule] of Object.entries(options.rules ?? {})) validator.judge(run, rule);
  const commands = options.commands ?? [];
  const locksmith = new FakeLocksmith(repository);
  const workshop: Workshop = { agents, model, validator, locksmith, commands, notes: [], priceSource: 'none' };
  const prepare: PrepareWorkshop = async (signal) =>
    options.prepare === undefined ? success(workshop) : options.prepare(workshop, signal);
  const [journal, sink, artifacts, github] = [
    new FakeJournal(),
    new RecordingSink(),
    new FakeArtifacts(),
    new FakeGitHub(),
  ];
  const archive = new FakeArchive(() => clock.now());
  const stop = new AbortController();
  const request: Request = aRequest(options.request);
  const world: World = {
    runId: 'r1',
    settings: aSettings(options.inputs, options.settings),
    repository: options.through?.(repository, clock) ?? repository,
    isolation: { level: 'sandbox', notes: [] },
    prepare,
    artifacts,
    journal,
    archive,
    sinks: [sink],
    clock,
    random: options.random ?? (() => 0.5),
    redact: (text) => text,
    ...(options.local === true ? {} : { github }),
    facts: () => ({}),
    signal: stop.signal,
  };
  const execute = async (): Promise<Run> => (await clock.drive(executeRequest(world, request))).run;
  const halt = (why: StopReason): void => stop.abort(why);
  return {
    world,
    clock,
    repository,
    agents,
    model,
    validator,
    journal,
    archive,
    artifacts,
    sink,
    github,
    stop: halt,
    execute,
  };
};
