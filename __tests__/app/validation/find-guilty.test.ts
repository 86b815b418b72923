import fc from 'fast-check';
import type { ValidationCommand } from '../../../src/core/validation.js';
import { newFailures } from '../../../src/app/validation/checker.js';
import { findGuilty, type Guilt } from '../../../src/app/validation/find-guilty.js';
import { namedBy } from '../../../src/app/validation/named-by.js';
import type { Step } from '../../../src/app/step.js';
import { aChange, aJudged, aTask, taskId } from '../../support/builders.js';
import { failing } from '../../support/fake-validator.js';
import { aBench, command, type Bench } from '../../support/bench.js';

const test = command('test');
const lint = command('lint');

type Landed = Bench & { readonly steps: readonly Step[] };
type Files = Readonly<Record<string, string>>;

interface Setting {
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  readonly commands?: readonly ValidationCommand[];
}

/** `count` tasks that have landed one after the other, each with a file of its own. */
const landed = async (count: number, { dependsOn = {}, commands = [test] }: Setting = {}): Promise<Landed> => {
  const ids = Array.from({ length: count }, (_, index) => `t-${index}`);
  const tasks = ids.map((id) => aTask(id, { dependsOn: dependsOn[id] ?? [] }));
  const bench = aBench({ tasks, commands });
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
  return { ...bench, steps };
};

const has = (files: Files, id: string): boolean => files[`src/${id}.ts`] !== undefined;

/** The test is red from the landing of `guilty` on. */
const redSince = (bench: Bench, guilty: string, output = 'one test failed'): void => {
  bench.validator.judge(test.run, (files) => (has(files, guilty) ? output : undefined));
};

/** Who is guilty of what fails on the head; `runs` of the validator from then on are the search's own. */
const find = async (bench: Landed): Promise<Guilt | undefined> => {
  const { checker, repository, recorder, validator, steps } = bench;
  const { sha } = repository.base;
  const head = steps.at(-1)?.head;
  const failures = head === undefined ? [] : newFailures(await checker.check(head));
  validator.runs.length = 0;
  const folding = { repository, run: recorder.run, start: { commit: sha, tree: sha } };
  const guilt = await findGuilty(checker, { folding, steps, failures });
  if (guilt !== undefined) expect(guilt.runs).toBe(validator.runs.length);
  return guilt;
};

describe('the guilty task', () => {
  it('is looked for first where the failures point to, and believed only when it is so', async () => {
    const right = await landed(8);
    redSince(right, 't-2', 'FAIL at /one/path/src/t-2.ts:3:7');
    expect(await find(right)).toMatchObject({ task: 't-2' });
    expect(right.validator.runs.length).toBeLessThanOrEqual(4);
    const wrong = await landed(8);
    redSince(wrong, 't-5', 'FAIL at src/t-2.ts:3:7');
    expect(await find(wrong)).toMatchObject({ task: 't-5' });
  });

  it.each(['at src/t-2.ts', 'src/t-2.ts:1', './src/t-2.ts', '"src/t-2.ts"', 'in src/t-2.ts.', '(src/t-2.ts)'])(
    'is known from %s',
    async (output) => {
      const bench = await landed(4);
      const { run } = bench.recorder;
      const tasks = new Set(run.tasks.map(({ task }) => task.id));
      expect(namedBy([aJudged('test', { exitCode: 1, output })], run, tasks)).toEqual(['t-2']);
    },
  );

  it.each([
    ['as the end of another path', 'see lib-src/t-2.ts'],
    ['as the front of a longer name', 'see src/t-2.tsx and src/t-2.ts-old'],
    ['as part of a word', 'mysrc/t-2.ts'],
    ['never', 'one test failed'],
  ])('is not named where its file stands %s', async (_, output) => {
    const { recorder } = await landed(4);
    const tasks = new Set(recorder.run.tasks.map(({ task }) => task.id));
    expect(namedBy([aJudged('test', { exitCode: 1, output })], recorder.run, tasks)).toEqual([]);
  });

  it('is named by the tests that newly fail, not by what else is printed', async () => {
    const { recorder } = await landed(4);
    const tests = {
      formats: ['jest'],
      complete: true,
      failures: [
        { id: 'old', files: ['src/t-0.ts'] },
        { id: 'new', message: 'x', files: ['src/t-1.ts'] },
      ],
    };
    const failure = aJudged('test', { exitCode: 1, output: 'PASS src/t-3.ts', tests, newFailures: ['new'] });
    const tasks = new Set(recorder.run.tasks.map(({ task }) => task.id));
    expect(namedBy([failure], recorder.run, tasks)).toEqual(['t-1']);
  });

  it('is not one that was taken out again, though the output names its file', async () => {
    const bench = await landed(3);
    redSince(bench, 't-0', 'src/t-1.ts');
    const without = { ...bench, steps: bench.steps.filter(({ task }) => task !== 't-1') };
    expect(await find(without)).toMatchObject({ task: 't-0' });
  });

  it('is searched for with the failing commands alone', async () => {
    const bench = await landed(5, { commands: [test, lint] });
    redSince(bench, 't-3');
    await find(bench);
    expect(new Set(bench.validator.runs.map((run) => run.command))).toEqual(new Set([test.run]));
  });

  it('is found for a command that needs what one before it makes', async () => {
    const bench = await landed(5, { commands: [lint, test] });
    let isLinted: string | undefined;
    bench.validator.judge(lint.run, (files) => void (isLinted = JSON.stringify(files)));
    bench.validator.judge(test.run, (files) => {
      const ready = isLinted === JSON.stringify(files);
      isLinted = undefined;
      return ready && !has(files, 't-3') ? undefined : 'red';
    });
    expect(await find(bench)).toMatchObject({ task: 't-3' });
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
    expect(await find({ ...bench, steps: [...bench.steps, step] })).toMatchObject({ task: 't-0' });
  });

  it('is nobody when nothing has landed', async () => {
    expect(await find(await landed(0))).toBeUndefined();
  });

  it('is found wherever it landed, in at most log2(n) runs, one to be sure and one of it alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1))),
        fc.boolean(),
        async ([count, guilty], isNamed) => {
          const bench = await landed(count);
          redSince(bench, `t-${guilty}`, isNamed ? failing([`test of ${guilty}`]) : 'one test failed');
          expect(await find(bench)).toMatchObject({ task: `t-${guilty}` });
          const most = Math.ceil(Math.log2(count)) + (isNamed ? 1 : 2);
          expect(bench.validator.runs.length).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('is found though another test is flaky on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(7), fc.nat(7), fc.boolean(), async (guilty, flakyAt, isNamed) => {
        const bench = await landed(8);
        const seen = new Set<string>();
        bench.validator.judge(test.run, (files) => {
          const broken = has(files, `t-${guilty}`) ? ['broken'] : [];
          const key = Object.keys(files).join();
          const isFirst = !seen.has(key) && Object.keys(files).length === flakyAt + 3;
          seen.add(key);
          const failed = [...broken, ...(isFirst ? ['now and then'] : [])];
          if (failed.length === 0) return undefined;
          return isNamed ? failing(failed) : 'something failed';
        });
        expect(await find(bench)).toMatchObject({ task: `t-${guilty}` });
      }),
      { numRuns: 60 },
    );
  });

  it('of one failing test is not the one that broke another meanwhile mended', async () => {
    const bench = await landed(8);
    bench.validator.judge(test.run, (files) => {
      const failed = [
        ...(has(files, 't-1') && !has(files, 't-4') ? ['unfinished'] : []),
        ...(has(files, 't-6') ? ['broken'] : []),
      ];
      return failed.length === 0 ? undefined : failing(failed);
    });
    expect(await find(bench)).toMatchObject({ task: 't-6' });
  });
});

describe('two tasks that are green alone and red together', () => {
  const redTogether = (bench: Bench, one: string, other: string, output = 'red'): void => {
    bench.validator.judge(test.run, (files) => (has(files, one) && has(files, other) ? output : undefined));
  };

  it('are both named, the later one first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(7), { minLength: 2, maxLength: 2 }), async (pair) => {
        const [one = 0, other = 0] = pair.toSorted((a, b) => a - b);
        const bench = await landed(8);
        redTogether(bench, `t-${one}`, `t-${other}`);
        expect(await find(bench)).toMatchObject({ task: `t-${other}`, with: `t-${one}` });
        expect(bench.validator.runs.length).toBeLessThanOrEqual(3 + 1 + 1 + 3);
      }),
      { numRuns: 40 },
    );
  });

  it('are found at once where the failure names the other one', async () => {
    const bench = await landed(8);
    redTogether(bench, 't-1', 't-6', failing(['src/t-1.ts is not what it was']));
    expect(await find(bench)).toMatchObject({ task: 't-6', with: 't-1' });
  });

  it('are none where the later one builds on the earlier one', async () => {
    const bench = await landed(4, { dependsOn: { 't-3': ['t-1'] } });
    redTogether(bench, 't-1', 't-3');
    expect(await find(bench)).toEqual({ task: 't-3', runs: expect.any(Number) as number });
  });

  it('are none where one is red by itself', async () => {
    const bench = await landed(4);
    redSince(bench, 't-2');
    expect(await find(bench)).not.toHaveProperty('with');
  });
});
