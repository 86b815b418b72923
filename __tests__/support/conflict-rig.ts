import { join } from 'node:path';
import { openRepository, type OpenRepository } from '../../src/adapters/git/open-repository.js';
import { ownPath } from '../../src/adapters/processes/own-path.js';
import { createIntegration, type Integration } from '../../src/app/integration.js';
import { startRecording, type Recorder } from '../../src/app/recorder.js';
import { landWork } from '../../src/app/scheduling/land-work.js';
import type { Work } from '../../src/app/step.js';
import type { Tools } from '../../src/app/tools.js';
import type { Revision } from '../../src/app/validation/checker.js';
import type { JudgedResult } from '../../src/core/run/event.js';
import type { TaskId } from '../../src/core/plan/plan.js';
import type { Run } from '../../src/core/run/run.js';
import { taskRecord } from '../../src/core/run/task-record.js';
import { success } from '../../src/core/result.js';
import { noUsage } from '../../src/core/usage.js';
import type { Model } from '../../src/ports/model.js';
import type { Repository } from '../../src/ports/repository.js';
import { aPlan, aRequest, aTask, planMade, runStarted } from './builders.js';
import { aSettings, command } from './bench.js';
import { Chance } from './chance.js';
import { FakeAgents } from './fake-agents.js';
import { FakeClock } from './fake-clock.js';
import { FakeRepository } from './fake-repository.js';
import { makeUserRepository, runGit, stillClock, writeFiles } from './git-repo.js';
import { FakeArtifacts, FakeJournal } from './recording.js';

/** Ways in which two changes do not merge. */
export const conflictKinds = [
  'same line',
  'rename against edit',
  'delete against edit',
  'both add',
  'lock file',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

type Edits = Readonly<Record<string, string | null>>;

const lines = (...all: readonly string[]): string => all.map((each) => `${each}\n`).join('');
const filler = (from: number): readonly string[] => Array.from({ length: 8 }, (_, n) => `line ${from + n}`);

const files = {
  'src/code.txt': lines(...filler(1), 'the line', ...filler(20)),
  'package-lock.json': lines('{', '"locked": [', '"base"', ']', '}'),
  'README.md': '# Sample\n',
};

/** What one side does to the base, with its own word in it. */
const sides: Readonly<Record<ConflictKind, readonly [(word: string) => Edits, (word: string) => Edits]>> = {
  'same line': [edit, edit],
  'rename against edit': [
    // So much is rewritten that git does not follow the file to its new name.
    (word) => ({ 'src/code.txt': null, 'src/moved.txt': lines(word, ...filler(100)) }),
    edit,
  ],
  'delete against edit': [(word) => ({ 'src/code.txt': null, 'src/why.txt': lines(word) }), edit],
  'both add': [add, add],
  'lock file': [lock, lock],
};

function edit(word: string): Edits {
  return { 'src/code.txt': files['src/code.txt'].replace('the line', `the line of ${word}`) };
}
function add(word: string): Edits {
  return { 'src/new.txt': lines('new', word) };
}
function lock(word: string): Edits {
  return {
    'package-lock.json': files['package-lock.json'].replace('"base"', `"base", "${word}"`),
    [`deps/${word}`]: word,
  };
}

/** Names every change by a file of its own, so that a check can tell whether one was lost. */
const signed = (word: string, edits: Edits): Edits => ({ ...edits, [`done/${word}`]: `${word}\n` });

/** Everything of one injected conflict. */
export interface Injected {
  readonly kind: ConflictKind;
  readonly run: Run;
  /** The words of the tasks that landed, and those of them that are in the final files. */
  readonly landed: readonly string[];
  readonly kept: readonly string[];
  /** Whether git itself, asked afterwards, merges the two first works. */
  readonly wasClean: boolean;
  readonly ms: number;
}

export interface ConflictRig {
  /** Three tasks with one conflict; the seed decides who comes between, and what the model answers. */
  inject(kind: ConflictKind, seed: number): Promise<Injected>;
  close(): Promise<void>;
}

/** Conflicts of every kind, landed by the real ladder in a real repository. Agents, tests and the model are played. */
export const openConflictRig = async (folder: string): Promise<ConflictRig> => {
  await makeUserRepository(join(folder, 'user'), files);
  const opened = await openRepository({
    source: { kind: 'local', folder: join(folder, 'user') },
    base: { branch: 'main' },
    runFolder: join(folder, 'run'),
    identity: { name: 'aider[bot]', email: 'aider[bot]@example.com' },
    clock: stillClock,
    place: ownPath(),
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  const repository = opened.value;
  let nth = 0;
  return {
    inject: (kind, seed) => inject({ repository, store: join(folder, 'run', 'store'), name: `i${++nth}` }, kind, seed),
    close: () => repository.close(),
  };
};

interface Ground {
  readonly repository: OpenRepository;
  readonly store: string;
  readonly name: string;
}

/** Every line of every file but the signatures. */
const textsAt = async (store: string, commit: string): Promise<string> =>
  runGit(store, 'grep', '-h', '-e', '', commit, '--', ':!done');

const wordsAt = async (repository: Repository, commit: string): Promise<readonly string[]> =>
  (await repository.listFiles(commit)).flatMap((path) => (path.startsWith('done/') ? [path.slice(5)] : []));

/** Red where a task's word is missing though its work is said to be there, or a conflict marker stands in a file. */
const complaint = async ({ repository, store }: Ground, commit: string): Promise<string | undefined> => {
  const text = await textsAt(store, commit);
  const missing = (await wordsAt(repository, commit)).filter((word) => !text.includes(word));
  if (missing.length > 0) return `lost: ${missing.join(', ')}`;
  return /^[<>]{7}/m.test(text) ? 'a conflict marker' : undefined;
};

/** Takes both sides, or one of them, or answers with what no file may hold. */
const mergingModel = (chance: Chance): Model => ({
  ask: async ({ schema, prompt }) => {
    const sideOf = (side: string): readonly string[] =>
      [...prompt.matchAll(new RegExp(`HUNK \\d+ in [^\\n]*: ${side}\\n([^]*?)\\nend part-`, 'g'))].map(
        (match) => match[1] ?? '',
      );
    const [ours, theirs] = [sideOf('OURS'), sideOf('THEIRS')];
    const mood = chance.pick<string>([6, 'both'], [2, 'one'], [1, 'marker'], [1, 'short']);
    const merged = ours.map((mine, index) => {
      if (mood === 'both') return { text: `${mine}\n${theirs[index] ?? ''}\n` };
      return { text: mood === 'one' ? mine : `<<<<<<< mine\n${mine}\n` };
    });
    const value = schema.parse({ hunks: mood === 'short' ? [] : merged });
    return success({ value, usage: noUsage, durationMs: 1 });
  },
});

const inject = async (ground: Ground, kind: ConflictKind, seed: number): Promise<Injected> => {
  const { repository, store, name } = ground;
  const startedAt = performance.now();
  const chance = new Chance(seed);
  const tasks = ['a', 'b', 'c'].map((id) => aTask(id, { writes: ['**'] }));
  const recorder = startRecording(
    { clock: new FakeClock(), journal: new FakeJournal(), sinks: [], redact: (text) => text },
    runStarted({ request: aRequest(), base: repository.base }) as Parameters<typeof startRecording>[1],
  );
  recorder.record(planMade(aPlan(tasks)));
  const tools = toolsFor(ground, recorder, chance);
  const start = { commit: repository.base.sha, tree: repository.base.sha };
  const run = () => recorder.run;
  const integration = await createIntegration({ repository, run, ref: `refs/heads/integration-${name}`, start });

  /** By plumbing: a clone for every work would take most of the time. */
  const workOn = async (from: string, edits: Edits): Promise<Work> => {
    const written = Object.entries(edits).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
    const gone = Object.keys(edits).filter((path) => edits[path] === null);
    const added = await repository.addFiles(from, Object.fromEntries(written));
    const tree = gone.length === 0 ? added : await repository.composeTree(added, emptyTree, gone);
    return { start: from, commit: await repository.commit({ tree, parents: [from], message: 'work' }) };
  };
  const stage: Stage = { tools, recorder, integration, workOn };
  const order = chance.happens(0.5) ? ([0, 1] as const) : ([1, 0] as const);
  const [first, second] = order.map((side) => sides[kind][side]);
  if (first === undefined || second === undefined) throw new Error('a conflict has two sides');
  const base = repository.base.sha;
  const works = [
    await workOn(base, signed('word-a', first('word-a'))),
    await workOn(base, signed('word-b', second('word-b'))),
  ];
  const [one, two] = works.map(({ commit }) => commit);
  await land(stage, 'a', works[0] as Work);
  await land(stage, 'b', works[1] as Work);
  if (stateOf(recorder.run, 'b') === 'pending') await redo(stage, 'b', chance);
  const head = integration.head.commit;
  const text = await textsAt(store, head);
  const landed = recorder.run.landings.map((id) => `word-${id}`);
  const merged = await runGit(store, 'merge-tree', '--write-tree', one ?? '', two ?? '').then(
    () => true,
    () => false,
  );
  return {
    kind,
    run: recorder.run,
    landed,
    kept: landed.filter((word) => text.includes(word)),
    wasClean: merged,
    ms: performance.now() - startedAt,
  };
};

interface Stage {
  readonly tools: Tools;
  readonly recorder: Recorder;
  readonly integration: Integration;
  readonly workOn: (from: string, edits: Edits) => Promise<Work>;
}

const stateOf = (run: Run, id: string): string => taskRecord(run, id as TaskId).state.kind;

const land = async ({ tools, recorder, integration }: Stage, name: string, work: Work): Promise<void> => {
  const id = name as TaskId;
  const attempt = taskRecord(recorder.run, id).attempts + 1;
  recorder.record({
    type: 'task-started',
    task: id,
    agent: 1,
    attempt,
    model: 'm',
    mode: attempt === 1 ? 'fresh' : 'redo',
  });
  await landWork(tools, { id, attempt, integration }, work);
};

/** An agent that sees what landed writes its own word into it; a third task may land meanwhile, in the same place. */
const redo = async (stage: Stage, name: string, chance: Chance): Promise<void> => {
  const { integration, workOn, tools } = stage;
  const head = integration.head.commit;
  const there = await tools.repository.listFiles(head);
  const target = there.find((path) => path.startsWith('src/')) ?? 'src/new.txt';
  const text = (await tools.repository.readFile(head, target)) ?? '';
  const rewritten = (word: string): string =>
    text.includes('the line') ? text.replace(/^the line.*$/m, (line) => `${line} and ${word}`) : `${text}${word}\n`;
  const mine = await workOn(head, signed(`word-${name}`, { [target]: rewritten(`word-${name}`) }));
  const between = chance.pick<'nobody' | 'edits' | 'deletes'>([4, 'nobody'], [4, 'edits'], [2, 'deletes']);
  if (between === 'edits')
    await land(stage, 'c', await workOn(head, signed('word-c', { [target]: rewritten('word-c') })));
  if (between === 'deletes')
    await land(stage, 'c', await workOn(head, signed('word-c', { [target]: null, 'src/kept.txt': `${text}word-c\n` })));
  await land(stage, name, mine);
};

const toolsFor = (ground: Ground, recorder: Recorder, chance: Chance): Tools => {
  const { repository } = ground;
  const signal = new AbortController().signal;
  const fakes = new FakeRepository({});
  const test = command('test');
  const check = async ({ commit }: Revision): Promise<readonly JudgedResult[]> => {
    const output = await complaint(ground, commit);
    const result = { name: test.name, command: test.run, timedOut: false, durationMs: 1, output: output ?? '' };
    return [
      { ...result, exitCode: output === undefined ? 0 : 1, verdict: output === undefined ? 'green' : 'new-failure' },
    ];
  };
  return {
    repository,
    agents: new FakeAgents(fakes, stillClock),
    model: mergingModel(chance),
    checker: {
      commands: [test],
      baseline: Promise.resolve([]),
      check,
      probe: ({ revision }) => check(revision),
      count: 0,
    },
    locksmith: {
      // As npm does: what the manifests ask for, in their order, and nothing else.
      relock: async (clone) => {
        if (chance.happens(0.2)) return false;
        const wanted = (await repository.listFiles(clone.commit)).flatMap((path) =>
          path.startsWith('deps/') ? [`, "${path.slice(5)}"`] : [],
        );
        await writeFiles(clone.folder, {
          'package-lock.json': files['package-lock.json'].replace('"base"', `"base"${wanted.join('')}`),
        });
        return true;
      },
    },
    artifacts: new FakeArtifacts(),
    clock: stillClock,
    random: chance.next,
    recorder,
    settings: aSettings(),
    signal,
    halt: () => undefined,
  };
};
