import fc from 'fast-check';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import { brokenInvariants } from '../../src/core/schedule/invariants.js';
import { killAndResume, tellUndisturbed, type Resumed, type Story, type Undisturbed } from '../support/killed-run.js';
import { soundPlan } from '../support/simulation.js';

const stories = (quarrels: boolean): fc.Arbitrary<Story> =>
  fc.record({
    seed: fc.nat(),
    plan: soundPlan,
    maxAgents: fc.integer({ min: 1, max: 4 }),
    trouble: fc.constantFrom(0, 0.5),
    quarrels: fc.constant(quarrels),
  });

/** Where it is killed, and how many of the last events' commits are gone with it. */
const kills = fc.record({ perMille: fc.integer({ min: 0, max: 999 }), forgotten: fc.constantFrom(0, 0, 0, 1, 8) });
type Kill = { readonly perMille: number; readonly forgotten: number };

interface Told {
  readonly undisturbed: Undisturbed;
  readonly resumed: Resumed;
  readonly cut: number;
  /** All commits made before the kill are still there. */
  readonly isWhole: boolean;
  readonly story: Story;
}

const tell = async (story: Story, { perMille, forgotten }: Kill): Promise<Told> => {
  const undisturbed = await tellUndisturbed(story);
  const last = undisturbed.events.findIndex(({ type }) => type === 'run-ended');
  const cut = 1 + Math.floor((perMille * (last - 1)) / 1000);
  const resumed = await killAndResume(story, undisturbed, { cut, keptUntil: cut - forgotten });
  return { undisturbed, resumed, cut, isWhole: forgotten === 0, story };
};

const delivered = ({ outer }: Undisturbed, { branch, prd }: Run): Readonly<Record<string, string>> => {
  const files = branch === undefined ? {} : outer.repository.filesAt(branch.sha);
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => path !== prd?.path && !path.startsWith('.aider_logs/')),
  );
};

const landedIn = (run: Run | undefined): readonly string[] =>
  (run?.tasks ?? []).filter(({ state }) => state.kind === 'landed').map(({ task }) => task.id);

const taskOf = (event: RunEvent): string => ('task' in event ? event.task : '');

const cost = (events: Resumed['events']): number =>
  events.reduce((sum, event) => sum + ('usage' in event ? (event.usage.costUsd ?? 0) : 0), 0);

const costOf = (run: Run): number =>
  [...run.modelCalls, ...run.repairs, ...run.tasks.flatMap(({ iterations }) => iterations)].reduce(
    (sum, { usage }) => sum + (usage?.costUsd ?? 0),
    0,
  );

/** What must hold of every run that was killed and resumed, each as a sentence about what does not. */
const faults: Readonly<Record<string, (told: Told) => boolean>> = {
  'it has ended': ({ resumed }) => resumed.run.end !== undefined,
  'the journal of both replays to the same run': ({ resumed }) =>
    JSON.stringify(replay(resumed.events)) === JSON.stringify(resumed.run),
  'events are numbered without a gap': ({ resumed }) => resumed.events.every(({ seq }, index) => seq === index + 1),
  'every task is at an end': ({ resumed }) =>
    resumed.run.tasks.every(({ state }) => ['landed', 'failed', 'skipped'].includes(state.kind)),
  'the schedule kept its rules at every moment': ({ resumed, story }) => {
    const limits = { maxAgents: story.maxAgents, maxAttempts: 3, sequential: resumed.run.sequence !== undefined };
    return resumed.sink.told
      .filter(({ run }) => run.phase === 'tasks')
      .every(({ run }) => brokenInvariants(run, limits).length === 0);
  },
  'no task that had landed is begun again': ({ resumed, cut, isWhole }) => {
    const before = landedIn(replay(resumed.events.slice(0, cut)));
    const again = resumed.events.slice(cut).flatMap((event) => (event.type === 'task-started' ? [event.task] : []));
    return !isWhole || again.every((id) => !before.includes(id));
  },
  'no task lands twice': ({ resumed, isWhole }) => {
    const landings = resumed.events.flatMap((event) => (event.type === 'task-landed' ? [event.task] : []));
    return !isWhole || new Set(landings).size === landings.length;
  },
  'no work that was done is paid for again, but for a conflict': ({ resumed, cut, isWhole }) => {
    const [before, after] = [resumed.events.slice(0, cut), resumed.events.slice(cut)];
    const done = before.filter((event) => event.type === 'iteration-ended' && event.outcome === 'changed').map(taskOf);
    const met = resumed.events.filter(({ type }) => type.startsWith('conflict-')).map(taskOf);
    const again = after.filter(({ type }) => type === 'task-started').map(taskOf);
    return !isWhole || again.every((id) => !done.includes(id) || met.includes(id));
  },
  'PRD and plan are asked for once': ({ resumed, cut }) => {
    const before = resumed.events.slice(0, cut).map(({ type }) => type);
    return (
      !(before.includes('prd-written') && resumed.questions.includes('prd')) &&
      !(before.includes('plan-made') && resumed.questions.includes('plan'))
    );
  },
  'the baseline is taken once': ({ resumed }) =>
    resumed.events.filter(({ type }) => type === 'baseline-taken').length <= 1,
  'what was spent before the kill counts': ({ resumed }) => Math.abs(costOf(resumed.run) - cost(resumed.events)) < 1e-9,
  'every landing is on the branch that was delivered': ({ undisturbed, resumed }) => {
    const texts = Object.values(delivered(undisturbed, resumed.run)).join('\n');
    return landedIn(resumed.run).every((id) => texts.includes(`by ${id}`));
  },
  'there is one pull request': ({ undisturbed }) => undisturbed.outer.github.pullRequests.length <= 1,
};

const broken = (told: Told): readonly string[] => Object.keys(faults).filter((name) => faults[name]?.(told) === false);

describe('a run that is killed after any event and resumed', () => {
  it('ends like the undisturbed run, with no task paid or landed twice', async () => {
    await fc.assert(
      fc.asyncProperty(stories(false), kills, async (story, kill) => {
        const told = await tell(story, kill);
        expect(broken(told)).toEqual([]);
        const { undisturbed, resumed } = told;
        expect(resumed.run.end?.status).toBe(undisturbed.run.end?.status);
        expect([...landedIn(resumed.run)].toSorted()).toEqual([...landedIn(undisturbed.run)].toSorted());
        expect(delivered(undisturbed, resumed.run)).toEqual(delivered(undisturbed, undisturbed.run));
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it('ends well-ordered also where tasks break each other and are repaired or taken out', async () => {
    await fc.assert(
      fc.asyncProperty(stories(true), kills, async (story, kill) => {
        expect(broken(await tell(story, kill))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  }, 60_000);

  it('has been tried at every kind of event', async () => {
    const seen = new Set<string>();
    for (const [story] of fc.sample(fc.tuple(stories(true)), { numRuns: 20, seed: 4 }))
      for (const { type } of (await tellUndisturbed(story)).events) seen.add(type);
    for (const type of ['task-landing', 'integration-moving', 'repair-ended', 'task-evicted', 'branch-pushing'])
      expect(seen).toContain(type);
  });
});
