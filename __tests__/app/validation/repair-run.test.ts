import type { Failure } from '../../../src/core/failure.js';
import type { Task } from '../../../src/core/plan/plan.js';
import { createChecker } from '../../../src/app/validation/checker.js';
import { createIntegration, type Integration } from '../../../src/app/integration.js';
import { validateAndRepair } from '../../../src/app/validation/repair-run.js';
import { runPlan } from '../../../src/app/scheduling/run-plan.js';
import { watchProgress } from '../../../src/app/validation/watch-progress.js';
import { aJudged, aTask } from '../../support/builders.js';
import { aBench, command, type Bench, type BenchOptions } from '../../support/bench.js';
import { refusedFacts, type Play } from '../../support/fake-agents.js';
import { settle } from '../../support/fake-clock.js';
import { failing, type Rule } from '../../support/fake-validator.js';

const test = command('test');
const ids = ['a', 'b', 'c', 'd'];
const independent = ids.map((id) => aTask(id));

type Stage = Bench & { readonly integration: Integration; readonly mend: () => Promise<Failure | undefined> };

interface Setting extends BenchOptions {
  readonly tasks?: readonly Task[];
  /** Red on the whole once every task has landed; no task alone is red. */
  readonly whole: Rule;
  /** What the agents do when they are called for a repair. */
  readonly repair?: (label: string, nth: number) => Play;
}

const hasAll = (files: Readonly<Record<string, string>>): boolean =>
  ids.every((id) => files[`src/${id}.ts`] !== undefined);

/** A run whose tasks have all landed; `whole` judges the integrated head. */
const landed = async ({ tasks = independent, whole, repair, ...options }: Setting): Promise<Stage> => {
  const { commands = [test] } = options;
  const bench = aBench({ tasks, ...options, commands });
  const { repository, recorder, tools, plan, agents, validator } = bench;
  const { sha } = repository.base;
  const start = { commit: sha, tree: sha };
  const ref = 'refs/heads/aider-integration';
  const integration = await createIntegration({ repository, run: () => recorder.run, ref, start });
  agents.play = ({ editFiles, label }) => ({ write: { [editFiles[0] ?? '']: `${label}\n` } });
  await runPlan(tools, plan, integration);
  expect(recorder.run.landings).toHaveLength(tasks.length);
  validator.judge(test.run, whole);
  // What was seen under the rules of before says nothing any more.
  const known = await bench.checker.baseline;
  const checker = createChecker({ repository, validator, commands, baseCommit: sha, known, signal: bench.stop.signal });
  const mending = { ...tools, checker };
  let repairs = 0;
  agents.play = ({ label }) => {
    repairs += 1;
    return repair?.(label, repairs) ?? {};
  };
  return {
    ...bench,
    integration,
    tools: mending,
    mend: () => validateAndRepair({ tools: mending, plan, integration }),
  };
};

const states = ({ recorder }: Bench): Readonly<Record<string, string>> =>
  Object.fromEntries(recorder.run.tasks.map(({ task, state }) => [task.id, state.kind]));
const rounds = ({ journal }: Bench): readonly string[] =>
  journal
    .of('validation-ended')
    .map(({ round, results }) => `${round} ${results.map(({ verdict }) => verdict).join()}`);
const repairs = ({ journal }: Bench): readonly string[] =>
  journal.of('repair-ended').map(({ round, task, outcome }) => `${round} ${task} ${outcome}`);
const filesOf = ({ integration, repository }: Stage) => repository.filesAt(integration.head.commit);

/** Red while this file of a complete head still says what the first agent wrote. */
const redUntilMended =
  (id: string, output = `src/${id}.ts: bad`): Rule =>
  (files) =>
    hasAll(files) && files[`src/${id}.ts`]?.startsWith('agent-') === true ? output : undefined;

describe('the integrated whole', () => {
  it('is validated once and left alone when it is green', async () => {
    const bench = await landed({ whole: () => undefined });
    expect(await bench.mend()).toBeUndefined();
    expect(rounds(bench)).toEqual(['0 green']);
    expect(repairs(bench)).toEqual([]);
  });

  it('is left alone when it is as red as base was', async () => {
    const bench = await landed({ whole: () => 'always', rules: { [test.run]: () => 'always' } });
    await bench.mend();
    expect(rounds(bench)).toEqual(['0 unknown']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
  });

  it('is repaired by the agent of the guilty task, on the head, with the failing output', async () => {
    const bench = await landed({
      whole: redUntilMended('b'),
      repair: () => ({ write: { 'src/b.ts': 'mended' } }),
    });
    const before = bench.integration.head.commit;
    expect(await bench.mend()).toBeUndefined();
    const message = bench.agents.messages.at(-1);
    expect(message).toMatchObject({ label: 'agent-2', clone: { commit: before } });
    expect(message?.editFiles).toEqual(['src/b.ts', 'src/d.ts']);
    expect(message?.text).toContain('Repair task `b` (round 1)');
    expect(message?.text).toContain('src/b.ts: bad');
    expect(message?.text).toContain('+agent-2');
    expect(bench.journal.of('repair-started')).toMatchObject([{ round: 1, task: 'b', commands: ['test'] }]);
    expect(repairs(bench)).toEqual(['1 b changed']);
    expect(rounds(bench)).toEqual(['0 new-failure', '1 green']);
    expect(filesOf(bench)['src/b.ts']).toBe('mended');
    expect(bench.repository.clones.size).toBe(0);
  });

  it('is repaired by whoever is found guilty by bisecting', async () => {
    const bench = await landed({
      whole: (files) => (files['src/c.ts']?.startsWith('agent-') === true ? 'one test failed' : undefined),
      repair: () => ({ write: { 'src/c.ts': 'mended' } }),
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 c changed']);
  });

  it('is repaired for one task after the other, a round each', async () => {
    const bench = await landed({
      whole: (files) => redUntilMended('a')(files) ?? redUntilMended('c')(files),
      repair: (label) => ({ write: { [label === 'agent-1' ? 'src/a.ts' : 'src/c.ts']: 'mended' } }),
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 a changed', '2 c changed']);
    expect(rounds(bench)).toEqual(['0 new-failure', '1 new-failure', '2 green']);
  });

  it('is repaired for several tasks also where no output names a file', async () => {
    /** `one` breaks what `other` does. */
    const breaks = (one: string, other: string, files: Readonly<Record<string, string>>): boolean =>
      files[`src/${other}.ts`] !== undefined && files[`src/${one}.ts`]?.startsWith('agent-') === true;
    const bench = await landed({
      whole: (files) => (breaks('b', 'a', files) || breaks('d', 'c', files) ? 'some tests failed' : undefined),
      repair: (label) => ({ write: { [label === 'agent-2' ? 'src/b.ts' : 'src/d.ts']: 'mended' } }),
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 b changed', '2 d changed']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
  });

  it('takes no repair that makes something else red', async () => {
    const lint = command('lint');
    const bench = await landed({
      commands: [test, lint],
      rules: { [lint.run]: (files) => (files['src/a.ts'] === 'ugly' ? 'src/a.ts: ugly' : undefined) },
      whole: (files) => redUntilMended('a')(files) ?? redUntilMended('c')(files),
      repair: (label) => ({ write: { [label === 'agent-1' ? 'src/a.ts' : 'src/c.ts']: 'ugly' } }),
    });
    await bench.mend();
    expect(repairs(bench)[0]).toBe('1 a validation-failed');
  });

  it("takes no repair that breaks its task's own command", async () => {
    const verify = [{ run: 'make a', timeoutSeconds: 9 }];
    const bench = await landed({
      tasks: [aTask('a', { verify }), ...independent.slice(1)],
      rules: { 'make a': (files) => (files['src/a.ts'] === 'mended' ? 'make: no rule' : undefined) },
      whole: (files) => redUntilMended('a')(files) ?? redUntilMended('c')(files),
      repair: (label) => ({ write: { [label === 'agent-1' ? 'src/a.ts' : 'src/c.ts']: 'mended' } }),
    });
    await bench.mend();
    expect(repairs(bench)[0]).toBe('1 a validation-failed');
    expect(filesOf(bench)['src/a.ts']).not.toBe('mended');
  });

  it('takes no repair that is not green by itself', async () => {
    const bench = await landed({
      whole: redUntilMended('b'),
      repair: (_label, nth) => ({ write: { 'src/b.ts': nth === 1 ? 'agent-2 tried' : 'mended' } }),
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 b validation-failed', '2 b changed']);
    expect(filesOf(bench)['src/b.ts']).toBe('mended');
  });

  it('is repaired by one task at most twice, then the task leaves', async () => {
    const bench = await landed({
      whole: redUntilMended('b'),
      repair: (_label, nth) => ({ write: { 'src/b.ts': `agent-2 tried ${nth}` } }),
      inputs: { 'max-iterations': '9' },
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 b validation-failed', '2 b validation-failed']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'landed' });
  });

  it('is repaired in at most max-iterations rounds', async () => {
    const bench = await landed({ whole: redUntilMended('b'), inputs: { 'max-iterations': '1' } });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 b no-change']);
  });

  it('is not repaired any further with a dead key', async () => {
    const bench = await landed({ whole: redUntilMended('b'), repair: () => ({ facts: refusedFacts(401) }) });
    expect(await bench.mend()).toMatchObject({ reason: 'auth-failed' });
    expect(repairs(bench)).toEqual(['1 b auth-failed']);
    expect(states(bench)).toMatchObject({ b: 'landed' });
  });
});

describe('what cannot be repaired', () => {
  const hopeless =
    (id: string): Rule =>
    (files) =>
      files[`src/${id}.ts`] === undefined ? undefined : `src/${id}.ts: bad`;

  it('is taken out, and the rest is validated again', async () => {
    const bench = await landed({ whole: hopeless('b') });
    expect(await bench.mend()).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'landed' });
    expect(rounds(bench).at(-1)).toMatch(/^\d green$/);
    expect(filesOf(bench)).not.toHaveProperty(['src/b.ts']);
    expect(bench.recorder.run.landings).toEqual(['a', 'c', 'd']);
    expect(bench.journal.of('task-evicted')).toMatchObject([
      { task: 'b', failure: { reason: 'broke-validation', message: expect.stringContaining(test.run) as string } },
    ]);
    expect(bench.journal.of('validation-ended').at(-1)?.head).toBe(bench.integration.head.commit);
  });

  it('takes with it what depends on it, which is told apart', async () => {
    const bench = await landed({
      tasks: [aTask('a'), aTask('b', { dependsOn: ['a'] }), aTask('c'), aTask('d', { dependsOn: ['b'] })],
      whole: hopeless('a'),
    });
    await bench.mend();
    expect(states(bench)).toEqual({ a: 'failed', b: 'failed', c: 'landed', d: 'failed' });
    expect(bench.journal.of('task-evicted').map(({ task, failure }) => `${task} ${failure.reason}`)).toEqual([
      'a broke-validation',
      'b depends-on-evicted',
      'd depends-on-evicted',
    ]);
  });

  it('leaves one after the other until the rest is green', async () => {
    const bench = await landed({ whole: (files) => hopeless('a')(files) ?? hopeless('d')(files) });
    await bench.mend();
    expect(states(bench)).toEqual({ a: 'failed', b: 'landed', c: 'landed', d: 'failed' });
  });

  it('goes on leaving as long as the rest is red', async () => {
    const bench = await landed({ whole: (files) => (Object.keys(files).length > 3 ? 'too many' : undefined) });
    await bench.mend();
    expect(Object.values(states(bench)).toSorted()).toEqual(['failed', 'failed', 'failed', 'landed']);
    expect(rounds(bench).at(-1)).toMatch(/green$/);
  });

  it('does not keep others from being repaired', async () => {
    const bench = await landed({
      whole: (files) => hopeless('b')(files) ?? redUntilMended('c')({ ...files, 'src/b.ts': '' }),
      repair: (label) => (label === 'agent-3' ? { write: { 'src/c.ts': 'mended' } } : {}),
      inputs: { 'max-iterations': '3' },
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 b no-change', '2 b no-change', '3 c changed']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'landed' });
  });

  it('keeps the repairs of others', async () => {
    const bench = await landed({
      whole: (files) => (files['src/a.ts']?.startsWith('agent-') === true ? 'src/a.ts: bad' : hopeless('b')(files)),
      repair: (label) => (label === 'agent-1' ? { write: { 'src/a.ts': 'mended' } } : {}),
      inputs: { 'max-iterations': '5' },
    });
    await bench.mend();
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'landed' });
    expect(filesOf(bench)['src/a.ts']).toBe('mended');
  });

  it('is delivered red where that is asked for', async () => {
    const bench = await landed({ whole: hopeless('b'), inputs: { deliver: 'all' } });
    expect(await bench.mend()).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
    expect(rounds(bench).at(-1)).toContain('new-failure');
    expect(filesOf(bench)).toHaveProperty(['src/b.ts']);
  });
});

describe('two tasks that are red only together', () => {
  const redTogether: Rule = (files) =>
    files['src/b.ts']?.startsWith('agent-') === true && files['src/c.ts'] !== undefined ? 'red' : undefined;

  it('are both named, and the later one repairs in the files of both', async () => {
    const bench = await landed({ whole: redTogether, repair: () => ({ write: { 'src/b.ts': 'mended' } }) });
    expect(await bench.mend()).toBeUndefined();
    expect(bench.journal.of('guilty-found')).toMatchObject([{ task: 'c', with: 'b', commands: ['test'] }]);
    const message = bench.agents.messages.at(-1);
    expect(message).toMatchObject({ label: 'agent-3', editFiles: ['src/c.ts', 'src/b.ts'] });
    expect(message?.text).toContain('only together with task `b`');
    expect(message?.text).toContain('## What `b` changed');
    expect(repairs(bench)).toEqual(['1 c changed']);
    expect(filesOf(bench)['src/b.ts']).toBe('mended');
  });

  it('that cannot be repaired lose the later one, and both are told', async () => {
    const bench = await landed({ whole: redTogether });
    await bench.mend();
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'failed', d: 'landed' });
    expect(bench.journal.of('task-evicted')).toMatchObject([
      { task: 'c', failure: { message: expect.stringContaining('together with "b"') as string } },
    ]);
  });
});

describe('repairs that lead nowhere', () => {
  it('are given up when the failures have not become fewer twice, though more would be allowed', async () => {
    const isBad = (text: string | undefined): boolean => text?.startsWith('agent-') === true;
    const bench = await landed({
      whole: (files) => (['a', 'b', 'c'].some((id) => isBad(files[`src/${id}.ts`])) ? 'red' : undefined),
      repair: (label) => ({ write: { [label === 'agent-1' ? 'src/a.ts' : 'src/b.ts']: 'mended' } }),
      inputs: { 'max-iterations': '9' },
    });
    await bench.mend();
    expect(repairs(bench)).toEqual(['1 a changed', '2 b changed']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'failed', d: 'landed' });
  });

  it.each([
    ['not fewer twice', ['xy', 'xy', 'xy'], true],
    ['fewer in between', ['xyz', 'xyz', 'xy', 'xy'], false],
    ['fewer each time', ['xyz', 'xy', 'x'], false],
    ['others, but as many', ['xy', 'yz', 'za'], true],
  ])('are told by failures that are %s', (_, rounds, isStuck) => {
    const progress = watchProgress();
    for (const names of rounds)
      progress.see([aJudged('test', { verdict: 'new-failure', exitCode: 1, newFailures: [...names] })]);
    expect(progress.isStuck()).toBe(isStuck);
    progress.startAnew();
    expect(progress.isStuck()).toBe(false);
  });
});

describe('when many landings are bad', () => {
  it('each is validated from then on before the next one counts', async () => {
    const bad = (files: Readonly<Record<string, string>>): readonly string[] =>
      ['a', 'b', 'c'].filter((id) => files[`src/${id}.ts`] !== undefined);
    const bench = await landed({
      whole: (files) => (bad(files).length === 0 ? undefined : failing(bad(files).map((id) => `test of ${id}`))),
      inputs: { 'max-iterations': '1', deliver: 'green' },
    });
    await bench.mend();
    expect(states(bench)).toEqual({ a: 'failed', b: 'failed', c: 'failed', d: 'landed' });
    const found = bench.journal.of('guilty-found').map(({ task, runs }) => [task, runs]);
    // After the second of four nothing is searched any more: the third is known by its own validation.
    expect(found.find(([task]) => task === 'b')).not.toEqual(['b', 0]);
    expect(found.at(-1)).toEqual(['c', 0]);
    expect(rounds(bench).at(-1)).toMatch(/green$/);
  });
});

describe('a red command that is green when run again', () => {
  it('is told, repaired by nobody, and delivered as green', async () => {
    let nth = 0;
    const bench = await landed({ whole: () => ((nth += 1) === 1 ? failing(['now and then']) : undefined) });
    expect(await bench.mend()).toBeUndefined();
    expect(rounds(bench)).toEqual(['0 green']);
    expect(repairs(bench)).toEqual([]);
    expect(bench.recorder.run.validations.at(-1)?.results).toMatchObject([{ flaky: true }]);
  });
});

describe('a run that is stopped meanwhile', () => {
  it('ends its repair as cancelled and takes nothing out', async () => {
    const bench = await landed({ whole: redUntilMended('b') });
    bench.agents.gate.hold('agent-2');
    const mend = bench.mend();
    await settle();
    bench.stop.abort('cancelled');
    expect(await mend).toBeUndefined();
    expect(repairs(bench)).toEqual(['1 b cancelled']);
    expect(rounds(bench)).toEqual(['0 new-failure']);
    expect(states(bench)).toMatchObject({ b: 'landed' });
  });

  it('believes no validation that was stopped half-way', async () => {
    const bench = await landed({ whole: () => undefined });
    bench.validator.gate.hold(test.run);
    const mend = bench.mend();
    await settle();
    bench.stop.abort('cancelled');
    await mend;
    expect(rounds(bench)).toEqual([]);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
  });

  it('takes nothing out by a search that was stopped half-way', async () => {
    const bench = await landed({
      whole: () => undefined,
      inputs: { 'max-iterations': '1' },
    });
    const judged: string[] = [];
    bench.validator.judge(test.run, (files) => {
      judged.push('');
      // The head, then the first step of the search.
      if (judged.length === 2) bench.stop.abort('cancelled');
      return files['src/c.ts'] === undefined ? undefined : 'one test failed';
    });
    await bench.mend();
    expect(judged.length).toBeGreaterThanOrEqual(2);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
  });
});

describe('a repair the budget does not allow', () => {
  const reached = refusedFacts(400, 'budget_reached: The budget of $5.00 (max-cost-usd) is reached.');

  it('is not tried twice; what is red is taken out, and the failure is told', async () => {
    const bench = await landed({ whole: redUntilMended('b'), repair: () => ({ facts: reached }) });
    expect(await bench.mend()).toMatchObject({ reason: 'budget-reached' });
    expect(repairs(bench)).toEqual(['1 b budget-reached']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'landed' });
  });

  it('is not asked for at all once it is known', async () => {
    const bench = await landed({ whole: redUntilMended('b') });
    const { tools, plan, integration } = bench;
    expect(await validateAndRepair({ tools, plan, integration, isBroke: true })).toBeUndefined();
    expect(repairs(bench)).toEqual([]);
    expect(states(bench)).toMatchObject({ b: 'failed' });
  });
});
