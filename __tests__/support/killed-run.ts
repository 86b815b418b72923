import type { Run } from '../../src/core/run/run.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { executeRequest } from '../../src/app/execute-request.js';
import type { Repository } from '../../src/ports/repository.js';
import { command } from './bench.js';
import { aRequest } from './builders.js';
import { Chance } from './chance.js';
import type { Play } from './fake-agents.js';
import type { FakeClock } from './fake-clock.js';
import type { FakeRepository } from './fake-repository.js';
import type { RawPlan } from './plans.js';
import { FakeJournal, RecordingSink } from './recording.js';
import { aWorld, type WholeWorld } from './world.js';

/** A run whose agents do the same whenever they are asked the same, so that a resumed one can be held against it. */
export interface Undisturbed {
  readonly outer: WholeWorld;
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** How many events were on record when each commit was made. */
  readonly madeAt: ReadonlyMap<string, number>;
}

export interface Story {
  readonly seed: number;
  readonly plan: RawPlan;
  readonly maxAgents: number;
  /** Some tasks need a second message, some a second attempt, and all heal. */
  readonly trouble: number;
  /** Tasks that are red together though each is green alone: repairs and evictions. */
  readonly quarrels: boolean;
}

const test = command('test');

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);

const judge = (files: Readonly<Record<string, string>>): string | undefined => {
  const bad = Object.keys(files).filter((path) => files[path]?.includes('bad'));
  if (bad.length > 0) return `FAIL ${bad.join(' ')}`;
  const quarrelling = Object.keys(files).filter((path) => files[path]?.includes('quarrels'));
  return quarrelling.length > 1 ? 'two of them quarrel' : undefined;
};

/** By the task and by how it went so far, not by chance: the attempt that a kill cut short goes the same way again. */
const played = ({ seed, trouble, quarrels }: Story, run: Run, label: string): Play => {
  const record = run.tasks.find(({ agent }) => `agent-${agent}` === label);
  if (record === undefined) return {};
  const { task, attemptFailures, iterations } = record;
  const chance = new Chance(hash(`${seed} ${task.id}`));
  const takesMs = chance.below(300);
  const isTroubled = chance.happens(trouble);
  const trial = attemptFailures.length + (iterations.at(-1)?.iteration ?? 1);
  const mends = run.repairs.some((each) => each.task === task.id) && chance.happens(0.5);
  const isQuarrelsome = quarrels && task.dependsOn.length === 0 && chance.happens(0.7) && !mends;
  const mood = isTroubled && trial === 1 ? ' bad' : isQuarrelsome ? ' quarrels' : '';
  const write = Object.fromEntries(
    task.writes.map((path) => [path === 'shared/*.ts' ? 'shared/y.ts' : path, `by ${task.id}${mood}`]),
  );
  if (isTroubled && trial === 1 && chance.happens(0.3))
    return { takesMs, facts: { exitCode: null, killedBy: 'timeout' } };
  return { write, takesMs };
};

/** Every method takes a moment, so that a kill may come between any two. */
const slowly =
  (chance: Chance) =>
  (repository: FakeRepository, clock: FakeClock): Repository =>
    new Proxy(repository, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => unknown;
        if (name === 'prepareClones') return method;
        return async (...args: unknown[]) => {
          await clock.sleep(chance.below(4));
          return method(...args);
        };
      },
    });

export const tellUndisturbed = async (story: Story): Promise<Undisturbed> => {
  const outer = aWorld({
    plan: story.plan.tasks,
    commands: [test],
    rules: { [test.run]: judge },
    inputs: { 'max-agents': `${story.maxAgents}`, 'max-iterations': '3', deliver: 'green' },
    request: { number: 1 },
    through: slowly(new Chance(story.seed)),
  });
  outer.github.addIssue();
  outer.agents.play = ({ label }) => played(story, runOf(outer.sink), label);
  const madeAt = new Map<string, number>();
  outer.repository.onCommit = (id) =>
    void madeAt.set(id, Math.min(outer.journal.events.length, madeAt.get(id) ?? Infinity));
  const run = await outer.execute();
  return { outer, run, events: [...outer.journal.events], madeAt };
};

const runOf = (sink: RecordingSink): Run => {
  const run = sink.told.at(-1)?.run;
  if (run === undefined) throw new Error('the run has not begun');
  return run;
};

export interface Resumed {
  readonly run: Run;
  /** Of both processes, as the journal holds them. */
  readonly events: readonly RunEvent[];
  /** What was told after the kill, each with the run as it then was. */
  readonly sink: RecordingSink;
  /** Labels of the agents that were sent a message after the kill. */
  readonly asked: readonly string[];
  readonly questions: readonly string[];
}

/**
 * The same run, killed when `cut` events were on record, and resumed; of the commits those made after `keptUntil`
 * events are gone. What was published later is taken back.
 */
export const killAndResume = async (
  story: Story,
  undisturbed: Undisturbed,
  { cut, keptUntil }: { readonly cut: number; readonly keptUntil: number },
): Promise<Resumed> => {
  const { outer, events, madeAt } = undisturbed;
  const { repository, agents, model, clock } = outer;
  const before = events.slice(0, cut);
  for (const [id, at] of madeAt) if (at > keptUntil) repository.lost.add(id);
  if (!before.some(({ type }) => type === 'branch-pushed')) repository.userBranches.delete('aider/issue-1');
  const [sent, questions] = [agents.messages.length, model.questions.length];
  const [journal, sink] = [new FakeJournal(), new RecordingSink()];
  agents.play = ({ label }) => played(story, runOf(sink), label);
  const world = { ...outer.world, journal, sinks: [sink], resume: before };
  const { run } = await clock.drive(executeRequest(world, aRequest({ number: 1 })));
  return {
    run,
    events: [...before, ...journal.events],
    sink,
    asked: agents.messages.slice(sent).map(({ label }) => label),
    questions: model.questions.slice(questions).map(({ name }) => name),
  };
};
