import type { Task } from '../../src/core/plan/plan.js';
import type { Desk } from '../../src/app/desk.js';
import { iterate } from '../../src/app/iterate.js';
import { aTask } from '../support/builders.js';
import { aBench, command, type Bench, type BenchOptions } from '../support/bench.js';
import { refusedFacts, type Play } from '../support/fake-agents.js';
import { settle } from '../support/fake-clock.js';

const test = command('test');

/** An agent at its desk with one task, at base. */
const sit = async (
  task: Task,
  options: BenchOptions = {},
): Promise<Bench & { desk: Desk; slow: readonly number[]; will: (...plays: readonly Play[]) => void }> => {
  const bench = aBench({ tasks: [task], ...options });
  const { repository, tools, agents } = bench;
  const slow: number[] = [];
  const desk: Desk = {
    tools,
    task,
    agent: 1,
    clone: await repository.clone(repository.base.sha, 'agent'),
    start: repository.base.sha,
    verify: task.verify.map(({ run }) => ({ name: `verify: ${run}`, run, timeoutMs: 1000 })),
    message: 'Do it\n\nAider-Run: r1\n',
    onSlow: (elapsedMs) => slow.push(elapsedMs),
    onExtended: () => undefined,
  };
  const will = (...plays: readonly Play[]): void => {
    agents.play = (_message, nth) => plays[nth - 1] ?? {};
  };
  return { ...bench, desk, slow, will };
};

const one = aTask('one', { writes: ['src/one.ts', 'src/gen/**'] });

describe('an iteration', () => {
  it('commits what was changed on top of its start and validates just that', async () => {
    const { desk, will, repository, validator, checker } = await sit(one, { commands: [test] });
    will({ write: { 'src/one.ts': 'one\n' } });
    const done = await iterate(desk, 'go');
    expect(done).toMatchObject({ outcome: 'changed', changes: [{ path: 'src/one.ts', kind: 'added' }], refused: [] });
    expect(repository.commitAt(done.revision?.commit ?? '')).toMatchObject({
      parents: [desk.start],
      message: desk.message,
    });
    await checker.baseline;
    expect(validator.runs.map(({ commit }) => commit)).toEqual([desk.start, done.revision?.commit]);
  });

  it('keeps what is in scope and names the rest with the reason', async () => {
    const { desk, will, repository } = await sit(one, { inputs: { 'protected-files': '*.lock' } });
    will({
      write: { 'src/one.ts': '1', 'src/gen/x.ts': 'x', 'src/two.ts': '2', 'a.lock': 'l', 'src/old.ts': null },
    });
    const done = await iterate(desk, 'go');
    expect(done.outcome).toBe('changed');
    expect(done.refused).toEqual([
      { path: 'a.lock', why: expect.stringContaining('protected') as string },
      { path: 'src/old.ts', why: expect.stringContaining('deleted') as string },
      { path: 'src/two.ts', why: expect.stringContaining('not among the files') as string },
    ]);
    expect(repository.filesAt(done.revision?.commit ?? '')).toEqual({
      ...repository.filesAt(desk.start),
      'src/one.ts': '1',
      'src/gen/x.ts': 'x',
    });
  });

  it('refuses a protected file also where the task may write it', async () => {
    const { desk, will } = await sit(aTask('one', { writes: ['**'] }), { inputs: { 'protected-files': '.github/**' } });
    will({ write: { '.github/workflows/ci.yml': 'x' } });
    const done = await iterate(desk, 'go');
    expect(done.outcome).toBe('policy-refused');
    expect(done).not.toHaveProperty('revision');
  });

  it('is out of scope, without a commit or a validation, when nothing was kept', async () => {
    const { desk, will, validator, checker } = await sit(one, { commands: [test] });
    will({ write: { 'src/two.ts': '2' } });
    await checker.baseline;
    const done = await iterate(desk, 'go');
    expect(done).toMatchObject({ outcome: 'out-of-scope', changes: [], validation: [] });
    expect(validator.runs).toHaveLength(1);
  });

  it('is no change when the agent wrote nothing', async () => {
    const { desk, will } = await sit(one);
    will({});
    const done = await iterate(desk, 'go');
    expect(done).toMatchObject({ outcome: 'no-change', changes: [], refused: [] });
    expect(done).not.toHaveProperty('revision');
  });

  it('is no change when the tree is as the message before left it', async () => {
    const { desk, will, validator } = await sit(one, { commands: [test] });
    validator.judge(test.run, (files) => (files['src/one.ts'] === undefined ? undefined : 'red'));
    will({ write: { 'src/one.ts': '1' } }, {});
    const first = await iterate(desk, 'go');
    expect(first.outcome).toBe('validation-failed');
    const second = await iterate(desk, 'go on', first);
    expect(second).toMatchObject({ outcome: 'no-change', validation: [], revision: first.revision });
  });

  it('is no change, not out of scope again, when nothing but refused work lies there', async () => {
    const { desk, will } = await sit(one);
    will({ write: { 'src/two.ts': '2' } }, {});
    const first = await iterate(desk, 'go');
    expect(first.outcome).toBe('out-of-scope');
    expect((await iterate(desk, 'go on', first)).outcome).toBe('no-change');
  });

  it('counts the whole work, not only what its last message did', async () => {
    const { desk, will } = await sit(one);
    will({ write: { 'src/one.ts': '1' } }, { write: { 'src/gen/x.ts': 'x' } });
    const first = await iterate(desk, 'go');
    const second = await iterate(desk, 'go on', first);
    expect(second.changes.map(({ path }) => path)).toEqual(['src/gen/x.ts', 'src/one.ts']);
  });

  it.each([
    [
      'renews the lock file of a manifest it changed',
      {},
      'new lock',
      [{ path: 'package-lock.json', kind: 'modified' }],
    ],
    ['leaves the lock file alone where its tool fails', {}, undefined, []],
    ['leaves a protected lock file alone', { 'protected-files': '*-lock.json' }, 'new lock', []],
  ])('%s', async (_, inputs, made, renewed) => {
    const task = aTask('one', { writes: ['package.json'] });
    const files = { 'package.json': '{}', 'package-lock.json': 'old lock' };
    const { desk, will, repository, locksmith } = await sit(task, { files, inputs });
    locksmith.forge = () => (made === undefined ? undefined : { 'package-lock.json': made, 'src/x.ts': 'no lock' });
    will({ write: { 'package.json': '{"dependencies":{}}' } });
    const { outcome, changes, revision } = await iterate(desk, 'go');
    expect(outcome).toBe('changed');
    expect(changes).toMatchObject([{ path: 'package.json' }, ...renewed]);
    expect(repository.filesAt(revision?.commit ?? '')).toEqual({
      'package.json': '{"dependencies":{}}',
      'package-lock.json': renewed.length > 0 ? made : 'old lock',
    });
    expect(locksmith.made).toMatchObject([{ folder: '.', command: expect.stringContaining('npm install') as string }]);
  });

  it('fails validation by a new failure, not by one that base has', async () => {
    const lint = command('lint');
    const rules = {
      [lint.run]: () => 'always red',
      [test.run]: (files: Readonly<Record<string, string>>) => (files['src/one.ts'] === 'bad' ? 'red' : undefined),
    };
    const { desk, will } = await sit(one, { commands: [lint, test], rules });
    will({ write: { 'src/one.ts': '1' } }, { write: { 'src/one.ts': 'bad' } });
    const first = await iterate(desk, 'go');
    expect(first.outcome).toBe('changed');
    expect((await iterate(desk, 'go on', first)).outcome).toBe('validation-failed');
  });

  it("fails validation by the task's own command, whatever base was", async () => {
    const verified = aTask('one', { verify: [{ run: 'make one', timeoutSeconds: 9 }] });
    const { desk, will, validator } = await sit(verified);
    validator.judge('make one', () => 'red');
    will({ write: { 'src/one.ts': '1' } });
    const done = await iterate(desk, 'go');
    expect(done.outcome).toBe('validation-failed');
    expect(done.validation).toMatchObject([{ name: 'verify: make one', verdict: 'new-failure', output: 'red' }]);
  });

  it.each([
    ['a crash', { exitCode: 1 }, 'crashed'],
    ['a time-out', { exitCode: null, killedBy: 'timeout' as const }, 'timed-out'],
    ['a dead key', refusedFacts(401), 'auth-failed'],
    ['a cut answer', { answerCut: true }, 'answer-cut'],
  ])('validates nothing after %s, and keeps the work', async (_, facts, outcome) => {
    const { desk, will, validator, checker } = await sit(one, { commands: [test] });
    will({ write: { 'src/one.ts': '1' }, facts });
    await checker.baseline;
    const done = await iterate(desk, 'go');
    expect(done).toMatchObject({ outcome, validation: [], changes: [{ path: 'src/one.ts' }] });
    expect(done.revision).toBeDefined();
    expect(validator.runs).toHaveLength(1);
  });

  it('takes nothing from an agent whose work cannot be read, and says why', async () => {
    const { desk, repository } = await sit(one);
    repository.unreadable.set(desk.clone.id, 'its bundle is broken');
    const done = await iterate(desk, 'go');
    expect(done).toMatchObject({ outcome: 'policy-refused', refused: [{ path: '.', why: 'its bundle is broken' }] });
  });
});

describe('what an agent is sent', () => {
  it('is the text, the files of its task, and the settings', async () => {
    const task = aTask('one', { writes: ['src/one.ts', 'src/*.ts'], reads: ['README.md', 'src/old.ts', 'gone.md'] });
    const { desk, agents } = await sit(task, {
      inputs: { 'edit-format': 'diff', 'weak-model': 'openai/gpt-4o-mini', 'agent-timeout-minutes': '7' },
    });
    await iterate(desk, 'go');
    expect(agents.messages[0]).toMatchObject({
      label: 'agent-1',
      log: 'agent1_one.jsonl',
      text: 'go',
      model: 'openai/gpt-4o',
      weakModel: 'openai/gpt-4o-mini',
      editFormat: 'diff',
      editFiles: ['src/one.ts', 'src/old.ts'],
      readFiles: ['README.md'],
      timeoutMs: 420_000,
    });
  });

  it("is by the task's own model and edit format where it has them", async () => {
    const task = aTask('one', { model: 'openai/o3', editFormat: 'whole' });
    const { desk, agents } = await sit(task, { inputs: { 'edit-format': 'diff' } });
    await iterate(desk, 'go');
    expect(agents.messages[0]).toMatchObject({ model: 'openai/o3', editFormat: 'whole' });
  });

  it('is told to be slow by the agent', async () => {
    const { desk, agents, slow } = await sit(one);
    agents.play = (message) => {
      message.onSlow(300_000);
      return {};
    };
    await iterate(desk, 'go');
    expect(slow).toEqual([300_000]);
  });
});

describe('a provider that asks for patience', () => {
  it.each([
    ['a rate limit', refusedFacts(429)],
    ['an overloaded provider', refusedFacts(529)],
    ['a provider out of reach', refusedFacts(0)],
  ])('is waited for and asked again: %s', async (_, facts) => {
    const { desk, will, clock, agents } = await sit(one);
    will({ facts }, { facts }, { write: { 'src/one.ts': '1' } });
    const done = await clock.drive(iterate(desk, 'go'));
    expect(done.outcome).toBe('changed');
    expect(agents.messages).toHaveLength(3);
    expect(clock.sleeps).toEqual([7_500, 15_000]); // Half of 15 s and of 30 s: `random` is 0.5.
    expect(done.durationMs).toBe(22_500);
  });

  it('is paid for every time', async () => {
    const { desk, will, clock } = await sit(one);
    will({ facts: refusedFacts(429) }, { write: { 'src/one.ts': '1' } });
    expect((await clock.drive(iterate(desk, 'go'))).usage).toMatchObject({ requests: 2, tokensSent: 200 });
  });

  it('is given up after five waits', async () => {
    const { desk, clock, agents } = await sit(one);
    agents.play = () => ({ facts: refusedFacts(429) });
    const done = await clock.drive(iterate(desk, 'go'));
    expect(done.outcome).toBe('rate-limited');
    expect(agents.messages).toHaveLength(6);
    expect(clock.sleeps).toEqual([7_500, 15_000, 30_000, 60_000, 120_000]);
  });

  it('is not waited for any longer once the run is stopped', async () => {
    const { desk, clock, agents, stop } = await sit(one);
    agents.play = () => ({ facts: refusedFacts(429) });
    const iteration = iterate(desk, 'go');
    await settle();
    stop.abort('cancelled');
    expect((await iteration).outcome).toBe('cancelled');
    expect(agents.messages).toHaveLength(1);
    expect(clock.sleeps).toHaveLength(1);
  });
});

describe('an iteration that is stopped', () => {
  it('is cancelled, and nothing of it is kept', async () => {
    const { desk, agents, stop, will } = await sit(one, { commands: [test] });
    will({ write: { 'src/one.ts': '1' } });
    agents.gate.hold('agent-1');
    const iteration = iterate(desk, 'go');
    await settle();
    stop.abort('cancelled');
    expect(await iteration).toMatchObject({ outcome: 'cancelled', changes: [], validation: [] });
  });

  it('is cancelled also while it is validated', async () => {
    const { desk, validator, stop, will, checker } = await sit(one, { commands: [test] });
    await checker.baseline;
    will({ write: { 'src/one.ts': '1' } });
    validator.gate.hold(test.run);
    const iteration = iterate(desk, 'go');
    await settle();
    expect(validator.gate.isWaiting(test.run)).toBe(true);
    stop.abort('cancelled');
    expect((await iteration).outcome).toBe('cancelled');
  });
});
