import fc from 'fast-check';
import type { PlanDocument } from '../../../src/core/plan/plan.js';
import { decide, type Command, type Limits } from '../../../src/core/schedule/decide.js';
import { brokenAfterDecision, brokenInvariants } from '../../../src/core/schedule/invariants.js';
import { PlanDocument as Document } from '../../../src/core/plan/plan.js';
import { anyPlan, task, type RawTask } from '../../support/plans.js';
import { Rig } from '../../support/schedule-rig.js';

const limits: Limits = { maxAgents: 4, maxAttempts: 3, sequential: false };
const plan = (...tasks: readonly RawTask[]): PlanDocument => Document.parse({ version: 1, title: 'x', tasks });
const show = (commands: readonly Command[]): readonly string[] =>
  commands.map((command) => {
    switch (command.kind) {
      case 'start':
        return `start ${command.task} ${command.attempt} ${command.mode}`;
      case 'skip':
        return `skip ${command.task} because ${command.because ?? 'itself'}: ${command.why}`;
      case 'finish':
        return 'finish';
    }
  });
const rigOf = (...tasks: readonly RawTask[]): Rig => new Rig(plan(...tasks));
const decided = (rig: Rig, more: Partial<Limits> = {}): readonly string[] =>
  show(decide({ plan: rig.plan, run: rig.run, limits: { ...limits, ...more } }));

describe('decide', () => {
  it('starts what is ready, the longest chain first, as far as agents go', () => {
    const rig = rigOf(
      task('short'),
      task('long', { estimateMinutes: 9 }),
      task('head', { estimateMinutes: 6 }),
      task('tail', { dependsOn: ['head'], estimateMinutes: 6 }),
    );
    expect(decided(rig, { maxAgents: 2 })).toEqual(['start head 1 fresh', 'start long 1 fresh']);
  });

  it('says nothing while agents are busy and finishes when all have landed', () => {
    const rig = rigOf(task('a'), task('b', { dependsOn: ['a'] }));
    rig.start('a');
    expect(decided(rig)).toEqual([]);
    rig.landing('a');
    expect(decided(rig)).toEqual([]);
    rig.landed('a');
    expect(decided(rig)).toEqual(['start b 1 fresh']);
    rig.start('b').landing('b').landed('b');
    expect(decided(rig)).toEqual(['finish']);
  });

  it('starts nothing while it is paused, and is not over for that', () => {
    const rig = rigOf(task('a'), task('b'));
    expect(decided(rig, { paused: true })).toEqual([]);
    rig.start('a').landing('a').landed('a').start('b').landing('b').landed('b');
    expect(decided(rig, { paused: true })).toEqual(['finish']);
  });

  it('starts no more agents than memory has room for, but one where none is at work', () => {
    const rig = rigOf(task('a'), task('b'), task('c'));
    expect(decided(rig, { room: 2 })).toEqual(['start a 1 fresh', 'start b 1 fresh']);
    expect(decided(rig, { room: 0 })).toEqual(['start a 1 fresh']);
    rig.start('a');
    expect(decided(rig, { room: 0 })).toEqual([]);
    expect(decided(rig, { room: 1 })).toEqual(['start b 1 fresh']);
  });

  it('lets a task that waits grow older, until it goes before a longer one that came later', () => {
    const waiting = (minutes: number): readonly string[] => {
      const rig = rigOf(
        task('first', { estimateMinutes: 9 }),
        task('short', { estimateMinutes: 2 }),
        task('late', { estimateMinutes: 6, dependsOn: ['first'] }),
      );
      rig.start('first').landing('first').wait(minutes).landed('first');
      return decided(rig, { maxAgents: 1 });
    };
    expect(waiting(1)).toEqual(['start late 1 fresh']);
    expect(waiting(20)).toEqual(['start short 1 fresh']);
  });

  it('passes over a locked task and holds locks until the landing', () => {
    const rig = rigOf(
      task('a', { writes: ['x', 'y'], estimateMinutes: 9 }),
      task('b', { writes: ['y', 'z'], estimateMinutes: 8 }),
      task('c', { writes: ['*/c'] }),
    );
    expect(decided(rig, { maxAgents: 2 })).toEqual(['start a 1 fresh', 'start c 1 fresh']);
    rig.start('a').start('c').landing('a');
    expect(decided(rig, { maxAgents: 2 })).toEqual([]);
    rig.landed('a');
    expect(decided(rig, { maxAgents: 2 })).toEqual(['start b 1 fresh']);
  });

  it('puts retries and redos first and knows one from the other', () => {
    const rig = rigOf(task('new', { estimateMinutes: 30 }), task('again'), task('clash'));
    rig.start('again').attemptFailed('again').start('clash').landing('clash').conflict('clash');
    expect(decided(rig)).toEqual(['start again 2 fresh', 'start clash 2 redo', 'start new 1 fresh']);
  });

  it('redoes a task stopped for a foreseen conflict once the others have come to an end, in whatever way', () => {
    const rig = rigOf(task('a'), task('b'), task('c'));
    rig.start('a').start('b').start('c').predicted('b', 'a').requeued('b');
    expect(decided(rig)).toEqual([]);
    rig.landing('a');
    expect(decided(rig)).toEqual([]);
    rig.landed('a');
    expect(decided(rig)).toEqual(['start b 2 redo']);
    const other = rigOf(task('a'), task('b'))
      .start('a')
      .start('b')
      .predicted('b', 'a')
      .requeued('b')
      .attemptFailed('a');
    expect(decided(other)).toEqual(['start a 2 fresh', 'start b 2 redo']);
  });

  it('skips all behind a failed task and names it', () => {
    const rig = rigOf(task('a'), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] }), task('d'));
    rig.start('a').start('d').failed('a');
    expect(decided(rig)).toEqual(['skip b because a: "a" failed: broken', 'skip c because a: "a" failed: broken']);
    rig.skipped('b', 'a');
    expect(decided(rig)).toEqual(['skip c because a: It failed.']);
    rig.skipped('c', 'a').cancelled('d');
    expect(decided(rig)).toEqual(['finish']);
  });

  it('names the first of several that failed, in the order of the plan', () => {
    const rig = rigOf(task('a'), task('b'), task('c', { dependsOn: ['b', 'a'] }), task('d', { dependsOn: ['c', 'b'] }));
    rig.start('b').failed('b').start('a').failed('a');
    expect(decided(rig)).toEqual([
      'skip c because a: "a" failed: broken',
      'skip d because a: "a" failed: broken',
      'finish',
    ]);
    const worn = rigOf(task('a', { maxAttempts: 1 }), task('b'), task('c', { dependsOn: ['b', 'a'] }));
    worn.start('b').failed('b').start('a').attemptFailed('a');
    expect(decided(worn)).toContain('skip c because a: its attempts are used up (1)');
  });

  it('skips nothing behind a task that is at work or has landed', () => {
    const rig = rigOf(task('a'), task('b', { dependsOn: ['a'] }));
    rig.start('a');
    expect(decided(rig)).toEqual([]);
    rig.landing('a');
    expect(decided(rig)).toEqual([]);
    rig.landed('a').start('b').attemptFailed('b');
    expect(decided(rig)).toEqual(['start b 2 fresh']);
  });

  it('skips nothing while it is stopping, whatever failed', () => {
    const rig = rigOf(task('a'), task('b', { dependsOn: ['a'] }), task('c'))
      .start('a')
      .failed('a');
    expect(decided(rig, { stopping: true })).toEqual(['finish']);
    expect(decided(rig)).toEqual(['skip b because a: "a" failed: broken', 'start c 1 fresh']);
  });

  it('starts what is equally long in the order of the plan', () => {
    const rig = rigOf(task('c'), task('a'), task('b'));
    expect(decided(rig)).toEqual(['start c 1 fresh', 'start a 1 fresh', 'start b 1 fresh']);
  });

  it('counts an agent that is landing no longer as one at work', () => {
    const rig = rigOf(task('a'), task('b')).start('a');
    expect(decided(rig, { maxAgents: 1 })).toEqual([]);
    rig.landing('a');
    expect(decided(rig, { maxAgents: 1 })).toEqual(['start b 1 fresh']);
  });

  it('finishes in the same breath as the last skips', () => {
    const rig = rigOf(task('a'), task('b', { dependsOn: ['a'] }));
    rig.start('a').cancelled('a');
    expect(decided(rig)).toEqual(['skip b because a: "a" was cancelled', 'finish']);
  });

  it('starts nothing once the run is stopping, and finishes when the last agent has ended', () => {
    const rig = rigOf(task('a'), task('b'));
    rig.start('a');
    expect(decided(rig, { stopping: true })).toEqual([]);
    rig.cancelled('a');
    expect(decided(rig, { stopping: true })).toEqual(['finish']);
  });

  it('runs one task at a time in sequence, each after the landing before', () => {
    const rig = rigOf(task('a'), task('b'));
    expect(decided(rig, { sequential: true })).toEqual(['start a 1 fresh']);
    rig.start('a').landing('a');
    expect(decided(rig, { sequential: true })).toEqual([]);
  });

  it("does not start a task whose attempts are used up, the task's own limit first", () => {
    const rig = rigOf(task('a', { maxAttempts: 1 }), task('b', { dependsOn: ['a'] }));
    rig.start('a').attemptFailed('a');
    expect(decided(rig)).toEqual([
      'skip a because itself: its attempts are used up (1)',
      'skip b because a: its attempts are used up (1)',
      'finish',
    ]);
  });
});

describe('a schedule driven by decide', () => {
  const anyLimits = fc.record({
    maxAgents: fc.integer({ min: 1, max: 4 }),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    sequential: fc.boolean(),
  });
  /** Acyclic, but with overlapping writes left unordered: the locks alone must keep them apart. */
  const unlockedPlan = anyPlan.map((raw) => Document.parse(raw)).filter(isAcyclic);
  const choices = fc.array(fc.nat(), { minLength: 60, maxLength: 60 });

  it('keeps every promise in every order of events and always comes to an end', () => {
    fc.assert(
      fc.property(unlockedPlan, anyLimits, choices, (given, bounds, picks) => {
        const rig = new Rig(given);
        rig.drive(bounds, picks, (run) => {
          expect(brokenAfterDecision(run, bounds)).toEqual([]);
        });
        const open = rig.run.tasks.filter(
          ({ state }) => !['landed', 'failed', 'skipped', 'cancelled'].includes(state.kind),
        );
        expect(open).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('lands every task where nothing goes wrong, each after all it depends on', () => {
    fc.assert(
      fc.property(unlockedPlan, anyLimits, choices, (given, bounds, picks) => {
        const rig = new Rig(given);
        rig.drive(bounds, picks, () => undefined, 'well');
        const { landings } = rig.run;
        expect([...landings].toSorted()).toEqual(given.tasks.map(({ id }) => id).toSorted());
        for (const { id, dependsOn } of given.tasks)
          for (const other of dependsOn) expect(landings.indexOf(other)).toBeLessThan(landings.indexOf(id));
      }),
      { numRuns: 200 },
    );
  });

  it('is found out when it breaks a promise', () => {
    const overlap = rigOf(task('a', { writes: ['x'] }), task('b', { writes: ['x'] }))
      .start('a')
      .start('b');
    const early = rigOf(task('a'), task('b', { dependsOn: ['a'] })).start('b');
    const crowd = rigOf(task('a'), task('b')).start('a').start('b');
    expect(brokenInvariants(overlap.run, limits)).toEqual(['a and b hold the same lock']);
    expect(brokenInvariants(early.run, limits)).toEqual(['b is before a']);
    expect(brokenInvariants(crowd.run, { ...limits, maxAgents: 1 })).toEqual(['2 agents run, 1 may']);
    expect(brokenAfterDecision(rigOf(task('a')).run, limits)).toEqual([
      'left undone: {"kind":"start","task":"a","attempt":1,"mode":"fresh"}',
    ]);
    early.landing('b').landed('b').start('a').landing('a').landed('a');
    expect(brokenInvariants(early.run, limits)).toEqual(['landed against the order of the plan: b, a']);
  });
});

function isAcyclic({ tasks }: PlanDocument): boolean {
  const done = new Set<string>();
  for (let round = 0; round < tasks.length; round += 1)
    for (const { id, dependsOn } of tasks) if (dependsOn.every((other) => done.has(other))) done.add(id);
  return done.size === tasks.length;
}
