import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { conflictKinds, openConflictRig, type ConflictRig, type Injected } from '../support/conflict-rig.js';
import { makeTemp } from '../support/git-repo.js';

let temp: string;
let rig: ConflictRig;
beforeAll(async () => {
  temp = await makeTemp();
  rig = await openConflictRig(temp);
});
afterAll(async () => {
  await rig.close();
  await rm(temp, { recursive: true, force: true });
});

const ended = ['landed-after-redo', 'resolved-and-validated', 'escalated'];

/** What must hold of every injected conflict, as sentences. */
const faults: Readonly<Record<string, (injected: Injected) => boolean>> = {
  'git agrees that it is a conflict': ({ wasClean }) => !wasClean,
  'none is silent': ({ run }) => run.conflicts.some(({ task, files }) => task === 'b' && files.length > 0),
  'each has come to an end that is written down': ({ run }) =>
    run.conflicts.every(({ end }) => end !== undefined && ended.includes(end)),
  'what landed is all in the files': ({ landed, kept }) => kept.length === landed.length,
  'the task landed, or failed with both intents for a person': ({ run }) =>
    run.tasks
      .slice(0, 2)
      .every(
        ({ state }) =>
          state.kind === 'landed' ||
          (state.kind === 'failed' &&
            state.failure.reason === 'conflict' &&
            /Task "b".*Task "[ac]"/s.test(state.failure.evidence ?? '')),
      ),
  'a task that landed has no conflict that was escalated': ({ run }) =>
    run.conflicts.every(({ task, end }) => (end === 'escalated') !== run.landings.includes(task)),
};

const broken = (injected: Injected): readonly string[] =>
  Object.keys(faults).filter((name) => faults[name]?.(injected) === false);

describe('a conflict met at a landing, in a real repository', () => {
  it('is redone, resolved and validated, or escalated: none is silent and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...conflictKinds), fc.nat(), async (kind, seed) => {
        expect(broken(await rig.inject(kind, seed))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('has been seen to end in every way', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 24; seed += 1) {
      const kind = conflictKinds[seed % conflictKinds.length] ?? 'same line';
      const injected = await rig.inject(kind, seed);
      expect(broken(injected)).toEqual([]);
      injected.run.conflicts.forEach(({ end, by }) => seen.add(`${end}${by === undefined ? '' : ` by ${by}`}`));
    }
    expect([...seen].toSorted()).toEqual([
      'escalated',
      'landed-after-redo',
      'resolved-and-validated by model',
      'resolved-and-validated by rule',
    ]);
  }, 120_000);
});
