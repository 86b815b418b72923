import { makePlan, type PlanMaterial } from '../../src/app/make-plan.js';
import { aPlan, aPrd, aTask } from '../support/builders.js';
import { aBench, type Bench, type BenchOptions } from '../support/bench.js';
import type { Said } from '../support/fake-model.js';
import { task } from '../support/plans.js';

const context = async () => ({ tree: ['README.md'], manifests: [], named: [], repositoryMap: '', validation: [] });
const material: PlanMaterial = { prd: aPrd(), context, boundary: 'part-x' };

const planOf = (...tasks: readonly unknown[]) => ({ says: { version: 1, title: 'Plan', tasks } });
const sound = planOf(task('one'), task('two'));
const faulty = planOf(task('one', { dependsOn: ['nobody'] }));

const make = async (answers: readonly Said[], options: BenchOptions & { over?: Partial<PlanMaterial> } = {}) => {
  const { over, ...rest } = options;
  const bench: Bench = aBench(rest);
  bench.model.will('plan', ...answers);
  const plan = await makePlan(bench.tools, { ...material, ...over });
  return { ...bench, made: plan, event: bench.journal.of('plan-made')[0] };
};

describe('a plan', () => {
  it('is asked of the model and parsed by code', async () => {
    const { made, event, model, journal } = await make([sound]);
    expect(made.ok && made.value.tasks.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(event).toMatchObject({ origin: 'model', notes: [] });
    expect(model.questions).toHaveLength(1);
    expect(model.questions[0]?.prompt).toContain('part-x');
    expect(journal.of('model-called')).toMatchObject([{ phase: 'plan' }]);
  });

  it('has the criteria of the PRD, whatever the model made of them', async () => {
    const { made } = await make([
      {
        says: {
          version: 1,
          title: 'P',
          acceptance: [{ id: 'AC9', text: 'mine' }],
          tasks: [task('one', { acceptance: ['AC1'] })],
        },
      },
    ]);
    expect(made.ok && made.value.acceptance).toEqual(aPrd().acceptance);
  });

  it('goes back with its faults, and the next is taken when it has none', async () => {
    const { made, model, event } = await make([faulty, sound]);
    expect(made.ok).toBe(true);
    expect(event?.origin).toBe('model');
    expect(model.questions).toHaveLength(2);
    expect(model.questions[0]?.prompt).not.toContain('nobody');
    expect(model.questions[1]?.prompt).toContain('nobody');
  });

  it('goes back with the reason when the answer was none', async () => {
    const { made, model } = await make([{ says: { tasks: 'none' } }, sound]);
    expect(made.ok).toBe(true);
    expect(model.questions[1]?.prompt).toContain('tasks');
  });

  it('becomes one task after two corrections, and says so', async () => {
    const { made, model, event, journal } = await make([faulty], { request: { title: 'Add it', body: 'please' } });
    expect(model.questions).toHaveLength(3);
    expect(journal.of('model-called')).toHaveLength(3);
    expect(made.ok && made.value.tasks).toHaveLength(1);
    expect(made.ok && made.value.tasks[0]?.instructions).toContain('Add it');
    expect(event?.origin).toBe('fallback');
    expect(event?.notes.at(-1)).toMatch(/after 2 corrections .*nobody.*one task/);
  });

  it.each(['auth-failed', 'quota-exhausted', 'rate-limited', 'provider-error', 'answer-cut', 'cancelled'] as const)(
    'is not asked for again after %s',
    async (reason) => {
      const { made, model, event } = await make([{ fails: reason }]);
      expect(made).toMatchObject({ ok: false, failure: { reason } });
      expect(model.questions).toHaveLength(1);
      expect(event).toBeUndefined();
    },
  );

  it('that was brought is taken as it is, and nobody is asked', async () => {
    const plan = aPlan([aTask('mine')]);
    const { made, event, model } = await make([], {
      inputs: { plan: 'plan.json' },
      over: { brought: { plan, notes: ['an edge was added'] } },
    });
    expect(made).toEqual({ ok: true, value: plan });
    expect(event).toMatchObject({ origin: 'file', notes: ['an edge was added'] });
    expect(model.questions).toEqual([]);
  });

  it('has a hash of the plan, the base and the request', async () => {
    const one = await make([sound]);
    const again = await make([sound]);
    const other = await make([sound], { request: { body: 'Something else.' } });
    expect(one.event?.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(again.event?.hash).toBe(one.event?.hash);
    expect(other.event?.hash).not.toBe(one.event?.hash);
  });
});

describe('a plan by hand-picked files', () => {
  it('says what may be written and holds the model to it', async () => {
    const { event, model } = await make([planOf(task('one', { writes: ['src/x.ts'] })), sound], {
      inputs: { files: 'own/**' },
    });
    expect(model.questions[1]?.prompt).toContain('src/x.ts');
    expect(event?.notes).toContain('Only these files may be written: own/**.');
  });

  it('falls back to one task over just these files', async () => {
    const { made } = await make([faulty], { inputs: { files: 'src/old.ts' } });
    expect(made.ok && made.value.tasks[0]?.writes).toEqual(['src/old.ts']);
  });

  it('of which none may be written is the fault of the settings, not ours', async () => {
    const { made } = await make([faulty], { inputs: { files: '.github/x.yml' } });
    expect(made).toMatchObject({ ok: false, failure: { reason: 'files-empty', who: 'user' } });
  });
});

describe('a plan by rule', () => {
  const files = { 'lib/a.ts': '', 'lib/b.ts': '', 'src/c.ts': '', '.github/ci.yml': '' };

  it.each<[string, readonly (readonly string[])[]]>([
    ['files:2', [['lib/a.ts', 'lib/b.ts'], ['src/c.ts']]],
    ['files:3', [['lib/a.ts', 'lib/b.ts', 'src/c.ts']]],
    [
      'directory',
      [
        ['lib/a.ts', 'lib/b.ts', 'lib/*'],
        ['src/c.ts', 'src/*'],
      ],
    ],
  ])('is made by split: %s, without a model and without protected files', async (split, writes) => {
    const { made, event, model } = await make([], { files, inputs: { split } });
    expect(made.ok && made.value.tasks.map((each) => each.writes)).toEqual(writes);
    expect(event?.origin).toBe('split');
    expect(model.questions).toEqual([]);
  });

  it('is one task by split: none', async () => {
    const { made } = await make([], { files, inputs: { split: 'none' } });
    expect(made.ok && made.value.tasks).toHaveLength(1);
  });

  it('splits only the files that were picked', async () => {
    const { made } = await make([], { files, inputs: { split: 'files:1', files: 'lib/**' } });
    expect(made.ok && made.value.tasks.map((each) => each.writes)).toEqual([['lib/a.ts'], ['lib/b.ts']]);
  });

  it('splits what changed since a ref', async () => {
    const before = { ...files, 'lib/a.ts': 'older', 'src/c.ts': 'older' };
    const { made } = await make([], { files, before, inputs: { split: 'diff:main~1' } });
    expect(made.ok && made.value.tasks.map((each) => each.writes)).toEqual([['lib/a.ts'], ['src/c.ts']]);
  });

  it('names a ref that does not exist', async () => {
    const { made } = await make([], { files, inputs: { split: 'diff:nowhere' } });
    expect(made).toMatchObject({ ok: false, failure: { reason: 'split-ref-unknown', who: 'user' } });
    expect(made.ok || made.failure.message).toContain('nowhere');
  });

  it('that leaves no file says so', async () => {
    const { made } = await make([], { files, inputs: { split: 'files:1', files: 'docs/**' } });
    expect(made).toMatchObject({ ok: false, failure: { reason: 'split-empty', who: 'user' } });
  });
});
