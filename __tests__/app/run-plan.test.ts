import type { Failure } from '../../src/core/failure.js';
import type { Task } from '../../src/core/plan/plan.js';
import { createIntegration, type Integration } from '../../src/app/integration.js';
import { runPlan } from '../../src/app/scheduling/run-plan.js';
import { aTask } from '../support/builders.js';
import { aBench, command, type Bench, type BenchOptions } from '../support/bench.js';
import { refusedFacts, writesOwnFile, type Player } from '../support/fake-agents.js';
import { settle } from '../support/fake-clock.js';

type Stage = Bench & { readonly integration: Integration; readonly run: () => Promise<Failure | undefined> };

const set = async (tasks: readonly Task[], options: BenchOptions = {}): Promise<Stage> => {
  const bench = aBench({ tasks, ...options });
  const { repository, recorder, tools, plan } = bench;
  const { sha } = repository.base;
  const integration = await createIntegration({
    repository,
    run: () => recorder.run,
    ref: 'refs/heads/aider-integration',
    start: { commit: sha, tree: sha },
  });
  return { ...bench, integration, run: () => runPlan(tools, plan, integration) };
};

const states = ({ recorder }: Bench): Readonly<Record<string, string>> =>
  Object.fromEntries(recorder.run.tasks.map(({ task, state }) => [task.id, state.kind]));
const starts = ({ journal }: Bench): readonly string[] => journal.of('task-started').map(({ task }) => task);
const landings = ({ journal }: Bench): readonly string[] => journal.of('task-landed').map(({ task }) => task);
const failureOf = ({ recorder }: Bench, id: string): Failure | undefined => {
  const state = recorder.run.tasks.find(({ task }) => task.id === id)?.state;
  return state?.kind === 'failed' ? state.failure : undefined;
};

/** Three or more tasks that gain by running at once: `a`, then `b`, `c` and `d` on top of it. */
const fan = [
  aTask('a'),
  aTask('b', { dependsOn: ['a'] }),
  aTask('c', { dependsOn: ['a'] }),
  aTask('d', { dependsOn: ['b', 'c'] }),
];
const independent = ['a', 'b', 'c', 'd'].map((id) => aTask(id));

/** These agents do nothing at all; the others do their work. */
const idle =
  (...labels: readonly string[]): Player =>
  (message, nth, files) =>
    labels.includes(message.label) ? {} : writesOwnFile(message, nth, files);

describe('a plan that is run', () => {
  it('lands every task, each on top of what it depends on', async () => {
    const bench = await set(fan);
    expect(await bench.run()).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
    expect(Object.keys(bench.repository.filesAt(bench.integration.head.commit))).toEqual(
      expect.arrayContaining(['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/d.ts']),
    );
    expect(starts(bench)).toHaveLength(4);
  });

  it('starts a task at the landing that frees it, while others are still at work', async () => {
    const bench = await set([
      aTask('a'),
      aTask('slow', { estimateMinutes: 20 }),
      aTask('b', { dependsOn: ['a'], estimateMinutes: 20 }),
    ]);
    bench.agents.gate.hold('agent-2');
    const run = bench.run();
    await settle();
    expect(starts(bench).toSorted()).toEqual(['a', 'b', 'slow']);
    expect(states(bench)).toEqual({ a: 'landed', slow: 'running', b: 'landed' });
    const [landed, started] = [bench.journal.of('task-landed')[0], bench.journal.of('task-started').at(-1)];
    expect(started?.task).toBe('b');
    expect(started?.seq).toBe((landed?.seq ?? 0) + 1);
    bench.agents.gate.release('agent-2');
    await run;
  });

  it('has at most as many agents at work as the setting says', async () => {
    const bench = await set([...independent, aTask('e'), aTask('f')], { inputs: { 'max-agents': '2' } });
    bench.agents.play = (message, nth, files) => ({ ...writesOwnFile(message, nth, files), takesMs: 1_000 });
    await bench.clock.drive(bench.run());
    expect(bench.agents.peak).toBe(2);
    expect(bench.recorder.run.peakAgents).toBe(2);
  });

  it('never starts a task twice', async () => {
    const bench = await set(fan);
    bench.agents.play = ({ label, editFiles }) => ({
      write: { [editFiles[0] ?? '']: label },
      takesMs: label === 'agent-1' ? 10 : 20,
    });
    await bench.clock.drive(bench.run());
    expect(bench.journal.of('task-started').map(({ task, attempt }) => `${task} ${attempt}`)).toEqual([
      'a 1',
      'b 1',
      'c 1',
      'd 1',
    ]);
  });

  it('runs in sequence where more agents gain nothing, and says why', async () => {
    const bench = await set([aTask('a'), aTask('b')]);
    await bench.run();
    expect(bench.journal.of('sequence-chosen')).toMatchObject([{ why: 'in sequence: a plan of 2 tasks' }]);
    expect(bench.agents.peak).toBe(1);
    expect(
      bench.journal.events.flatMap(({ type, ...event }) => ('task' in event ? [`${type} ${event.task}`] : [])),
    ).toEqual(
      ['a', 'b'].flatMap((id) =>
        ['task-started', 'iteration-started', 'iteration-ended', 'task-landing', 'task-landed'].map(
          (type) => `${type} ${id}`,
        ),
      ),
    );
  });

  it('says nothing of a sequence where agents at once pay', async () => {
    const bench = await set(independent);
    await bench.run();
    expect(bench.journal.of('sequence-chosen')).toEqual([]);
    expect(bench.agents.peak).toBe(4);
  });
});

describe('a task that fails', () => {
  it('is given up after its attempts, and what depends on it is skipped with the reason', async () => {
    const bench = await set([...fan, aTask('free')], { inputs: { 'max-attempts': '2' } });
    bench.agents.play = idle('agent-2');
    expect(await bench.run()).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'skipped', free: 'landed' });
    expect(bench.journal.of('attempt-failed').map(({ task, attempt }) => `${task} ${attempt}`)).toEqual(['b 1', 'b 2']);
    expect(bench.journal.of('task-skipped')).toMatchObject([{ task: 'd', because: 'b', why: '"b" failed: no-change' }]);
    expect(failureOf(bench, 'b')).toMatchObject({
      reason: 'no-change',
      message: expect.stringContaining('given up after 2 attempts and 4 iterations') as string,
    });
  });

  it('has the attempts it was planned with', async () => {
    const bench = await set([...independent.slice(1), aTask('a', { maxAttempts: 1 })]);
    bench.agents.play = idle('agent-4');
    await bench.run();
    expect(bench.journal.of('attempt-failed')).toHaveLength(1);
    expect(states(bench)).toMatchObject({ a: 'failed' });
  });

  it('is not tried again where that would not help', async () => {
    const bench = await set(independent);
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-1'
        ? { facts: refusedFacts(400, 'context_length_exceeded') }
        : writesOwnFile(message, nth, files);
    await bench.run();
    expect(bench.agents.sentTo('agent-1')).toHaveLength(1);
    expect(failureOf(bench, 'a')).toMatchObject({ reason: 'context-overflow' });
  });

  it('succeeds with a later attempt from a clean clone', async () => {
    const bench = await set(independent);
    const seen: string[][] = [];
    bench.agents.play = (message, nth, files) => {
      if (message.label !== 'agent-1') return writesOwnFile(message, nth, files);
      seen.push(Object.keys(files));
      return nth === 1
        ? { write: { 'src/a.ts': 'half' }, facts: { exitCode: null, killedBy: 'timeout' } }
        : { write: { 'src/a.ts': 'whole' } };
    };
    await bench.run();
    expect(states(bench)).toMatchObject({ a: 'landed' });
    expect(seen[1]).toEqual(seen[0]);
    expect(bench.journal.of('task-landed').find(({ task }) => task === 'a')?.attempt).toBe(2);
  });
});

describe('a conflict', () => {
  /** The work of `b` does not merge the first so many times. */
  const clashing = async (times: number, options: BenchOptions = {}): Promise<Stage> => {
    const bench = await set([aTask('a'), aTask('b'), aTask('c'), aTask('d', { dependsOn: ['b'] })], options);
    let left = times;
    bench.repository.clash = (_ours, theirs) => {
      if (!bench.repository.commitAt(theirs).message.includes('Aider-Task: b') || left === 0) return [];
      left -= 1;
      return ['src/a.ts'];
    };
    bench.agents.play = (message, nth, files) => ({
      ...writesOwnFile(message, nth, files),
      takesMs: message.label === 'agent-2' ? 20 : 10,
    });
    return bench;
  };
  const ends = ({ recorder }: Bench) => recorder.run.conflicts.map(({ task, end }) => [task, end]);

  it('is redone once on top of what landed, which uses no attempt', async () => {
    const bench = await clashing(1, { inputs: { 'max-attempts': '1' } });
    await bench.clock.drive(bench.run());
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
    expect(bench.journal.of('conflict-found')).toMatchObject([
      { task: 'b', attempt: 1, files: ['src/a.ts'], with: ['a'] },
    ]);
    expect(ends(bench)).toEqual([['b', 'landed-after-redo']]);
    const [, redo] = bench.agents.sentTo('agent-2');
    const head = bench.journal.of('task-landed').findLast(({ seq }) => seq < startOfRedo(bench))?.head;
    expect(redo?.clone.commit).toBe(head);
    expect(redo?.text).toContain('do not merge');
    expect(landings(bench)).toEqual(['a', 'c', 'b', 'd']);
  });

  const startOfRedo = ({ journal }: Bench): number =>
    journal.of('task-started').find(({ mode }) => mode === 'redo')?.seq ?? 0;

  it('a second time is escalated, and what depends on the task is skipped', async () => {
    const bench = await clashing(2);
    expect(await bench.clock.drive(bench.run())).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'skipped' });
    expect(ends(bench)).toEqual([
      ['b', 'escalated'],
      ['b', 'escalated'],
    ]);
    expect(failureOf(bench, 'b')).toMatchObject({
      reason: 'conflict',
      who: 'user',
      message: expect.stringContaining('src/a.ts') as string,
      action: expect.stringContaining('agent-2') as string,
    });
    expect(bench.agents.sentTo('agent-2')).toHaveLength(2);
  });

  it('whose redo fails is escalated with the task', async () => {
    const bench = await clashing(1, { inputs: { 'max-attempts': '1' } });
    const { play } = bench.agents;
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-2' && nth > 1 ? { takesMs: 1 } : play(message, nth, files);
    await bench.clock.drive(bench.run());
    expect(states(bench)).toMatchObject({ b: 'failed', d: 'skipped' });
    expect(ends(bench)).toEqual([['b', 'escalated']]);
  });

  it('whose redo fails is redone again while attempts are left', async () => {
    const bench = await clashing(1, { inputs: { 'max-attempts': '2' } });
    const { play } = bench.agents;
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-2' && [2, 3].includes(nth) ? { takesMs: 1 } : play(message, nth, files);
    await bench.clock.drive(bench.run());
    expect(
      bench.journal
        .of('task-started')
        .map(({ task, mode }) => `${task} ${mode}`)
        .slice(3),
    ).toEqual(['b redo', 'b redo', 'd fresh']);
    expect(states(bench)).toMatchObject({ b: 'landed', d: 'landed' });
    expect(ends(bench)).toEqual([['b', 'landed-after-redo']]);
  });

  it('of a run that is stopped leaves its task cancelled', async () => {
    const bench = await clashing(1);
    const { clash } = bench.repository;
    bench.repository.clash = (ours, theirs) => {
      const files = clash(ours, theirs);
      if (files.length > 0) bench.stop.abort('cancelled');
      return files;
    };
    await bench.clock.drive(bench.run());
    expect(states(bench)).toEqual({ a: 'landed', b: 'cancelled', c: 'landed', d: 'cancelled' });
  });
});

describe('a task that is given up', () => {
  /** `a` fails at once; `b` works on, `c` waits for an agent, `d` has landed. */
  const failing = async (mode: string): Promise<Stage> => {
    const bench = await set(
      [aTask('d'), aTask('a', { estimateMinutes: 9 }), aTask('b', { estimateMinutes: 9 }), aTask('c')],
      {
        inputs: { 'failure-mode': mode, 'max-attempts': '1', 'max-agents': '3', 'max-iterations': '1' },
      },
    );
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-2'
        ? { takesMs: 20 }
        : { ...writesOwnFile(message, nth, files), takesMs: message.label === 'agent-1' ? 5 : 1_000 };
    return bench;
  };

  it('stops no other by default', async () => {
    const bench = await failing('continue');
    await bench.clock.drive(bench.run());
    expect(states(bench)).toEqual({ a: 'failed', b: 'landed', c: 'landed', d: 'landed' });
  });

  it.each(['fail-fast', 'rollback'])('stops the others in mode %s, and what landed stays', async (mode) => {
    const bench = await failing(mode);
    const startedAt = bench.clock.now();
    expect(await bench.clock.drive(bench.run())).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'failed', b: 'cancelled', c: 'cancelled', d: 'landed' });
    expect(bench.clock.now() - startedAt).toBeLessThan(100);
    expect(bench.recorder.run.warnings).toEqual([expect.stringContaining(`failure-mode is ${mode}`)]);
    expect(bench.tools.signal.aborted).toBe(false);
    expect(bench.repository.clones.size).toBe(0);
  });

  it('tells what was tried and the last failing output', async () => {
    const test = command('test');
    const bench = await set(independent, {
      commands: [test],
      rules: { [test.run]: (files) => (files['src/a.ts'] === undefined ? undefined : 'AssertionError: a is wrong') },
      inputs: { 'max-attempts': '1', 'max-iterations': '2' },
    });
    await bench.run();
    expect(failureOf(bench, 'a')?.evidence).toContain('Attempt 1, iteration 2: validation-failed.');
    expect(failureOf(bench, 'a')?.evidence).toContain('AssertionError: a is wrong');
  });
});

describe('a run that is stopped', () => {
  it('stops what runs, starts nothing more, and cancels what had not started', async () => {
    const bench = await set(fan);
    bench.agents.gate.hold('agent-2');
    const run = bench.run();
    await settle();
    bench.stop.abort('cancelled');
    expect(await run).toBeUndefined();
    expect(states(bench)).toEqual({ a: 'landed', b: 'cancelled', c: 'landed', d: 'cancelled' });
  });

  it('before it began starts nothing', async () => {
    const bench = await set(fan);
    bench.stop.abort('cancelled');
    await bench.run();
    expect(bench.agents.messages).toEqual([]);
    expect(new Set(Object.values(states(bench)))).toEqual(new Set(['cancelled']));
  });

  it('by a dead key stops everybody at once, and says so', async () => {
    const bench = await set([...independent, aTask('e'), aTask('f')]);
    ['agent-2', 'agent-3', 'agent-4'].forEach((label) => bench.agents.gate.hold(label));
    bench.agents.play = () => ({ facts: refusedFacts(401) });
    expect(await bench.run()).toMatchObject({ reason: 'auth-failed', who: 'user' });
    expect(states(bench)).toEqual({
      a: 'failed',
      b: 'cancelled',
      c: 'cancelled',
      d: 'cancelled',
      e: 'cancelled',
      f: 'cancelled',
    });
    expect(bench.agents.messages).toHaveLength(4);
  });

  it('by a dead key does not wait for the validation of others', async () => {
    const test = command('test');
    const bench = await set(independent, { commands: [test] });
    await bench.checker.baseline;
    bench.validator.gate.hold(test.run);
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-4' ? { facts: refusedFacts(402), takesMs: 5 } : writesOwnFile(message, nth, files);
    expect(await bench.clock.drive(bench.run())).toMatchObject({ reason: 'quota-exhausted' });
    expect(states(bench)).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled', d: 'failed' });
  });

  it('by an error of our own ends only when nobody is at work any more, and keeps what landed', async () => {
    const bench = await set(fan);
    bench.agents.play = (message, nth, files) => {
      if (message.label === 'agent-3') bench.repository.failOn('collect', new Error('disk full'));
      return { ...writesOwnFile(message, nth, files), takesMs: message.label === 'agent-2' ? 50 : 5 };
    };
    const failure = await bench.clock.drive(bench.run());
    expect(failure).toMatchObject({ reason: 'internal-error', who: 'us' });
    expect(failure?.message).toContain('disk full');
    expect(states(bench)).toEqual({ a: 'landed', b: 'cancelled', c: 'failed', d: 'cancelled' });
    expect(bench.repository.clones.size).toBe(0);
  });

  it('notes what broke while it was stopping, and calls it no failure', async () => {
    const bench = await set(independent);
    bench.agents.gate.hold('agent-1');
    const run = bench.run();
    await settle();
    bench.repository.failOn('discard', new Error('busy'));
    bench.stop.abort('cancelled');
    expect(await run).toBeUndefined();
    expect(states(bench)).toMatchObject({ a: 'cancelled', b: 'landed' });
    expect(bench.recorder.run.warnings).toEqual([expect.stringContaining('busy')]);
  });
});

describe('a run that reaches its budget', () => {
  const reached = 'budget_reached: The budget of $5.00 (max-cost-usd) is reached: $4.90 is spent.';

  it('starts nothing new, keeps what is at work, and says why the others never began', async () => {
    const bench = await set([...independent, aTask('e'), aTask('f', { dependsOn: ['a'] })], {
      inputs: { 'max-agents': '2' },
    });
    bench.agents.play = (message, nth, files) =>
      message.label === 'agent-1'
        ? { facts: refusedFacts(400, reached), takesMs: 10 }
        : { ...writesOwnFile(message, nth, files), takesMs: 20 };
    const failure = await bench.clock.drive(bench.run());
    expect(failure).toMatchObject({ reason: 'budget-reached', who: 'user' });
    expect(failure?.message).toBe('The budget of $5.00 (max-cost-usd) is reached: $4.90 is spent.');
    expect(failure?.action).toContain('max-cost-usd');
    expect(states(bench)).toEqual({ a: 'failed', b: 'landed', c: 'skipped', d: 'skipped', e: 'skipped', f: 'skipped' });
    expect(bench.journal.of('warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('what is at work goes on'),
    ]);
    expect(bench.stop.signal.aborted).toBe(false);
    expect(bench.recorder.run.tasks.at(-1)?.state).toMatchObject({ why: failure?.message });
  });
});

describe('a run that listens to the gateway', () => {
  type Listener = Parameters<NonNullable<Bench['tools']['watch']>['listen']>[0];

  const listening = async (tasks: readonly Task[] = independent) => {
    const bench = await set(tasks);
    const listeners = new Set<Listener>();
    let may = true;
    const pay = { why: undefined as string | undefined };
    const watch: NonNullable<Bench['tools']['watch']> = {
      mayStart: () => may,
      cannotPay: () => pay.why,
      listen: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const run = () => runPlan({ ...bench.tools, watch }, bench.plan, bench.integration);
    const tell: Listener = (news) => listeners.forEach((listener) => listener(news));
    const window = (open: boolean): void => {
      may = open;
      tell({ kind: 'window', provider: 'openai' });
    };
    return { bench, run, tell, window, listeners, pay };
  };

  it('starts nobody once no request can be paid, lets those at work finish, and says so', async () => {
    const { bench, run, pay } = await listening(fan);
    const { play } = bench.agents;
    bench.agents.play = (message, nth, files) => {
      if (message.label === 'agent-2') pay.why = 'The budget is reached.';
      return { ...play(message, nth, files), takesMs: 10 };
    };
    expect(await bench.clock.drive(run())).toMatchObject({
      reason: 'budget-reached',
      message: 'The budget is reached.',
    });
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'skipped' });
  });

  it('starts one agent after the other where memory is short', async () => {
    const bench = await set(independent);
    bench.agents.play = (message, nth, files) => ({ ...writesOwnFile(message, nth, files), takesMs: 1_000 });
    const machine = { freeMemory: () => 0 };
    await bench.clock.drive(runPlan({ ...bench.tools, machine }, bench.plan, bench.integration));
    expect(bench.agents.peak).toBe(1);
    expect(landings(bench)).toHaveLength(4);
  });

  it('starts no agent while a provider asks for a pause, does not end meanwhile, and goes on after it', async () => {
    const { bench, run, window, listeners } = await listening();
    window(false);
    const running = run();
    await settle();
    expect(starts(bench)).toEqual([]);
    window(true);
    expect(await bench.clock.drive(running)).toBeUndefined();
    expect(landings(bench)).toHaveLength(4);
    expect(listeners.size).toBe(0);
  });

  it('stops at once what is at work when a key is dead, before its agents have noticed', async () => {
    const { bench, run, tell } = await listening();
    for (const label of ['agent-1', 'agent-2', 'agent-3', 'agent-4']) bench.agents.gate.hold(label);
    const running = run();
    await settle();
    expect(starts(bench)).toHaveLength(4);
    const failure: Failure = { reason: 'auth-failed', who: 'user', message: 'openai refused the key', action: 'x' };
    tell({ kind: 'dead-key', provider: 'openai', failure });
    expect(bench.stop.signal.aborted).toBe(true);
    for (const label of ['agent-1', 'agent-2', 'agent-3', 'agent-4']) bench.agents.gate.release(label);
    expect(await running).toMatchObject({
      reason: 'auth-failed',
      action: expect.stringContaining('openai-api-key') as string,
    });
    expect(landings(bench)).toEqual([]);
  });

  it('lets what is at work land during a pause, and starts nothing on top of it', async () => {
    const { bench, run, window } = await listening(fan);
    bench.agents.gate.hold('agent-1');
    const running = run();
    await settle();
    window(false);
    bench.agents.gate.release('agent-1');
    await settle();
    expect(states(bench)).toMatchObject({ a: 'landed', b: 'pending', c: 'pending' });
    window(true);
    await running;
    expect(landings(bench)).toHaveLength(4);
  });

  it('can be stopped during a pause', async () => {
    const { bench, run, window } = await listening(fan);
    window(false);
    const running = run();
    await settle();
    bench.stop.abort('cancelled');
    await settle();
    expect(new Set(Object.values(states(bench)))).toEqual(new Set(['cancelled']));
    await running;
  });
});
