import fc from 'fast-check';
import type { JudgedResult } from '../../../src/core/run/event.js';
import { findGuilty } from '../../../src/app/validation/find-guilty.js';
import type { Step } from '../../../src/app/step.js';
import { aChange, aTask, taskId } from '../../support/builders.js';
import { aBench, command, type Bench } from '../../support/bench.js';

const test = command('test');
const lint = command('lint');

/** `count` tasks that have landed one after the other, each with a file of its own. */
const landed = async (count: number): Promise<Bench & { steps: readonly Step[] }> => {
  const ids = Array.from({ length: count }, (_, index) => `t-${index}`);
  const bench = aBench({ tasks: ids.map((id) => aTask(id)), commands: [lint, test] });
  const { repository, recorder } = bench;
  const steps: Step[] = [];
  for (const id of ids) {
    const start = steps.at(-1)?.head.commit ?? repository.base.sha;
    const tree = await repository.addFiles(start, { [`src/${id}.ts`]: id });
    const commit = await repository.commit({ tree, parents: [start], message: id });
    steps.push({ task: taskId(id), commit, start, head: { commit, tree } });
    const changes = [aChange(`src/${id}.ts`)];
    recorder.record({ type: 'task-landed', task: taskId(id), attempt: 1, commit, head: commit, changes });
  }
  await bench.checker.baseline;
  bench.validator.runs.length = 0;
  return { ...bench, steps };
};

/** The test is red from the landing of `guilty` on. */
const redSince = (bench: Bench, guilty: string, output = 'one test failed'): void => {
  bench.validator.judge(test.run, (files) => (files[`src/${guilty}.ts`] === undefined ? undefined : output));
};

const failuresAt = async ({ checker, steps, validator }: Awaited<ReturnType<typeof landed>>) => {
  const head = steps.at(-1)?.head;
  if (head === undefined) return [];
  const results = await checker.checkOnly(head, [test]);
  validator.runs.length = 0;
  return results;
};

const find = async (bench: Awaited<ReturnType<typeof landed>>, failures?: readonly JudgedResult[]) =>
  findGuilty(bench.checker, {
    run: bench.recorder.run,
    steps: bench.steps,
    failures: failures ?? (await failuresAt(bench)),
  });

describe('the guilty task', () => {
  it('is the only one that changed a file the output names, and nothing is run for it', async () => {
    const bench = await landed(4);
    redSince(bench, 't-1', 'FAIL at /one/path/src/t-2.ts:3:7');
    expect(await find(bench)).toBe('t-2');
    expect(bench.validator.runs).toEqual([]);
  });

  it.each([
    ['as the end of another path', 'see lib-src/t-2.ts'],
    ['as the front of a longer name', 'see src/t-2.tsx and src/t-2.ts-old'],
    ['as part of a word', 'mysrc/t-2.ts'],
    ['never', 'one test failed'],
    ['together with that of another task', 'src/t-2.ts and src/t-3.ts'],
  ])('is searched for where a file is named %s', async (_, output) => {
    const bench = await landed(4);
    redSince(bench, 't-1', output);
    expect(await find(bench)).toBe('t-1');
    expect(bench.validator.runs.length).toBeGreaterThan(0);
  });

  it.each(['at src/t-2.ts', 'src/t-2.ts:1', './src/t-2.ts', '"src/t-2.ts"', 'in src/t-2.ts.', '(src/t-2.ts)'])(
    'is known from %s',
    async (output) => {
      const bench = await landed(4);
      redSince(bench, 't-1', output);
      expect(await find(bench)).toBe('t-2');
    },
  );

  it('is not one that was taken out again, though the output names its file', async () => {
    const bench = await landed(3);
    redSince(bench, 't-0', 'src/t-1.ts');
    const without = { ...bench, steps: bench.steps.filter(({ task }) => task !== 't-1') };
    expect(await find(without)).toBe('t-0');
  });

  it('is searched for with the failing commands alone', async () => {
    const bench = await landed(5);
    redSince(bench, 't-3');
    await find(bench);
    expect(new Set(bench.validator.runs.map((run) => run.command))).toEqual(new Set([test.run]));
  });

  it('may be known by a repair that broke something', async () => {
    const bench = await landed(3);
    const [first] = bench.steps;
    const last = bench.steps.at(-1);
    if (first === undefined || last === undefined) throw new Error('no steps');
    const tree = await bench.repository.addFiles(last.commit, { 'src/repair.ts': 'x' });
    const commit = await bench.repository.commit({ tree, parents: [last.commit], message: 'repair' });
    redSince(bench, 'repair');
    const step = { task: first.task, commit, start: last.commit, head: { commit, tree } };
    expect(await find({ ...bench, steps: [...bench.steps, step] })).toBe('t-0');
  });

  it('is nobody when nothing has landed', async () => {
    const bench = await landed(0);
    expect(await find(bench)).toBeUndefined();
  });

  it('is found wherever it landed, in at most log2(n) rounded up runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1))),
        async ([count, guilty]) => {
          const bench = await landed(count);
          redSince(bench, `t-${guilty}`);
          expect(await find(bench)).toBe(`t-${guilty}`);
          expect(bench.validator.runs.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
        },
      ),
      { numRuns: 80 },
    );
  });
});
