import type { ValidationCommand } from '../../../src/core/validation.js';
import { hasNoNewFailure, newFailures, type Revision } from '../../../src/app/validation/checker.js';
import { failing } from '../../support/fake-validator.js';
import { aBench, command, type Bench } from '../../support/bench.js';
import { settle } from '../../support/fake-clock.js';

const lint = command('lint');
const test = command('test');
const verify = (run: string): ValidationCommand => ({ name: `verify: ${run}`, run, timeoutMs: 1_000 });

/** A commit on base with these files. */
const revision = async ({ repository }: Bench, files: Readonly<Record<string, string>>): Promise<Revision> => {
  const tree = await repository.addFiles(repository.base.sha, files);
  return { tree, commit: await repository.commit({ tree, parents: [repository.base.sha], message: 'x' }) };
};

const withBaseline = async (commands: readonly ValidationCommand[] = [lint, test]): Promise<Bench> => {
  const bench = aBench({ commands });
  await bench.checker.baseline;
  return bench;
};

describe('the baseline', () => {
  it('is begun at once, at the base commit, and shared by all who ask', async () => {
    const bench = aBench({ commands: [lint, test] });
    const { checker, validator, repository } = bench;
    await Promise.all([checker.baseline, checker.baseline, checker.check(await revision(bench, { a: '1' }))]);
    const atBase = validator.runs.filter(({ commit }) => commit === repository.base.sha);
    expect(atBase.map((run) => run.command)).toEqual([lint.run, test.run]);
  });

  it('needs no clone when there are no commands', async () => {
    const bench = aBench();
    bench.repository.failOn('clone', new Error('no space'));
    expect(await bench.checker.baseline).toEqual([]);
  });

  it('that breaks is told to whoever asks for it', async () => {
    const bench = aBench({ commands: [lint] });
    bench.validator.failOn('run', new Error('no shell'));
    await expect(bench.checker.baseline).rejects.toThrow('no shell');
    await expect(bench.checker.check(await revision(bench, { a: '1' }))).rejects.toThrow('no shell');
  });

  it('answers for base itself', async () => {
    const { checker, validator, repository } = await withBaseline();
    const { sha } = repository.base;
    await checker.check({ commit: sha, tree: sha });
    expect(validator.runs).toHaveLength(2);
  });
});

describe('a check', () => {
  it('runs the same command on the same tree once, whatever the commit', async () => {
    const bench = await withBaseline();
    const first = await revision(bench, { a: '1' });
    const again = { ...first, commit: await bench.repository.commit({ tree: first.tree, parents: [], message: 'y' }) };
    await bench.checker.check(first);
    const before = bench.validator.runs.length;
    expect(await bench.checker.check(again)).toHaveLength(2);
    expect(bench.validator.runs).toHaveLength(before);
  });

  it('runs it once also for two who ask at the same time', async () => {
    const bench = await withBaseline([test]);
    const at = await revision(bench, { a: '1' });
    bench.validator.gate.hold(test.run);
    const both = Promise.all([bench.checker.check(at), bench.checker.check(at, [verify('make it')])]);
    await settle();
    bench.validator.gate.release(test.run);
    await both;
    expect(bench.validator.runs.filter(({ commit }) => commit === at.commit)).toEqual([
      { command: test.run, commit: at.commit },
      { command: 'make it', commit: at.commit },
    ]);
  });

  it("runs a task's verify that is one of the user's commands once, and names both", async () => {
    const bench = await withBaseline();
    const results = await bench.checker.check(await revision(bench, { a: '1' }), [verify(test.run)]);
    expect(results.map(({ name }) => name)).toEqual(['lint', 'test', `verify: ${test.run}`]);
    expect(bench.validator.timesRun(test.run)).toBe(2); // Once for the baseline.
  });

  it('runs only what is new on a known tree', async () => {
    const bench = await withBaseline();
    const at = await revision(bench, { a: '1' });
    await bench.checker.check(at);
    await bench.checker.check(at, [verify('make it')]);
    const there = bench.validator.runs.filter(({ commit }) => commit === at.commit);
    expect(there.map((run) => run.command)).toEqual([lint.run, test.run, 'make it']);
  });

  it('can be of only some commands', async () => {
    const bench = await withBaseline();
    const look = { manner: 'alone', revision: await revision(bench, { a: '1' }), commands: [test] } as const;
    expect((await bench.checker.probe(look)).map(({ name }) => name)).toEqual(['test']);
  });

  it('works in a clean checkout of the commit, which is thrown away also when it breaks', async () => {
    const bench = await withBaseline([test]);
    bench.validator.failOn('run', new Error('no shell'));
    await expect(bench.checker.check(await revision(bench, { a: '1' }))).rejects.toThrow('no shell');
    expect(bench.repository.clones.size).toBe(0);
  });

  it('runs a command again after one that broke', async () => {
    const bench = await withBaseline([test]);
    const at = await revision(bench, { a: '1' });
    bench.validator.failOn('run', new Error('no shell'));
    await bench.checker.check(at).catch(() => undefined);
    bench.validator.failOn('run', null);
    expect(await bench.checker.check(at)).toMatchObject([{ verdict: 'green' }]);
  });

  it('remembers nothing of a run that was stopped', async () => {
    const bench = await withBaseline([test]);
    const at = await revision(bench, { a: '1' });
    bench.validator.gate.hold(test.run);
    const check = bench.checker.check(at);
    await settle();
    bench.stop.abort('cancelled');
    await check;
    const before = bench.validator.runs.length;
    await bench.checker.check(at);
    expect(bench.validator.runs.length).toBe(before + 1);
  });
});

describe('a command that is red', () => {
  /** Red so many times on every tree that has the file, then green. */
  const redTimes = (bench: Bench, times: number, says = (_nth: number) => 'red'): void => {
    const left = new Map<string, number>();
    bench.validator.judge(test.run, (files) => {
      const mark = files['flaky'];
      if (mark === undefined) return undefined;
      const n = (left.get(mark) ?? 0) + 1;
      left.set(mark, n);
      return n <= times ? says(n) : undefined;
    });
  };

  it('once and green when it is run again is flaky: it counts as green, and that is told once', async () => {
    const bench = await withBaseline();
    redTimes(bench, 1, () => failing(['now and then']));
    const at = await revision(bench, { flaky: '1' });
    const [, result] = await bench.checker.check(at);
    expect(result).toMatchObject({ name: 'test', verdict: 'green', exitCode: 0, flaky: true });
    await bench.checker.check(at, [verify(test.run)]);
    expect(bench.journal.of('flaky-found')).toMatchObject([
      { name: 'test', command: test.run, commit: at.commit, failures: ['now and then'] },
    ]);
    expect(bench.recorder.run.flaky).toHaveLength(1);
  });

  it('twice is red, in two checkouts, and is not run a third time', async () => {
    const bench = await withBaseline([test]);
    redTimes(bench, 2);
    const at = await revision(bench, { flaky: '1' });
    expect(await bench.checker.check(at)).toMatchObject([{ verdict: 'new-failure' }]);
    expect(await bench.checker.check(at)).toMatchObject([{ verdict: 'new-failure' }]);
    expect(bench.validator.runs.filter(({ commit }) => commit === at.commit)).toHaveLength(2);
    expect(bench.journal.of('flaky-found')).toEqual([]);
    expect(bench.repository.clones.size).toBe(0);
  });

  it('twice is blamed for what failed both times', async () => {
    const bench = await withBaseline([test]);
    redTimes(bench, 2, (nth) => failing(['broken', `flaky ${nth}`]));
    expect(await bench.checker.check(await revision(bench, { flaky: '1' }))).toMatchObject([
      { verdict: 'new-failure', newFailures: ['broken'] },
    ]);
  });

  it('as it was at base is not run again', async () => {
    const bench = aBench({ commands: [test], rules: { [test.run]: () => failing(['old']) } });
    await bench.checker.baseline;
    const at = await revision(bench, { a: '1' });
    expect(await bench.checker.check(at)).toMatchObject([{ verdict: 'known-failure' }]);
    expect(bench.validator.runs.filter(({ commit }) => commit === at.commit)).toHaveLength(1);
  });

  it('at base by one test more than a second time names both runs as they are: only new tests are run again', async () => {
    const bench = aBench({ commands: [test], rules: { [test.run]: () => failing(['old']) } });
    await bench.checker.baseline;
    let nth = 0;
    bench.validator.judge(test.run, () => failing((nth += 1) === 1 ? ['old', 'now and then'] : ['old']));
    expect(await bench.checker.check(await revision(bench, { a: '1' }))).toMatchObject([
      { verdict: 'known-failure', flaky: true },
    ]);
    expect(bench.journal.of('flaky-found')).toMatchObject([{ failures: ['now and then'] }]);
  });

  it('only the first time at base was green there', async () => {
    let nth = 0;
    const rules = { [test.run]: () => ((nth += 1) === 1 ? 'red' : undefined) };
    const bench = aBench({ commands: [test], rules });
    expect(await bench.checker.baseline).toMatchObject([{ exitCode: 0, flaky: true }]);
    expect(bench.journal.of('flaky-found')).toHaveLength(1);
  });

  it('because it ran out of time is not run again', async () => {
    const bench = await withBaseline([test]);
    bench.validator.judge(test.run, () => 'too slow');
    bench.validator.timeOut = true;
    const at = await revision(bench, { a: '1' });
    expect(await bench.checker.check(at)).toMatchObject([{ verdict: 'new-failure', timedOut: true }]);
    expect(bench.validator.runs.filter(({ commit }) => commit === at.commit)).toHaveLength(1);
  });
});

describe('a look', () => {
  it('alone takes what is known, and again takes nothing', async () => {
    const bench = await withBaseline([lint, test]);
    const at = await revision(bench, { a: '1' });
    await bench.checker.check(at);
    const before = bench.checker.count;
    await bench.checker.probe({ manner: 'alone', revision: at, commands: [test] });
    expect(bench.checker.count).toBe(before);
    await bench.checker.probe({ manner: 'again', revision: at, commands: [test] });
    expect(bench.checker.count).toBe(before + 1);
  });

  it('alone is no answer for a whole check', async () => {
    const bench = await withBaseline([lint, test]);
    const at = await revision(bench, { a: '1' });
    await bench.checker.probe({ manner: 'alone', revision: at, commands: [test] });
    await bench.checker.check(at);
    expect(bench.validator.runs.filter(({ commit }) => commit === at.commit).map((run) => run.command)).toEqual([
      test.run,
      lint.run,
      test.run,
    ]);
  });
});

describe('a verdict', () => {
  it('is a new failure where base was green and unknown where it was red', async () => {
    const bench = aBench({ commands: [lint, test], files: { broken: 'x' } });
    bench.validator.judge(lint.run, (files) => (files['broken'] === undefined ? undefined : 'lint is red'));
    bench.validator.judge(test.run, (files) => (files['bug'] === undefined ? undefined : 'bug'));
    const results = await bench.checker.check(await revision(bench, { bug: 'x' }));
    expect(results.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['lint', 'unknown'],
      ['test', 'new-failure'],
    ]);
    expect(hasNoNewFailure(results)).toBe(false);
    expect(newFailures(results).map(({ name }) => name)).toEqual(['test']);
  });

  it("of a task's verify counts whatever the baseline was", async () => {
    const bench = aBench({ commands: [test] });
    bench.validator.judge(test.run, () => 'always red');
    const results = await bench.checker.check(await revision(bench, { a: '1' }), [verify(test.run)]);
    expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'new-failure']);
  });
});
