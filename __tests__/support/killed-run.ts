import type { Run } from '../../src/core/run/run.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { executeRequest } from '../../src/app/execute-request.js';
import { command } from './bench.js';
import { aRequest } from './builders.js';
import { Chance } from './chance.js';
import type { Play } from './fake-agents.js';
import { leaveBehind, watchCommits, type Kill } from './machine-after-kill.js';
import { startProcess, type Birth, type MortalProcess } from './mortal-process.js';
import type { RawPlan } from './plans.js';
import { RecordingSink } from './recording.js';
import { aWorld, type WholeWorld } from './world.js';

/** A run whose agents do the same whenever they are asked the same, so that a resumed one can be held against it. */
export interface Undisturbed {
  readonly outer: WholeWorld;
  readonly run: Run;
  readonly events: readonly RunEvent[];
}

export interface Story {
  readonly seed: number;
  readonly plan: RawPlan;
  readonly maxAgents: number;
  /** Some tasks need a second message, some a second attempt, and all heal. */
  readonly trouble: number;
  /** How many tasks' work merges with nothing else, unless it is redone on top of what landed. */
  readonly clashes: number;
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

/** Work of these tasks conflicts with whatever it was not made on top of. */
const clashing =
  ({ repository }: WholeWorld, { seed, clashes }: Story) =>
  (ours: string, theirs: string): readonly string[] => {
    const { message, parents } = repository.commitAt(theirs);
    const task = /^Aider-Task: (\S+)/m.exec(message)?.[1];
    const [start = repository.base.sha] = parents;
    const isRedo = repository.commitAt(start).message.startsWith('Land ');
    if (task === undefined || message.startsWith('Land ') || isRedo || ours === repository.base.sha) return [];
    return new Chance(hash(`clash ${seed} ${task}`)).happens(clashes) ? ['README.md'] : [];
  };

const openWorld = (story: Story): WholeWorld => {
  const outer = aWorld({
    plan: story.plan.tasks,
    commands: [test],
    rules: { [test.run]: judge },
    inputs: { 'max-agents': `${story.maxAgents}`, 'max-iterations': '3', deliver: 'green' },
    request: { number: 1 },
  });
  outer.github.addIssue();
  outer.repository.clash = clashing(outer, story);
  return outer;
};

interface Lived extends MortalProcess {
  readonly sink: RecordingSink;
  /** Undefined where it was killed. */
  readonly run: Run | undefined;
}

const live = async (
  outer: WholeWorld,
  story: Story,
  birth: Pick<Birth, 'before' | 'killAfter' | 'chance'>,
): Promise<Lived & { readonly madeAt: ReadonlyMap<string, number> }> => {
  const sink = new RecordingSink();
  const process = startProcess(outer, { ...birth, sinks: () => [sink], signal: new AbortController().signal });
  const madeAt = watchCommits(outer, () => process.journal.events.length);
  outer.agents.play = ({ label }) => played(story, runOf(sink), label);
  const ended = process.live(async (world) => {
    const recorder = await executeRequest(world, aRequest({ number: 1 }));
    await recorder.flush();
    return recorder.run;
  });
  return { ...process, sink, madeAt, run: await outer.clock.drive(ended) };
};

const runOf = (sink: RecordingSink): Run => {
  const run = sink.told.at(-1)?.run;
  if (run === undefined) throw new Error('the run has not begun');
  return run;
};

export const tellUndisturbed = async (story: Story): Promise<Undisturbed> => {
  const outer = openWorld(story);
  const { run, journal } = await live(outer, story, { chance: new Chance(story.seed) });
  if (run === undefined) throw new Error('nobody killed it');
  return { outer, run, events: journal.events };
};

export interface Resumed {
  readonly outer: WholeWorld;
  readonly run: Run;
  /** What the process that was killed had on record. */
  readonly killed: readonly RunEvent[];
  /** What of that the process that went on could read: it begins with them. */
  readonly before: readonly RunEvent[];
  /** Of the commits named in them, those that are there. */
  readonly there: ReadonlySet<string>;
  /** Of both processes, as the journal holds them. */
  readonly events: readonly RunEvent[];
  /** What was told after the kill, each with the run as it then was. */
  readonly sink: RecordingSink;
  readonly questions: readonly string[];
}

/** The same run, killed, and gone on with where `kill` says. */
export const killAndResume = async (story: Story, kill: Kill): Promise<Resumed> => {
  const outer = openWorld(story);
  const first = await live(outer, story, { chance: new Chance(story.seed), killAfter: kill.after });
  const { events: killed } = first.journal;
  const before = await leaveBehind(outer, kill, { local: killed, madeAt: first.madeAt });
  const there = await outer.repository.hasCommits([...first.madeAt.keys(), outer.repository.base.sha]);
  const asked = outer.model.questions.length;
  const { run, sink, journal } = await live(outer, story, { before, chance: new Chance(story.seed + 1) });
  if (run === undefined) throw new Error('nobody killed it a second time');
  const questions = outer.model.questions.slice(asked).map(({ name }) => name);
  return { outer, run, killed, before, there, events: journal.events, sink, questions };
};
