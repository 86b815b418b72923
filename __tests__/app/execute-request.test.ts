import { executeRequest } from '../../src/app/execute-request.js';
import { failed, success } from '../../src/core/result.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import { aFailure, aRequest } from '../support/builders.js';
import { command } from '../support/bench.js';
import { failing } from '../support/fake-validator.js';
import { refusedFacts, writesOwnFile } from '../support/fake-agents.js';
import { task } from '../support/plans.js';
import { aWorld, type WholeWorld } from '../support/world.js';

const test = command('test');
const plan = [task('a'), task('b'), task('c'), task('d', { dependsOn: ['a', 'b'] })];

const states = (run: Run): Readonly<Record<string, string>> =>
  Object.fromEntries(run.tasks.map(({ task: { id }, state }) => [id, state.kind]));
const branch = ({ repository }: WholeWorld, name = 'aider/issue-42') => {
  const sha = repository.userBranches.get(name);
  return sha === undefined ? undefined : repository.filesAt(sha);
};
/** These agents answer without an edit. */
const idle = (outer: WholeWorld, ...labels: readonly string[]): WholeWorld => {
  outer.agents.play = (message, nth, files) =>
    labels.includes(message.label) ? {} : writesOwnFile(message, nth, files);
  return outer;
};

describe('a request that succeeds', () => {
  it('goes from the PRD to a ready pull request', async () => {
    const outer = aWorld({ plan, commands: [test] });
    const run = await outer.execute();
    expect(run.end).toEqual({ status: 'succeeded', at: outer.clock.now() });
    expect(states(run)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
    expect(run.phases.map(({ phase }) => phase)).toEqual(['setup', 'prd', 'plan', 'tasks', 'validation', 'delivery']);
    expect(Object.keys(branch(outer) ?? {})).toEqual(
      expect.arrayContaining(['own/a.ts', 'own/b.ts', 'own/c.ts', 'own/d.ts', 'docs/prd/2026-03-02-a-change.md']),
    );
    expect(outer.github.pullRequests).toMatchObject([{ head: 'aider/issue-42', base: 'main', draft: false }]);
  });

  it('is told by one journal, from which the same run can be read', async () => {
    const outer = aWorld({ plan, commands: [test] });
    const run = await outer.execute();
    expect(outer.journal.events.map(({ seq }) => seq)).toEqual(outer.journal.events.map((_, index) => index + 1));
    expect(outer.journal.events[0]?.type).toBe('run-started');
    expect(outer.journal.events.at(-1)?.type).toBe('run-ended');
    expect(outer.journal.replayed()).toEqual(run);
    expect(outer.sink.told.map(({ event }) => event)).toEqual(outer.journal.events);
  });

  it('leaves no clone behind and takes the base for what it was', async () => {
    const outer = aWorld({ plan, commands: [test] });
    await outer.execute();
    expect(outer.repository.clones.size).toBe(0);
    expect(outer.repository.userBranches.get('main')).toBe(outer.repository.base.sha);
    expect(outer.repository.prepared).toBe(4);
  });

  it('writes a local branch where there is no GitHub', async () => {
    const outer = aWorld({ plan, local: true, request: { number: undefined } });
    expect((await outer.execute()).end?.status).toBe('succeeded');
    expect(branch(outer, 'aider/run-r1')).toHaveProperty(['own/a.ts']);
    expect(outer.github.calls).toEqual([]);
  });

  it('tells what a person should know of the set-up', async () => {
    const outer = aWorld({ plan, prepare: async (workshop) => success({ ...workshop, notes: ['npm ci failed'] }) });
    expect((await outer.execute()).warnings).toEqual(['npm ci failed']);
  });
});

describe('a request of which only a part succeeds', () => {
  it('is delivered as a draft that says what is missing', async () => {
    const outer = idle(aWorld({ plan }), 'agent-2');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'no-change' } });
    expect(states(run)).toEqual({ a: 'landed', b: 'failed', c: 'landed', d: 'skipped' });
    expect(outer.github.pullRequests).toMatchObject([{ draft: true }]);
    expect(branch(outer)).not.toHaveProperty(['own/b.ts']);
  });

  it('is delivered without what broke the whole', async () => {
    const rules = {
      [test.run]: (files: object) => ('own/a.ts' in files && 'own/c.ts' in files ? 'own/c.ts: bad' : undefined),
    };
    const outer = aWorld({ plan, commands: [test], rules });
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'broke-validation' } });
    expect(states(run)).toEqual({ a: 'landed', b: 'landed', c: 'failed', d: 'landed' });
    expect(branch(outer)).not.toHaveProperty(['own/c.ts']);
    expect(outer.repository.userBranches.has('aider-agents/issue-42/agent-3')).toBe(true);
  });

  it('succeeds where a command was red before and fails in nothing else', async () => {
    const outer = aWorld({ plan, commands: [test], rules: { [test.run]: () => failing(['old one', 'old two']) } });
    const run = await outer.execute();
    expect(run.end?.status).toBe('succeeded');
    expect(run.validations.at(-1)?.results).toMatchObject([{ exitCode: 1, verdict: 'known-failure' }]);
    expect(outer.github.pullRequests).toMatchObject([{ draft: false }]);
  });

  it('has to make the own command of a task green, whatever it was before', async () => {
    const own = { ...task('a'), verify: [{ run: test.run, timeoutSeconds: 9 }] };
    const outer = aWorld({ plan: [own], commands: [test], rules: { [test.run]: () => failing(['old']) } });
    const run = await outer.execute();
    expect(states(run)).toEqual({ a: 'failed' });
    expect(run.tasks[0]?.iterations[0]?.validation).toMatchObject([
      { name: 'test', verdict: 'known-failure' },
      { name: `verify: ${test.run}`, verdict: 'new-failure' },
    ]);
  });

  it('is at best partial where a command was red before', async () => {
    const outer = aWorld({ plan, commands: [test], rules: { [test.run]: () => 'always red' } });
    expect((await outer.execute()).end?.status).toBe('partial');
    expect(outer.github.pullRequests).toMatchObject([{ draft: true }]);
  });

  it('is at best partial where no pull request may be opened', async () => {
    const outer = aWorld({ plan });
    outer.github.forbidsPullRequests = true;
    const run = await outer.execute();
    expect(run.end?.status).toBe('partial');
    expect(run.pullRequestForbidden?.compareUrl).toContain('main...aider/issue-42');
    expect(branch(outer)).toHaveProperty(['own/a.ts']);
  });

  it('keeps what landed when a key dies', async () => {
    const outer = aWorld({ plan });
    outer.agents.play = (message, nth, files) =>
      message.label === 'agent-4' ? { facts: refusedFacts(401) } : writesOwnFile(message, nth, files);
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'auth-failed' } });
    expect(branch(outer)).toHaveProperty(['own/c.ts']);
    expect(run.validations).toEqual([]);
  });

  it('keeps what landed when an error of our own ends it', async () => {
    const outer = aWorld({ plan });
    outer.agents.play = (message, nth, files) => {
      if (message.label === 'agent-4') outer.repository.failOn('collect', new Error('disk full'));
      return writesOwnFile(message, nth, files);
    };
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'internal-error' } });
    expect(states(run)).toMatchObject({ a: 'landed', d: 'failed' });
    expect(branch(outer)).toHaveProperty(['own/a.ts']);
  });

  it('keeps what landed when the whole cannot be validated', async () => {
    const outer = aWorld({ plan, commands: [test] });
    outer.agents.play = (message, nth, files) => writesOwnFile(message, nth, files);
    const { validator, repository } = outer;
    validator.judge(test.run, (files) => {
      if (Object.keys(files).length > 5) repository.failOn('discard', new Error('busy'));
      return undefined;
    });
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'internal-error' } });
    expect(outer.github.pullRequests).toMatchObject([{ draft: true }]);
  });
});

describe('a request that fails', () => {
  it('before anything is paid when what it brings has faults', async () => {
    const prepare = () => Promise.reject(new Error('not to be called'));
    const outer = aWorld({ inputs: { plan: 'plan.json', prd: 'prd.md' }, prepare });
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'prd-missing' } });
    expect(run.end?.failure?.message).toContain('plan.json');
    expect(outer.model.questions).toEqual([]);
    expect(outer.agents.messages).toEqual([]);
    expect(run.phases).toEqual([]);
  });

  it('before any model call when the set-up fails', async () => {
    const failure = aFailure({ reason: 'setup-failed' });
    const outer = aWorld({ plan, prepare: async () => failed(failure) });
    expect((await outer.execute()).end).toMatchObject({ status: 'failed', failure });
    expect(outer.model.questions).toEqual([]);
  });

  it.each(['prd', 'plan'] as const)('with the reason of the model when the %s cannot be had', async (name) => {
    const outer = aWorld({ plan, commands: [test] });
    outer.model.will(name, { fails: 'quota-exhausted' });
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'quota-exhausted' } });
    expect(outer.agents.messages).toEqual([]);
    expect(outer.repository.clones.size).toBe(0);
  });

  it('with the reason of its first task when nothing landed, and opens no pull request', async () => {
    const outer = idle(aWorld({ plan }), 'agent-1', 'agent-2', 'agent-3');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'no-change' } });
    expect(states(run)).toEqual({ a: 'failed', b: 'failed', c: 'failed', d: 'skipped' });
    expect(branch(outer)).toBeUndefined();
    expect(outer.github.pullRequests).toEqual([]);
    expect(run.phases.map(({ phase }) => phase)).not.toContain('delivery');
  });

  it('when its work may not be pushed', async () => {
    const outer = aWorld({ plan });
    outer.repository.refusals.set('aider/issue-42', 'protected');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'push-refused', who: 'user' } });
    expect(outer.github.pullRequests).toEqual([]);
  });

  it('keeps the work that could not be pushed, says where, and delivers it when it goes on, unpaid', async () => {
    const outer = aWorld({ plan });
    outer.repository.refusals.set('aider/issue-42', 'the remote hung up');
    const { end, kept, steps } = await outer.execute();
    const head = steps.at(-1)?.head;
    expect(kept).toEqual({
      file: '.aider_logs/work-r1.bundle',
      branches: [{ name: 'aider/issue-42', commit: head }],
    });
    expect(outer.artifacts.files.get('work-r1.bundle')).toContain(`${head} refs/heads/aider/issue-42`);
    expect(end?.failure?.message).toContain('.aider_logs/work-r1.bundle');
    expect(end?.failure?.action).toContain('git fetch .aider_logs/work-r1.bundle aider/issue-42:aider/issue-42');
    outer.repository.refusals.clear();
    const sent = outer.agents.messages.length;
    const going = { ...outer.world, resume: outer.journal.events.slice() };
    const { run } = await outer.clock.drive(executeRequest(going, aRequest({ number: 42 })));
    expect(run.end?.status).toBe('succeeded');
    expect(outer.agents.messages).toHaveLength(sent);
    expect(branch(outer)).toMatchObject({ 'own/a.ts': expect.any(String) as string });
    expect(outer.github.pullRequests).toMatchObject([{ head: 'aider/issue-42', draft: false }]);
  });

  it.each<[string, (outer: WholeWorld) => void]>([
    ['the remote breaks off', ({ repository }) => repository.failOn('publish', new Error('broken pipe'))],
    ['it cannot be asked for its branches', ({ repository }) => repository.failOn('findBranch', new Error('no host'))],
    ['an error of ours breaks the delivery', ({ repository }) => repository.failOn('addFiles', new Error('a bug'))],
  ])('keeps the work where %s', async (_, breakIt) => {
    const outer = aWorld({ plan, commands: [test] });
    outer.repository.onCommit = (id) => {
      if (outer.repository.commitAt(id).message.startsWith('Land ')) breakIt(outer);
    };
    const run = await outer.execute();
    expect(run.end?.status).toBe('failed');
    expect(run.landings).not.toEqual([]);
    expect(run.kept?.branches).toEqual([{ name: 'aider/issue-42', commit: run.steps.at(-1)?.head }]);
  });

  it('keeps the branches of failed tasks that could not be pushed beside what was delivered', async () => {
    const outer = aWorld({
      plan,
      commands: [test],
      rules: { [test.run]: (files) => files['own/b.ts'] && 'FAIL own/b.ts' },
    });
    outer.repository.refusals.set('aider-agents/issue-42/agent-2', 'quota exceeded');
    const run = await outer.execute();
    expect(run.branch?.name).toBe('aider/issue-42');
    expect(run.kept?.branches.map(({ name }) => name)).toEqual(['aider-agents/issue-42/agent-2']);
    expect(run.kept?.branches[0]?.commit).toBe(run.tasks[1]?.commit);
  });

  it('keeps nothing that the patch policy refuses, but what of it each task may bring', async () => {
    // Two names to git, one to many file systems.
    const alike = ['own/\ufb01.ts', 'own/fi.ts'];
    const outer = aWorld({ plan: alike.map((path, n) => task(`t-${n}`, { writes: [path] })) });
    const run = await outer.execute();
    expect(run.end?.failure?.reason).toBe('policy-refused');
    const own = run.tasks.map(({ agent, commit }) => ({ name: `agent-${agent}`, commit }));
    expect(run.kept?.branches).toEqual(own);
    expect(run.end?.failure?.message).toContain('as agent-1, agent-2.');
  });

  it('as our fault when something breaks, with every task at an end', async () => {
    const outer = aWorld({ plan });
    outer.repository.failOn('setRef', new Error('no space left'));
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'internal-error', who: 'us' } });
    expect(run.end?.failure?.message).toContain('no space left');
    expect(new Set(Object.values(states(run)))).toEqual(new Set(['cancelled']));
  });

  it('and rejects only when its journal cannot be kept', async () => {
    const outer = aWorld({ plan });
    outer.agents.play = () => {
      outer.journal.failOn('append', new Error('no space left'));
      return {};
    };
    await expect(outer.execute()).rejects.toThrow('no space left');
  });
});

describe('a run that is stopped', () => {
  /** Stops the run when an agent is at work. */
  const stoppedAt = (label: string, why: 'cancelled' | 'deadline'): WholeWorld => {
    const outer = aWorld({ plan, commands: [test] });
    outer.agents.play = (message, nth, files) => {
      if (message.label === label) outer.stop(why);
      return { ...writesOwnFile(message, nth, files), takesMs: message.label === 'agent-1' ? 20 : 10 };
    };
    return outer;
  };

  it('on request pushes what landed and opens no pull request', async () => {
    const outer = stoppedAt('agent-4', 'cancelled');
    const run = await outer.execute();
    expect(run.end).toEqual({ status: 'cancelled', at: outer.clock.now() });
    expect(states(run)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'cancelled' });
    expect(branch(outer)).toHaveProperty(['own/a.ts']);
    expect(outer.github.pullRequests).toEqual([]);
  });

  it('on request with nothing done pushes nothing', async () => {
    const outer = stoppedAt('agent-1', 'cancelled');
    const run = await outer.execute();
    expect(run.end?.status).toBe('cancelled');
    expect(new Set(Object.values(states(run)))).toEqual(new Set(['cancelled']));
    expect(branch(outer)).toBeUndefined();
  });

  it('at its deadline delivers what landed as a draft, and names the setting', async () => {
    const outer = stoppedAt('agent-4', 'deadline');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'partial', failure: { reason: 'run-timeout', who: 'user' } });
    expect(run.end?.failure?.message).toContain('330 minutes');
    expect(outer.github.pullRequests).toMatchObject([{ draft: true }]);
  });

  it.each(['prd', 'plan'] as const)('at its deadline says so, though it was the %s that was stopped', async (name) => {
    const outer = aWorld({ plan });
    outer.model.onQuestion = (asked) => asked.name === name && outer.stop('deadline');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'run-timeout' } });
  });

  it('while a model is asked is cancelled', async () => {
    const outer = aWorld({ plan });
    outer.model.onQuestion = (asked) => asked.name === 'prd' && outer.stop('cancelled');
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'cancelled' });
    expect(run.end).not.toHaveProperty('failure');
  });

  it('while the whole is validated is cancelled, and its work is kept', async () => {
    const outer = aWorld({ plan, commands: [test] });
    outer.validator.judge(test.run, (files) => {
      if (Object.keys(files).length === 6) outer.stop('cancelled');
      return undefined;
    });
    const run = await outer.execute();
    expect(run.end?.status).toBe('cancelled');
    expect(branch(outer)).toHaveProperty(['own/d.ts']);
    expect(run.validations).toEqual([]);
  });
});

describe('a dry run', () => {
  it('plans, and writes and validates nothing', async () => {
    const outer = aWorld({ plan, commands: [test], inputs: { 'dry-run': 'true' } });
    const before = [...outer.repository.userBranches];
    const run = await outer.execute();
    expect(run.end?.status).toBe('skipped');
    expect(run.plan?.plan.tasks).toHaveLength(4);
    expect(outer.agents.messages).toEqual([]);
    expect(outer.validator.runs).toEqual([]);
    expect([...outer.repository.userBranches]).toEqual(before);
    expect(outer.github.calls).toEqual([]);
  });
});

describe('failure-mode rollback', () => {
  const inputs = { 'failure-mode': 'rollback', 'max-attempts': '1', 'max-iterations': '1' };

  /** The third agent does nothing, but takes its time, so that others land before it. */
  const lateIdle = (outer: WholeWorld): WholeWorld => {
    outer.agents.play = (message, nth, files) =>
      message.label === 'agent-3' ? { takesMs: 50 } : { ...writesOwnFile(message, nth, files), takesMs: 5 };
    return outer;
  };

  it('delivers like any other run where everything succeeds', async () => {
    const outer = aWorld({ plan, commands: [test], inputs });
    expect((await outer.execute()).end?.status).toBe('succeeded');
    expect(outer.github.pullRequests).toHaveLength(1);
  });

  it('leaves the branch of the pull request alone where a task fails, and keeps what landed beside it', async () => {
    const outer = lateIdle(aWorld({ plan, commands: [test], inputs }));
    const run = await outer.execute();
    expect(run.end).toMatchObject({ status: 'failed', failure: { reason: 'rolled-back' } });
    expect(branch(outer)).toBeUndefined();
    expect(outer.github.pullRequests).toEqual([]);
    const kept = branch(outer, 'aider-agents/issue-42/set-aside') ?? {};
    const landed = run.landings.map((id) => `own/${id}.ts`);
    expect(landed.length).toBeGreaterThan(0);
    expect(Object.keys(kept)).toEqual(expect.arrayContaining(landed));
    expect(run.setAside?.branch).toBe('aider-agents/issue-42/set-aside');
  });

  it('says so where even that cannot be pushed', async () => {
    const outer = lateIdle(aWorld({ plan, commands: [test], inputs }));
    outer.repository.refusals.set('aider-agents/issue-42/set-aside', 'the disk is full');
    const run = await outer.execute();
    expect(run.end?.failure?.message).toContain('the disk is full');
    expect(run.setAside).toBeUndefined();
    expect(branch(outer)).toBeUndefined();
  });
});

describe('a plan that is to be approved', () => {
  const inputs = { 'plan-approval': 'true' };

  it('ends the run waiting, with nothing started and the journal kept', async () => {
    const outer = aWorld({ plan, commands: [test], inputs });
    const run = await outer.execute();
    expect(run.end).toEqual({ status: 'awaiting-approval', at: outer.clock.now() });
    expect(outer.agents.messages).toEqual([]);
    expect(outer.validator.runs).toEqual([]);
    expect(outer.github.pullRequests).toEqual([]);
    const kept = await outer.archive.newestOf(42);
    expect(kept?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['prd-written', 'plan-made']));
  });

  it('is run as it stands in the journal when it goes on, and no model is asked again', async () => {
    const before = aWorld({ plan, inputs });
    const waiting = await before.execute();
    const outer = aWorld({ plan: [task('other')], commands: [test] });
    const resumed = { ...outer.world, resume: before.journal.events };
    const { run } = await outer.clock.drive(executeRequest(resumed, waiting.request));
    expect(run.end?.status).toBe('succeeded');
    expect(run.plan).toEqual(waiting.plan);
    expect(run.prd).toEqual(waiting.prd);
    expect(outer.model.questions).toEqual([]);
    expect(states(run)).toEqual({ a: 'landed', b: 'landed', c: 'landed', d: 'landed' });
  });

  it('waits too where only this request asks for it, whatever the settings say', async () => {
    const outer = aWorld({ plan, commands: [test], request: { planOnly: true } });
    expect((await outer.execute()).end?.status).toBe('awaiting-approval');
    expect(outer.agents.messages).toEqual([]);
  });

  it('is not asked for again where it was approved and its run killed before an agent began', async () => {
    const before = aWorld({ plan, inputs });
    const waiting = await before.execute();
    const outer = aWorld({ plan, commands: [test], inputs });
    const at = outer.clock.now();
    const seq = before.journal.events.length + 1;
    const goesOn: RunEvent = { type: 'run-resumed', lost: [], steps: 0, seq, at };
    const resumed = { ...outer.world, resume: [...before.journal.events, goesOn] };
    expect((await outer.clock.drive(executeRequest(resumed, waiting.request))).run.end?.status).toBe('succeeded');
  });

  it('is waited for still where the run was killed before it was shown', async () => {
    const before = aWorld({ plan, inputs });
    const { request } = await before.execute();
    const cut = before.journal.events.slice(0, -1);
    const outer = aWorld({ plan, commands: [test], inputs });
    const { run } = await outer.clock.drive(executeRequest({ ...outer.world, resume: cut }, request));
    expect(run.end?.status).toBe('awaiting-approval');
    expect(outer.agents.messages).toEqual([]);
  });

  it('tells its notes first of all', async () => {
    const outer = aWorld({ plan, inputs });
    const told = { ...outer.world, notes: ['mind this'] };
    const { run } = await outer.clock.drive(executeRequest(told, aRequest({ number: 42 })));
    expect(run.warnings[0]).toBe('mind this');
  });

  it('is not made for a request without an issue, where nobody could approve it', async () => {
    const outer = aWorld({ plan, inputs, request: { number: undefined } });
    const run = await outer.execute();
    expect(run.end?.failure).toMatchObject({ reason: 'approval-needs-issue', who: 'user' });
    expect(outer.model.questions).toEqual([]);
  });

  it('ends the run as failed where it cannot be kept: nobody could approve it', async () => {
    const outer = aWorld({ plan, inputs });
    outer.archive.refusal = 'denied';
    expect((await outer.execute()).end?.failure?.reason).toBe('journal-refused');
  });
});
