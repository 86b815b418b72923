import type { Failure } from '../../src/core/failure.js';
import type { Task } from '../../src/core/plan/plan.js';
import { createIntegration } from '../../src/app/integration.js';
import { runPlan } from '../../src/app/scheduling/run-plan.js';
import { aTask } from '../support/builders.js';
import { aBench, command, type Bench, type BenchOptions } from '../support/bench.js';
import type { Play } from '../support/fake-agents.js';
import { settle } from '../support/fake-clock.js';

type Stage = Bench & { readonly run: () => Promise<Failure | undefined> };

const test = command('test');

const set = async (tasks: readonly Task[], options: BenchOptions = {}): Promise<Stage> => {
  const bench = aBench({ tasks, ...options });
  const { repository, recorder, tools, plan } = bench;
  const start = { commit: repository.base.sha, tree: repository.base.sha };
  const run = () => recorder.run;
  const integration = await createIntegration({ repository, run, ref: 'refs/heads/aider-integration', start });
  return { ...bench, run: () => runPlan(tools, plan, integration) };
};

/** Tasks that may all write one file, which a plan would put in order. */
const quarrel = ['a', 'b', 'c'].map((id) => aTask(id));

/** `a` and `b` both write `shared`; `red` work does not pass the test. */
const rules = {
  [test.run]: (files: Readonly<Record<string, string>>) => Object.values(files).find((text) => text.includes('red')),
};

/** Each agent's messages in turn; those after the last are like the last. */
const playing = (bench: Bench, plays: Readonly<Record<string, readonly Play[]>>): void => {
  bench.agents.play = ({ label, editFiles }, nth) =>
    plays[label]?.[Math.min(nth, plays[label].length) - 1] ?? { write: { [editFiles[0] ?? '']: label }, takesMs: 1 };
};

const states = ({ recorder }: Bench): Readonly<Record<string, string>> =>
  Object.fromEntries(recorder.run.tasks.map(({ task, state }) => [task.id, state.kind]));
const starts = ({ journal }: Bench): readonly string[] =>
  journal.of('task-started').map(({ task, attempt, mode }) => `${task} ${attempt} ${mode}`);
const conflicts = ({ recorder }: Bench) => recorder.run.conflicts;

/** Two agents that work on the same file though their tasks do not say so: the clash is made by the merge. */
const clashing = (bench: Bench): void => {
  const by = (id: string, commit: string): boolean =>
    bench.repository.commitAt(commit).message.includes(`Aider-Task: ${id}`);
  bench.repository.clash = (ours, theirs) => {
    const redone = bench.journal.of('task-landed').some(({ task }) => task !== 'c');
    const isPair = (by('a', ours) && by('b', theirs)) || (by('b', ours) && by('a', theirs));
    return isPair && !redone ? ['src/shared.ts'] : [];
  };
};

describe('a conflict between agents at work', () => {
  it('is foreseen at a commit: the less advanced is stopped, the other finishes, and it is redone on top', async () => {
    const bench = await set(quarrel, { commands: [test], rules, inputs: { 'max-attempts': '1' } });
    clashing(bench);
    playing(bench, {
      'agent-1': [
        { write: { 'src/a.ts': 'red' }, takesMs: 10 },
        { write: { 'src/a.ts': 'good' }, takesMs: 50 },
      ],
      'agent-2': [
        { write: { 'src/b.ts': 'red' }, takesMs: 20 },
        { write: { 'src/b.ts': 'never seen' }, takesMs: 1_000_000 },
        { write: { 'src/b.ts': 'again' }, takesMs: 10 },
      ],
    });
    await bench.clock.drive(bench.run());
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed' });
    expect(starts(bench)).toEqual(['a 1 fresh', 'b 1 fresh', 'c 1 fresh', 'b 2 redo']);
    expect(conflicts(bench)).toMatchObject([
      { task: 'b', with: ['a'], files: ['src/shared.ts'], predicted: true, end: 'landed-after-redo' },
    ]);
    const [, redo] = bench.agents.sentTo('agent-2');
    expect(redo?.clone.commit).toBe(bench.journal.of('task-landed').find(({ task }) => task === 'a')?.head);
    expect(redo?.text).toContain('do not merge');
    expect(redo?.text).toContain('+red');
    expect(bench.journal.of('attempt-failed')).toEqual([]);
  });

  it('stops a message of the other that is under way at once', async () => {
    const bench = await set(quarrel, { commands: [test], rules });
    clashing(bench);
    bench.agents.gate.hold('agent-2');
    playing(bench, {
      'agent-1': [{ write: { 'src/a.ts': 'good' }, takesMs: 30 }],
      'agent-2': [
        { write: { 'src/b.ts': 'red' } },
        { write: { 'src/b.ts': 'never seen' }, takesMs: 1_000_000 },
        { write: { 'src/b.ts': 'again' } },
      ],
    });
    const run = bench.run();
    await settle();
    bench.agents.gate.release('agent-2');
    await bench.clock.drive(run);
    const [predicted] = bench.journal.of('conflict-predicted');
    const [requeued] = bench.journal.of('task-requeued');
    expect(predicted).toMatchObject({ task: 'b', with: ['a'] });
    expect(requeued?.at).toBe(predicted?.at);
    expect(bench.clock.now()).toBeLessThan((predicted?.at ?? 0) + 1_000);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed' });
    expect(bench.repository.clones.size).toBe(0);
  });

  it('with what has landed sends the task back before it wastes another message', async () => {
    const bench = await set(quarrel, { commands: [test], rules });
    const { repository, recorder } = bench;
    repository.clash = (ours, theirs) => {
      const isWork = repository.commitAt(theirs).message.includes('Aider-Attempt: 1');
      const isHead = repository.commitAt(ours).message.startsWith('Land agent-1');
      return isHead && isWork && repository.commitAt(theirs).message.includes('Aider-Task: b') ? ['src/a.ts'] : [];
    };
    playing(bench, {
      'agent-2': [
        { write: { 'src/b.ts': 'red' }, takesMs: 20 },
        { write: { 'src/b.ts': 'again' }, takesMs: 10 },
      ],
      'agent-3': [{ write: { 'src/c.ts': 'c' }, takesMs: 500 }],
    });
    await bench.clock.drive(bench.run());
    expect(starts(bench)).toEqual(['a 1 fresh', 'b 1 fresh', 'c 1 fresh', 'b 2 redo']);
    expect(recorder.run.conflicts).toMatchObject([
      { task: 'b', with: ['a'], predicted: true, end: 'landed-after-redo' },
    ]);
    expect(bench.agents.sentTo('agent-2')).toHaveLength(2);
  });

  it('does not hold up the landing of who is done, and stops the other though that has landed meanwhile', async () => {
    const bench = await set(quarrel, { commands: [test], rules });
    const { repository, journal } = bench;
    clashing(bench);
    const merge = repository.merge.bind(repository);
    const by = (id: string, commit: string) => repository.commitAt(commit).message.includes(`Aider-Task: ${id}`);
    repository.merge = async (ours, theirs) => {
      const clash = by('b', ours) && by('a', theirs) && repository.clash(ours, theirs).length > 0;
      const merged = await merge(ours, theirs);
      // Git takes its time over this pair.
      if (clash) await bench.clock.sleep(5);
      return merged;
    };
    playing(bench, {
      'agent-1': [{ write: { 'src/a.ts': 'good' }, takesMs: 30 }],
      'agent-2': [
        { write: { 'src/b.ts': 'red' }, takesMs: 10 },
        { write: { 'src/b.ts': 'never seen' }, takesMs: 1_000_000 },
        { write: { 'src/b.ts': 'again' }, takesMs: 10 },
      ],
    });
    await bench.clock.drive(bench.run());
    const [predicted] = journal.of('conflict-predicted');
    const landed = journal.of('task-landed').find(({ task }) => task === 'a');
    expect(predicted).toMatchObject({ task: 'b', with: ['a'] });
    expect(landed?.at).toBe((predicted?.at ?? 0) - 5);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed' });
  });

  it('is told as a warning where git cannot look for it while the other lands', async () => {
    const bench = await set(quarrel, { commands: [test], rules });
    const merge = bench.repository.merge.bind(bench.repository);
    bench.repository.merge = (ours, theirs) =>
      bench.repository.commitAt(ours).message.includes('Aider-Task: b')
        ? Promise.reject(new Error('no memory'))
        : merge(ours, theirs);
    playing(bench, {
      'agent-1': [{ write: { 'src/a.ts': 'good' }, takesMs: 30 }],
      'agent-2': [
        { write: { 'src/b.ts': 'red' }, takesMs: 10 },
        { write: { 'src/b.ts': 'good' }, takesMs: 90 },
      ],
    });
    await bench.clock.drive(bench.run());
    expect(bench.recorder.run.warnings).toEqual(['A conflict could not be looked for: no memory']);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed' });
  });

  it('is left to the landing where both are done', async () => {
    const bench = await set(quarrel);
    clashing(bench);
    playing(bench, {});
    await bench.clock.drive(bench.run());
    expect(bench.journal.of('conflict-predicted')).toEqual([]);
    expect(states(bench)).toEqual({ a: 'landed', b: 'landed', c: 'landed' });
  });

  it('ends with the run where it is stopped meanwhile', async () => {
    const bench = await set(quarrel, { commands: [test], rules });
    clashing(bench);
    playing(bench, {
      'agent-1': [{ write: { 'src/a.ts': 'red' }, takesMs: 10 }, { takesMs: 1_000 }],
      'agent-2': [{ write: { 'src/b.ts': 'red' }, takesMs: 20 }, { takesMs: 1_000 }],
    });
    void bench.clock.sleep(100).then(() => bench.stop.abort('cancelled'));
    await bench.clock.drive(bench.run());
    expect(states(bench)).toEqual({ a: 'cancelled', b: 'cancelled', c: 'landed' });
    expect(conflicts(bench)).toMatchObject([{ task: 'b', predicted: true, end: 'cancelled' }]);
  });
});
