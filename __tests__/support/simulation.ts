import fc from 'fast-check';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { isUnfinished } from '../../src/core/run/resume.js';
import type { Run } from '../../src/core/run/run.js';
import type { GitHub } from '../../src/ports/github.js';
import { tellResult } from '../../src/app/tell-result.js';
import { trackProgress } from '../../src/app/track-progress.js';
import { executeRequest, type StopReason, type World } from '../../src/app/execute-request.js';
import { aRequest } from './builders.js';
import { command } from './bench.js';
import { Chance } from './chance.js';
import { refusedFacts, type Play } from './fake-agents.js';
import { leaveBehind, watchCommits, type Kill } from './machine-after-kill.js';
import { startProcess } from './mortal-process.js';
import { task, type RawPlan } from './plans.js';
import { FakeJournal } from './recording.js';
import { aWorld, type WholeWorld } from './world.js';

/** What a simulated run is like; everything else is chance. */
export interface Weather {
  readonly seed: number;
  readonly plan: RawPlan;
  readonly maxAgents: number;
  readonly maxIterations: number;
  readonly maxAttempts: number;
  readonly deliver: 'green' | 'all';
  /** How often an agent's message goes wrong, and how often a merge conflicts that should not. */
  readonly trouble: number;
  readonly conflicts: number;
  readonly stop?: { readonly atMs: number; readonly why: StopReason };
  /** From then on this method of the repository fails. */
  readonly breaks?: { readonly atMs: number; readonly method: BreakableMethod };
  readonly redBase: boolean;
  readonly gitHubFails: boolean;
  /** The first process is killed so many events after its beginning, the one that goes on after that by the next. */
  readonly kills?: readonly Kill[];
}

export type BreakableMethod =
  'clone' | 'collect' | 'merge' | 'commit' | 'moveRef' | 'discard' | 'publish' | 'findBranch';

export interface Simulated {
  readonly outer: WholeWorld;
  readonly run: Run;
  readonly weather: Weather;
  /** Of all processes, as the last one left it. */
  readonly journal: FakeJournal;
  readonly journeys: readonly Journey[];
}

/** One process of a run. */
export interface Journey {
  /** What was on record when it began. */
  readonly before: readonly RunEvent[];
  readonly journal: FakeJournal;
  /** How many events were on record when each commit was made. */
  readonly madeAt: ReadonlyMap<string, number>;
  /** Undefined where it was killed. */
  readonly run: Run | undefined;
}

export const test = command('test');
const quarrels = 'quarrels';
const isBad = 'bad';

/** A file for each pattern of a plan of `anyPlan`. */
const concrete: Readonly<Record<string, string>> = {
  'src/*': 'src/star',
  'lib/**': 'lib/deep/x',
  '**/b': 'any/b',
  'lib/{a,b}': 'lib/a',
  'shared/*.ts': 'shared/y.ts',
};

const writerOf = (text: string): string => /^by (\S+) /.exec(text)?.[1] ?? '';

/** Who wrote what lies there. */
export const writersIn = (files: Readonly<Record<string, string>>, having = ''): ReadonlySet<string> =>
  new Set(Object.values(files).flatMap((text) => (text.includes(having) ? writerOf(text) : '') || []));

/** Red by one bad file, which the output names; and by two tasks that quarrel, each of them green alone. */
const judge =
  (redBase: boolean) =>
  (files: Readonly<Record<string, string>>): string | undefined => {
    const bad = Object.keys(files).filter((path) => files[path]?.includes(isBad));
    if (redBase) return 'red as ever';
    if (bad.length > 0) return `FAIL ${bad.join(' ')}`;
    return writersIn(files, quarrels).size > 1 ? 'two of them quarrel' : undefined;
  };

/** Plans without a fault: each task has a file of its own, and some share one. */
export const soundPlan: fc.Arbitrary<RawPlan> = fc
  .array(
    fc.record({
      waitsFor: fc.array(fc.nat(7), { maxLength: 2 }),
      shares: fc.constantFrom([], [], ['shared/x.ts'], ['shared/*.ts']),
      estimateMinutes: fc.integer({ min: 1, max: 30 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) => ({
    version: 1,
    title: 'A plan',
    tasks: drafts.map(({ waitsFor, shares, estimateMinutes }, index) =>
      task(`t-${index}`, {
        writes: [`own/t-${index}.ts`, ...shares],
        dependsOn: [...new Set(waitsFor)].filter((other) => other < index).map((other) => `t-${other}`),
        estimateMinutes,
      }),
    ),
  }));

const played = (chance: Chance, trouble: number, run: Run, label: string): Play => {
  const record = run.tasks.find(({ agent }) => `agent-${agent}` === label);
  const paths = (record?.task.writes ?? []).map((pattern) => concrete[pattern] ?? pattern);
  const text = `by ${record?.task.id} (${chance.below(1_000_000)})`;
  const mood = chance.pick([60, ''], [40, ` ${quarrels}`], [15 * trouble, ` ${isBad}`]);
  const write = Object.fromEntries(paths.filter(() => chance.happens(0.8)).map((path) => [path, text + mood]));
  const takesMs = chance.below(300);
  const good: Play = { write, takesMs };
  if (run.phase === 'validation' && chance.happens(0.5)) return { takesMs };
  if (!chance.happens(trouble)) return good;
  return chance.pick<Play>(
    [10, { takesMs }],
    [10, { write: { ...write, '.github/ci.yml': text, 'not/mine': text }, takesMs }],
    [5, { write: { 'not/mine': text }, takesMs }],
    [8, { ...good, facts: refusedFacts(429) }],
    [4, { ...good, facts: refusedFacts(503) }],
    [5, { ...good, facts: { exitCode: null, killedBy: 'timeout' } }],
    [5, { ...good, facts: { exitCode: 1 } }],
    [4, { ...good, facts: { answerCut: true } }],
    [3, { ...good, facts: { reflectionsExhausted: true } }],
    [2, { takesMs, facts: refusedFacts(400, 'context_length_exceeded') }],
    [1, { takesMs, facts: refusedFacts(401) }],
    [1, { takesMs, facts: refusedFacts(429, 'insufficient_quota') }],
    [1, { takesMs, facts: refusedFacts(400, 'budget_reached: the run may cost 5 USD') }],
    [2, { takesMs, facts: refusedFacts(404, 'model_not_found') }],
    [2, { ...good, facts: refusedFacts(0) }],
    [2, { takesMs, facts: { exitEvent: null } }],
  );
};

/** A whole run in a world full of trouble, from the request to the told result, through every kill. */
export const simulate = async (weather: Weather): Promise<Simulated> => {
  const chance = new Chance(weather.seed);
  const outer = openWorld(weather, chance);
  const journeys: Journey[] = [];
  for (let before: readonly RunEvent[] = []; ;) {
    const kill = weather.kills?.[journeys.length];
    const journey = await travel(outer, weather, { before, chance, kill });
    journeys.push(journey);
    const { run, journal, madeAt } = journey;
    if (run !== undefined) return { outer, weather, run, journal, journeys };
    before = await leaveBehind(outer, kill ?? never, { local: journal.events, madeAt });
    const known = replay(before);
    // It was killed when only the telling was left.
    if (known?.end !== undefined && !isUnfinished(known))
      return { outer, weather, run: known, journal: journalOf(before), journeys };
  }
};

const never: Kill = { after: Infinity, machine: 'same', forgotten: 0 };

const openWorld = (weather: Weather, chance: Chance): WholeWorld => {
  const outer = aWorld({
    plan: weather.plan.tasks,
    commands: [test],
    rules: { [test.run]: judge(weather.redBase) },
    inputs: {
      'max-agents': `${weather.maxAgents}`,
      'max-iterations': `${weather.maxIterations}`,
      'max-attempts': `${weather.maxAttempts}`,
      deliver: weather.deliver,
    },
    request: { number: 1 },
    random: chance.next,
  });
  const { clock, repository, github } = outer;
  github.addIssue();
  repository.clash = (_ours, theirs) => {
    // Only where an agent's work is merged: applying it once more elsewhere conflicts by what is in it, or not at all.
    const isWork = !repository.commitAt(theirs).message.startsWith('Land ');
    return isWork && chance.happens(weather.conflicts) ? ['README.md'] : [];
  };
  const { breaks } = weather;
  if (breaks !== undefined)
    void clock.sleep(breaks.atMs).then(() => repository.failOn(breaks.method, new Error(`${breaks.method} is broken`)));
  if (weather.gitHubFails) github.failOn('openPullRequest').failOn('updateComment');
  return outer;
};

interface Setting {
  readonly before: readonly RunEvent[];
  readonly chance: Chance;
  readonly kill: Kill | undefined;
}

/** One process of the run, to its end or until it is killed. */
const travel = async (outer: WholeWorld, weather: Weather, { before, chance, kill }: Setting): Promise<Journey> => {
  const { clock, sink } = outer;
  const stop = new AbortController();
  const { stop: wanted } = weather;
  if (wanted !== undefined && before.length === 0) void clock.sleep(wanted.atMs).then(() => stop.abort(wanted.why));
  const onFailure = (): void => undefined;
  const process = startProcess(outer, {
    chance,
    before,
    killAfter: kill && before.length + kill.after,
    signal: stop.signal,
    sinks: ({ facts, ...ports }) => [
      sink,
      trackProgress({ ...ports, github: onGitHub(ports), number: 1, facts, onFailure }),
    ],
  });
  const madeAt = watchCommits(outer, () => process.journal.events.length);
  const runNow = (): Run => {
    const run = sink.told.at(-1)?.run;
    if (run === undefined) throw new Error('the run has not begun');
    return run;
  };
  outer.agents.play = ({ label }) => played(chance, weather.trouble, runNow(), label);
  const ended = process.live(async (world) => {
    const recorder = await executeRequest(world, aRequest({ number: 1 }));
    await tellResult({ ...world, recorder });
    return recorder.run;
  });
  return { before, madeAt, journal: process.journal, run: await clock.drive(ended) };
};

const onGitHub = ({ github }: Pick<World, 'github'>): GitHub => {
  if (github === undefined) throw new Error('a simulated run is one on GitHub');
  return github;
};

const journalOf = (events: readonly RunEvent[]): FakeJournal => {
  const journal = new FakeJournal();
  journal.events.push(...events);
  return journal;
};
