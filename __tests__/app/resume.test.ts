import fc from 'fast-check';
import { executeRequest } from '../../src/app/execute-request.js';
import { createIntegration } from '../../src/app/integration.js';
import { landDone } from '../../src/app/resume/land-done.js';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import { brokenInvariants } from '../../src/core/schedule/invariants.js';
import { aBench } from '../support/bench.js';
import { aRequest, aTask, taskId } from '../support/builders.js';
import { writesOwnFile } from '../support/fake-agents.js';
import { killAndResume, tellUndisturbed, type Resumed, type Story, type Undisturbed } from '../support/killed-run.js';
import { machines, type Machine } from '../support/machine-after-kill.js';
import { task } from '../support/plans.js';
import { FakeJournal } from '../support/recording.js';
import { soundPlan } from '../support/simulation.js';
import { aWorld } from '../support/world.js';

/** How often each is tried; `RESUME_RUNS` asks for more. */
const numRuns = Number(process.env['RESUME_RUNS'] ?? 120);
const timeoutMs = 120_000 + numRuns * 300;

const stories = (quarrels: boolean): fc.Arbitrary<Story> =>
  fc.record({
    seed: fc.nat(),
    plan: soundPlan,
    maxAgents: fc.integer({ min: 1, max: 4 }),
    trouble: fc.constantFrom(0, 0.5),
    clashes: fc.constantFrom(0, 0.3, 0.7),
    quarrels: fc.constant(quarrels),
  });

/** Where it is killed, where it goes on, and how many of the last events' commits a crash takes with it. */
interface Cut {
  readonly perMille: number;
  readonly machine: Machine;
  readonly forgotten: number;
}
const cuts: fc.Arbitrary<Cut> = fc.record({
  perMille: fc.integer({ min: 0, max: 999 }),
  machine: fc.constantFrom(...machines),
  forgotten: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 })),
});

interface Told {
  readonly undisturbed: Undisturbed;
  readonly resumed: Resumed;
  readonly story: Story;
}

const tell = async (story: Story, { perMille, machine, forgotten }: Cut): Promise<Told> => {
  const undisturbed = await tellUndisturbed(story);
  const last = undisturbed.events.findIndex(({ type }) => type === 'run-ended');
  const after = 1 + Math.floor((perMille * (last - 1)) / 1000);
  return { undisturbed, resumed: await killAndResume(story, { after, machine, forgotten }), story };
};

const delivered = ({ outer, run: { branch, prd } }: Pick<Undisturbed, 'outer' | 'run'>) => {
  const files = branch === undefined ? {} : outer.repository.filesAt(branch.sha);
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => path !== prd?.path && !path.startsWith('.aider_logs/')),
  );
};

const landedIn = (run: Run | undefined): readonly string[] =>
  (run?.tasks ?? []).filter(({ state }) => state.kind === 'landed').map(({ task: { id } }) => id);

const afterOf = ({ events, before }: Resumed): readonly RunEvent[] => events.slice(before.length);

const begunAgain = (resumed: Resumed): readonly string[] =>
  afterOf(resumed).flatMap((event) => (event.type === 'task-started' ? [event.task] : []));

/** Tasks with a validated message on record whose commits are there, and that met no conflict. */
const doneBefore = ({ before, events, there }: Resumed): readonly string[] => {
  const met = events.flatMap((event) => (event.type.startsWith('conflict-') && 'task' in event ? [event.task] : []));
  return before.flatMap((event) =>
    event.type === 'iteration-ended' &&
    event.outcome === 'changed' &&
    [event.commit, event.start].every((commit) => commit !== undefined && there.has(commit)) &&
    !met.includes(event.task)
      ? [event.task]
      : [],
  );
};

const cost = (events: readonly RunEvent[]): number =>
  events.reduce((sum, event) => sum + ('usage' in event ? (event.usage.costUsd ?? 0) : 0), 0);

const costOf = (run: Run): number =>
  [...run.modelCalls, ...run.repairs, ...run.tasks.flatMap(({ iterations }) => iterations)].reduce(
    (sum, { usage }) => sum + (usage?.costUsd ?? 0),
    0,
  );

/** What must hold of every run that was killed and resumed, each as a sentence about what does not. */
const faults: Readonly<Record<string, (told: Told) => boolean>> = {
  'until the kill it was the same run': ({ undisturbed, resumed: { killed } }) =>
    JSON.stringify(killed) === JSON.stringify(undisturbed.events.slice(0, killed.length)),
  'it has ended': ({ resumed }) => resumed.run.end !== undefined,
  'no error of ours ended it': ({ resumed }) => resumed.run.end?.failure?.reason !== 'internal-error',
  'nothing it did was warned of': ({ resumed }) => resumed.run.warnings.length === 0,
  'the journal of both replays to the same run': ({ resumed }) =>
    JSON.stringify(replay(resumed.events)) === JSON.stringify(resumed.run),
  'events are numbered without a gap': ({ resumed }) => resumed.events.every(({ seq }, index) => seq === index + 1),
  'every task is at an end': ({ resumed }) =>
    resumed.run.tasks.every(({ state }) => ['landed', 'failed', 'skipped'].includes(state.kind)),
  'every conflict is at an end, that of a landed task at a good one': ({ resumed: { run } }) =>
    run.conflicts.every(({ task: id, end }) =>
      landedIn(run).includes(id) ? end === 'landed-after-redo' || end === 'resolved-and-validated' : end !== undefined,
    ),
  'the schedule kept its rules at every moment': ({ resumed, story }) => {
    const limits = { maxAgents: story.maxAgents, maxAttempts: 3, sequential: resumed.run.sequence !== undefined };
    return resumed.sink.told
      .filter(({ run }) => run.phase === 'tasks')
      .every(({ run }) => brokenInvariants(run, limits).length === 0);
  },
  'no task whose landing is there is begun again': ({ resumed }) => {
    const lost = resumed.events.flatMap((event) => (event.type === 'run-resumed' ? event.lost : []));
    const stays = landedIn(replay(resumed.before)).filter((id) => !lost.includes(id as never));
    return begunAgain(resumed).every((id) => !stays.includes(id));
  },
  'nothing is lost that is there': ({ resumed: { before, events, there } }) => {
    const lost = events.flatMap((event) => (event.type === 'run-resumed' ? event.lost : []));
    const steps = replay(before)?.steps ?? [];
    const gone = steps.findIndex(({ head, commit, start }) => ![head, commit, start].every((id) => there.has(id)));
    const after = gone < 0 ? [] : steps.slice(gone).map(({ task: id }) => id);
    return lost.every((id) => after.includes(id));
  },
  'no task lands twice, unless its landing is gone': ({ resumed }) => {
    const lost = resumed.events.flatMap((event) => (event.type === 'run-resumed' ? event.lost : []));
    const landings = resumed.events.flatMap((event) =>
      event.type === 'task-landed' && !lost.includes(event.task) ? [event.task] : [],
    );
    return new Set(landings).size === landings.length;
  },
  'no work that is there is paid for again, but for a conflict': ({ resumed }) =>
    begunAgain(resumed).every((id) => !doneBefore(resumed).includes(id)),
  'PRD and plan are asked for once': ({ resumed: { before, questions } }) => {
    const known = before.map(({ type }) => type);
    return (
      !(known.includes('prd-written') && questions.includes('prd')) &&
      !(known.includes('plan-made') && questions.includes('plan'))
    );
  },
  'the baseline is taken once': ({ resumed }) =>
    resumed.events.filter(({ type }) => type === 'baseline-taken').length <= 1,
  'what was spent before the kill counts': ({ resumed }) => Math.abs(costOf(resumed.run) - cost(resumed.events)) < 1e-9,
  'every landing is on the branch that was delivered': ({ resumed }) => {
    const texts = Object.values(delivered(resumed)).join('\n');
    return landedIn(resumed.run).every((id) => texts.includes(`by ${id}`));
  },
  'there is one pull request, of one branch': ({ resumed: { outer } }) =>
    outer.github.pullRequests.length <= 1 &&
    [...outer.repository.userBranches.keys()].filter((name) => name.startsWith('aider/')).length <= 1,
  'at its end all is kept in the repository': ({ resumed: { outer, events } }) =>
    outer.archive.taken.at(-1)?.events.length === events.length,
};

const broken = (told: Told): readonly string[] => Object.keys(faults).filter((name) => faults[name]?.(told) === false);

const expectLikeUndisturbed = (told: Told): void => {
  expect(broken(told)).toEqual([]);
  const { undisturbed, resumed } = told;
  expect(resumed.run.end?.status).toBe(undisturbed.run.end?.status);
  expect([...landedIn(resumed.run)].toSorted()).toEqual([...landedIn(undisturbed.run)].toSorted());
  expect(delivered(resumed)).toEqual(delivered(undisturbed));
};

describe('a run that is killed after any event and resumed', () => {
  it(
    'ends like the undisturbed run, with no task paid or landed twice',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories(false), cuts, async (story, cut) => expectLikeUndisturbed(await tell(story, cut))),
        { numRuns },
      );
    },
    timeoutMs,
  );

  it.each(machines)(
    'ends so at each of its events where work is redone on top: %s',
    async (machine) => {
      const writes = (id: string, ...more: readonly string[]) => ({ writes: [`own/${id}.ts`, ...more] });
      const plan = {
        version: 1,
        title: 'A plan',
        tasks: [
          task('t-0', writes('t-0')),
          task('t-1', writes('t-1')),
          task('t-2', { ...writes('t-2'), dependsOn: ['t-1'] }),
          task('t-3', writes('t-3', 'shared/x.ts')),
        ],
      };
      const story: Story = { seed: 3, plan, maxAgents: 2, trouble: 0, clashes: 1, quarrels: false };
      const { outer, run, events } = await tellUndisturbed(story);
      expect(run.conflicts.map(({ end }) => end)).toContain('landed-after-redo');
      const undisturbed = { outer, run, events };
      for (let after = 1; after < events.length; after += 1)
        for (const forgotten of machine === 'crashed' ? [4, 12, 20] : [1]) {
          const resumed = await killAndResume(story, { after, machine, forgotten });
          expectLikeUndisturbed({ undisturbed, resumed, story });
        }
    },
    120_000,
  );

  it(
    'ends well-ordered also where tasks break each other and are repaired or taken out',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories(true), cuts, async (story, cut) => {
          expect(broken(await tell(story, cut))).toEqual([]);
        }),
        { numRuns: Math.ceil(numRuns / 2) },
      );
    },
    timeoutMs,
  );

  it('has been tried at every kind of event', async () => {
    const seen = new Set<string>();
    for (const [story] of fc.sample(fc.tuple(stories(true)), { numRuns: 20, seed: 4 }))
      for (const { type } of (await tellUndisturbed(story)).events) seen.add(type);
    for (const type of ['task-landing', 'integration-moving', 'repair-ended', 'task-evicted', 'branch-pushing'])
      expect(seen).toContain(type);
    for (const type of ['conflict-found', 'conflict-predicted', 'conflict-ended']) expect(seen).toContain(type);
  });
});

describe('what a kill cut short', () => {
  it('is a task that is given up, where its last attempt had failed', async () => {
    const outer = aWorld({ plan: [task('a'), task('b')], inputs: { 'max-attempts': '1' } });
    outer.agents.play = (message, nth, files) =>
      message.label === 'agent-2' ? {} : writesOwnFile(message, nth, files);
    const { tasks } = await outer.execute();
    const before = outer.journal.events.slice(
      0,
      outer.journal.events.findIndex(({ type }) => type === 'task-failed'),
    );
    expect(before.at(-1)?.type).toBe('attempt-failed');
    outer.repository.reopen();
    const world = { ...outer.world, journal: new FakeJournal(), resume: before };
    const { run } = await outer.clock.drive(executeRequest(world, aRequest()));
    const failureOf = (of: Run['tasks']) =>
      of.map(({ state }) => (state.kind === 'failed' ? state.failure : state.kind));
    expect(failureOf(run.tasks)).toEqual(failureOf(tasks));
  });

  it('is not landed before what it builds on, which has to be done once more', async () => {
    const { tools, repository, journal, recorder } = aBench({ tasks: [aTask('a'), aTask('b', { dependsOn: ['a'] })] });
    const { sha } = repository.base;
    const start = { commit: sha, tree: sha };
    const ref = 'refs/heads/aider-integration';
    const integration = await createIntegration({ repository, run: () => recorder.run, ref, start });
    const tree = await repository.addFiles(sha, { 'src/b.ts': 'b' });
    const commit = await repository.commit({ tree, parents: [sha], message: 'b' });
    await landDone(tools, integration, [{ task: taskId('b'), attempt: 1, commit, start: sha }]);
    expect(journal.of('task-landing')).toEqual([]);
  });
});
