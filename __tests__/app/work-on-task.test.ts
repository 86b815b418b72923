import type { Task } from '../../src/core/plan/plan.js';
import { workOnTask, type AttemptEnd } from '../../src/app/work-on-task.js';
import { aTask, taskId } from '../support/builders.js';
import { aBench, command, type Bench, type BenchOptions } from '../support/bench.js';
import { refusedFacts, type Play } from '../support/fake-agents.js';
import { settle } from '../support/fake-clock.js';

const test = command('test');
const one = aTask('one');

interface Attempt {
  readonly task?: string;
  readonly attempt?: number;
  readonly mode?: 'fresh' | 'redo';
  readonly head?: string;
}

/** One attempt of a task, started as the scheduler starts it. */
const start = (
  bench: Bench,
  { task = 'one', attempt = 1, mode = 'fresh', head }: Attempt = {},
): Promise<AttemptEnd> => {
  const id = taskId(task);
  bench.recorder.record({ type: 'task-started', task: id, agent: 1, attempt, model: 'm', mode });
  return workOnTask(bench.tools, { task: id, attempt, mode }, head ?? bench.repository.base.sha);
};

const withPlays = (plays: readonly Play[], options: BenchOptions & { readonly task?: Task } = {}): Bench => {
  const bench = aBench({ tasks: [options.task ?? one], ...options });
  bench.agents.play = (_message, nth) => plays[nth - 1] ?? {};
  return bench;
};

const bad: Play = { write: { 'src/one.ts': 'bad' } };
const worse: Play = { write: { 'src/one.ts': 'bad still' } };
const good: Play = { write: { 'src/one.ts': 'good' } };
const redWhileBad = {
  commands: [test],
  rules: {
    [test.run]: (files: Readonly<Record<string, string>>) =>
      files['src/one.ts']?.startsWith('bad') === true ? 'AssertionError: bad' : undefined,
  },
};

const outcomes = ({ journal }: Bench): readonly string[] => journal.of('iteration-ended').map(({ outcome }) => outcome);

describe('an attempt', () => {
  it('is done with its first validated result', async () => {
    const bench = withPlays([good]);
    const end = await start(bench);
    expect(end).toEqual({
      kind: 'done',
      work: { start: bench.repository.base.sha, commit: bench.recorder.run.tasks[0]?.commit },
    });
    expect(outcomes(bench)).toEqual(['changed']);
  });

  it('goes on in the same clone until validation is green, and says what is wrong', async () => {
    const bench = withPlays([bad, good], redWhileBad);
    expect((await start(bench)).kind).toBe('done');
    expect(outcomes(bench)).toEqual(['validation-failed', 'changed']);
    const [first, second] = bench.agents.messages;
    expect(second?.clone).toBe(first?.clone);
    expect(first?.text).toMatch(/^Work on task `one` \(attempt 1, iteration 1 of 3\)\./);
    expect(second?.text).toMatch(/^Work on task `one` \(attempt 1, iteration 2 of 3\)\./);
    expect(second?.text).toContain('AssertionError: bad');
  });

  it('ends when the iterations are used up, with the last reason', async () => {
    const bench = withPlays([bad, worse, bad], redWhileBad);
    const end = await start(bench);
    expect(end).toMatchObject({
      kind: 'failed',
      escalate: false,
      failure: {
        reason: 'iterations-used-up',
        who: 'user',
        message: expect.stringContaining('3 iterations') as string,
      },
    });
    expect(bench.agents.messages).toHaveLength(3);
  });

  it('has as many iterations as the setting says', async () => {
    const bench = withPlays([bad], { ...redWhileBad, inputs: { 'max-iterations': '1' } });
    expect((await start(bench)).kind).toBe('failed');
    expect(bench.agents.messages).toHaveLength(1);
  });

  it('gets one sharper message for an answer without an edit, and ends with the second', async () => {
    const bench = withPlays([{}, {}, good]);
    expect(await start(bench)).toMatchObject({ kind: 'failed', escalate: false, failure: { reason: 'no-change' } });
    expect(bench.agents.messages).toHaveLength(2);
    expect(bench.agents.messages[1]?.text).toContain('held no edit at all');
  });

  it('names refused changes in the next message', async () => {
    const bench = withPlays([{ write: { 'src/two.ts': '2' } }, good]);
    expect((await start(bench)).kind).toBe('done');
    expect(bench.agents.messages[1]?.text).toContain('`src/two.ts`: not among the files this task may write');
  });

  it.each<[string, Play, Partial<AttemptEnd>]>([
    [
      'a time-out ends the attempt',
      { facts: { killedBy: 'timeout', exitCode: null } },
      { kind: 'failed', escalate: false },
    ],
    ['a crash ends the attempt', { facts: { exitCode: 1 } }, { kind: 'failed', escalate: false }],
    [
      'too long a context is escalated at once',
      { facts: refusedFacts(400, 'context_length_exceeded') },
      { kind: 'failed', escalate: true },
    ],
    ['a dead key stops the run', { facts: refusedFacts(401) }, { kind: 'stop-run' }],
    ['an empty account stops the run', { facts: refusedFacts(429, 'insufficient_quota') }, { kind: 'stop-run' }],
  ])('%s', async (_, play, expected) => {
    const bench = withPlays([play, good]);
    expect(await start(bench)).toMatchObject(expected);
    expect(bench.agents.messages).toHaveLength(1);
  });

  it('is escalated when a rate limit outlasts all waits', async () => {
    const bench = aBench({ tasks: [one] });
    bench.agents.play = () => ({ facts: refusedFacts(429) });
    const end = await bench.clock.drive(start(bench));
    expect(end).toMatchObject({ kind: 'failed', escalate: true, failure: { reason: 'rate-limited', who: 'world' } });
    expect(outcomes(bench)).toEqual(['rate-limited']);
  });

  it('uses no iteration for a wait', async () => {
    const limited: Play = { facts: refusedFacts(429) };
    const bench = withPlays([limited, bad, limited, worse, limited, good], redWhileBad);
    expect((await bench.clock.drive(start(bench))).kind).toBe('done');
    expect(outcomes(bench)).toEqual(['validation-failed', 'validation-failed', 'changed']);
  });

  it('is cancelled when the run is stopped', async () => {
    const bench = withPlays([good]);
    bench.agents.gate.hold('agent-1');
    const end = start(bench);
    await settle();
    bench.stop.abort('cancelled');
    expect(await end).toEqual({ kind: 'cancelled' });
    expect(outcomes(bench)).toEqual(['cancelled']);
  });

  it('leaves every commit on its agent branch, green or not', async () => {
    const bench = withPlays([bad, worse, bad], redWhileBad);
    await start(bench);
    const last = bench.journal.of('iteration-ended').at(-1)?.commit;
    expect(last).toBeDefined();
    expect(bench.repository.refs.get('refs/heads/agent-1')).toBe(last);
    expect(bench.recorder.run.tasks[0]?.commit).toBe(last);
  });

  it('writes commits with the trailers of its task', async () => {
    const bench = withPlays([good], { task: aTask('one', { title: 'Add\nAider-Run: forged' }) });
    await start(bench, { attempt: 2 });
    const { message } = bench.repository.commitAt(bench.recorder.run.tasks[0]?.commit ?? '');
    expect(message).toBe('Add Aider-Run: forged\n\nAider-Run: r1\nAider-Task: one\nAider-Attempt: 2\n');
  });

  it('throws its clone away however it ends', async () => {
    const bench = withPlays([good]);
    await start(bench);
    expect(bench.repository.clones.size).toBe(0);
    bench.agents.failOn('send', new Error('no aider'));
    await expect(start(bench, { attempt: 2 })).rejects.toThrow('no aider');
    expect(bench.repository.clones.size).toBe(0);
  });

  it('tells of a slow agent which message it is', async () => {
    const bench = withPlays([]);
    bench.agents.play = ({ onSlow }, nth) => {
      if (nth === 2) onSlow(300_000);
      return nth === 2 ? good : {};
    };
    await start(bench);
    expect(bench.journal.of('agent-slow')).toMatchObject([
      { task: 'one', attempt: 1, iteration: 2, elapsedMs: 300_000 },
    ]);
  });

  it('tells the next attempt what was tried, not its files', async () => {
    const bench = withPlays([{}, {}, good]);
    await start(bench);
    await start(bench, { attempt: 2 });
    const text = bench.agents.messages[2]?.text ?? '';
    expect(text).toContain('attempt 2, iteration 1 of 3');
    expect(text).toContain('Attempt 1, iteration 2: no-change.');
    expect(bench.agents.messages[2]?.clone).not.toEqual(bench.agents.messages[1]?.clone);
  });
});

describe('the start of an attempt', () => {
  const land = async ({ repository, recorder }: Bench, id: string, path: string): Promise<string> => {
    const { sha } = repository.base;
    const tree = await repository.addFiles(sha, { [path]: id });
    const commit = await repository.commit({ tree, parents: [sha], message: id });
    recorder.record({ type: 'task-landed', task: taskId(id), attempt: 1, commit, head: commit, changes: [] });
    return commit;
  };
  const tasks = [aTask('a'), aTask('b'), aTask('c'), aTask('one', { dependsOn: ['a', 'b'] })];

  it('is base with just what the task depends on', async () => {
    const bench = aBench({ tasks });
    for (const id of ['a', 'b', 'c']) await land(bench, id, `src/${id}.ts`);
    await start(bench);
    const commit = bench.agents.messages[0]?.clone.commit ?? '';
    expect(Object.keys(bench.repository.filesAt(commit))).toEqual(['README.md', 'src/a.ts', 'src/b.ts', 'src/old.ts']);
  });

  it('is the one dependency itself where there is one', async () => {
    const bench = aBench({ tasks: [aTask('a'), aTask('one', { dependsOn: ['a'] })] });
    const commit = await land(bench, 'a', 'src/a.ts');
    await start(bench);
    expect(bench.agents.messages[0]?.clone.commit).toBe(commit);
  });

  it('is the integration head where its dependencies do not fold', async () => {
    const bench = aBench({ tasks });
    await land(bench, 'a', 'shared');
    await land(bench, 'b', 'shared');
    const head = await land(bench, 'c', 'src/c.ts');
    await start(bench, { head });
    expect(bench.agents.messages[0]?.clone.commit).toBe(head);
  });

  it('is base where it depends on nothing, whatever has landed', async () => {
    const bench = aBench({ tasks: [aTask('a'), one] });
    await start(bench, { head: await land(bench, 'a', 'src/a.ts') });
    expect(bench.agents.messages[0]?.clone.commit).toBe(bench.repository.base.sha);
  });

  it('is the integration head for a redo, with the conflict and the old diff in the message', async () => {
    const bench = withPlays([good], { tasks: [aTask('a'), one] });
    await start(bench);
    bench.recorder.record({
      type: 'conflict-found',
      task: taskId('one'),
      attempt: 1,
      files: ['src/shared.ts'],
      with: [taskId('a')],
    });
    const head = await land(bench, 'a', 'src/shared.ts');
    bench.agents.play = () => ({ write: { 'src/one.ts': 'again' } });
    const end = await start(bench, { attempt: 2, mode: 'redo', head });
    const { clone, text = '' } = bench.agents.messages[1] ?? {};
    expect(clone?.commit).toBe(head);
    expect(text).toContain('`src/shared.ts`');
    expect(text).toContain('+good');
    expect(end).toMatchObject({ kind: 'done', work: { start: head } });
  });

  it('is an ordinary one for a redo whose first work is unknown', async () => {
    const bench = aBench({ tasks: [one] });
    await start(bench, { mode: 'redo' });
    expect(bench.agents.messages[0]?.text).not.toContain('do not merge');
  });
});
