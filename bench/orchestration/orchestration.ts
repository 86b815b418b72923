import { join } from 'node:path';
import { openPlace } from '../../src/adapters/processes/open-place.js';
import { samples, type Bench, type Conditions, type Goal, type Row } from '../lib/bench.js';
import { childCpuMs } from '../lib/child-cpu.js';
import { makeRepository, pathOf } from '../lib/make-repository.js';
import { mean, median, percentile, timed } from '../lib/statistics.js';
import { openByHand, type ByHand } from './by-hand.js';
import { openMade, runChain, type ChainRun } from './chain.js';

interface Size {
  readonly files: number;
  readonly goal?: Goal;
  readonly tasks: number;
  /** Tasks done the usual way beside ours. */
  readonly byHand: number;
}

const sizes: readonly Size[] = [
  { files: 1_000, goal: { atMost: 150 }, tasks: 13, byHand: 4 },
  { files: 10_000, goal: { atMost: 700 }, tasks: 9, byHand: 3 },
];
const largeSize: Size = { files: 100_000, tasks: 5, byHand: 1 };

/** What was measured of one size. */
interface Figures {
  readonly chain: ChainRun;
  readonly cold: Cold;
  readonly hands: readonly ByHand[];
  /** One merge of an agent's commit with the head, as made to foresee conflicts, ms. */
  readonly predictions: readonly number[];
}

interface Cold {
  readonly wall: number;
  readonly cpu: number | undefined;
}

/** A clone that nobody prepared, wall clock and CPU of its processes, ms. */
const coldClone = async (source: string, folder: string, count: number): Promise<Cold> => {
  const repository = await openMade(source, folder);
  const [before, startedAt] = [await childCpuMs(), performance.now()];
  for (let n = 0; n < count; n += 1) await repository.clone(repository.base.sha, 'agent');
  const wall = (performance.now() - startedAt) / count;
  const after = await childCpuMs();
  await repository.close();
  return { wall, cpu: before === undefined || after === undefined ? undefined : (after - before) / count };
};

/** Two tasks that changed files apart, merged in thought. */
const predict = async (source: string, folder: string, files: number): Promise<readonly number[]> => {
  const repository = await openMade(source, folder);
  const { sha } = repository.base;
  const work = async (path: string): Promise<string> => {
    const tree = await repository.addFiles(sha, { [path]: 'changed\n' });
    return repository.commit({ tree, parents: [sha], message: 'work' });
  };
  const [ours, theirs] = [await work(pathOf(0)), await work(pathOf(files - 1))];
  const times: number[] = [];
  for (let n = 0; n < 10; n += 1) times.push((await timed(() => repository.merge(ours, theirs))).ms);
  await repository.close();
  return times;
};

const measure = async (size: Size, { folder, pace, tell }: Conditions): Promise<readonly Row[]> => {
  const { files } = size;
  const tasks = Math.max(3, samples({ pace }, size.tasks));
  tell(`  ${files} files: ${tasks} tasks in a chain`);
  const [source, own] = [join(folder, `source-${files}`), join(folder, `own-${files}`)];
  await makeRepository(source, files);
  const chain = await runChain({ source, folder: own, files, tasks });
  const predictions = await predict(source, join(own, 'predict'), files);
  const cold = await coldClone(source, join(own, 'cold'), size.byHand);
  const byHand = await openByHand(source, own);
  const hands: ByHand[] = [];
  for (let n = 0; n < size.byHand; n += 1) hands.push(await byHand(n, pathOf(Math.floor((n * files) / tasks))));
  return rowsOf({ ...size, tasks }, { chain, cold, hands, predictions });
};

const handMean = (hands: readonly ByHand[], of: (hand: ByHand) => number): number => mean(hands.map(of));

const rowsOf = (size: Size, figures: Figures): readonly Row[] => {
  const { hands, cold, predictions } = figures;
  const at = `${size.files.toLocaleString('en')} files`;
  const unit = 'ms';
  const merge = { name: 'git merge in a checked-out branch', value: handMean(hands, (h) => h.merge) };
  return [
    taskRow(size, figures, at),
    landingRow(figures, at, merge),
    {
      what: `foreseeing a conflict: one pair of commits, ${at}`,
      value: mean(predictions),
      unit,
      beside: [{ name: 'p95', value: percentile(predictions, 0.95) }, merge],
    },
    {
      what: `a clone nobody prepared, ${at}`,
      value: cold.wall,
      unit,
      beside: [
        { name: 'git worktree add', value: handMean(hands, (h) => h.add) },
        ...(cold.cpu === undefined ? [] : [{ name: 'CPU of its processes', value: cold.cpu }]),
      ],
    },
  ];
};

const taskRow = ({ goal, tasks }: Size, { chain, hands }: Figures, at: string): Row => {
  const stage = (...names: readonly string[]): number =>
    names.flatMap((name) => chain.stages.get(name) ?? []).reduce((sum, ms) => sum + ms, 0) / tasks;
  return {
    what: `orchestration a task on the critical path, prepared pool, ${at}`,
    value: mean(chain.between.wall),
    unit: 'ms',
    ...(goal === undefined ? {} : { goal }),
    beside: [
      { name: 'median', value: median(chain.between.wall) },
      { name: 'CPU of ours and of git', value: mean(chain.between.cpu) },
      {
        name: 'a worktree, commit, merge and removal by hand',
        value: handMean(hands, (h) => h.add + h.commit + h.merge + h.remove),
      },
      { name: 'of it clone from the pool', value: stage('clone') },
      { name: 'list files', value: stage('listFiles') },
      { name: 'collect', value: stage('collect') },
      { name: 'judge and keep', value: stage('inspect', 'composeTree', 'commit', 'setRef') },
      { name: 'merge and move', value: stage('merge', 'gone', 'changes', 'moveRef') },
      { name: 'clean', value: stage('discard') },
    ],
    note: `${tasks - 1} gaps between agents of a chain through the engine, each changes one file`,
  };
};

const landingRow = ({ chain: { landings, stages } }: Figures, at: string, merge: Row['beside'][number]): Row => ({
  what: `landing one branch, ${at}`,
  value: mean(landings),
  unit: 'ms',
  goal: { atMost: 50 },
  beside: [
    merge,
    { name: 'p95', value: percentile(landings, 0.95) },
    { name: 'of it git merge-tree', value: mean(stages.get('merge') ?? []) },
    { name: 'git update-ref', value: mean(stages.get('moveRef') ?? []) },
  ],
  note: `${landings.length} landings, from the record that it begins to the record that it is done`,
});

/** The smallest size once more as a run on Linux has it: the agent's side of the work in the sandbox. */
const sandboxed = async ({ folder, pace, signal, tell }: Conditions): Promise<readonly Row[]> => {
  const own = join(folder, 'sandboxed');
  const opened = await openPlace({ want: 'sandbox', runFolder: join(own, 'run'), env: process.env, signal });
  if (!opened.ok) {
    tell(`  no sandbox here: ${opened.failure.message}`);
    return [];
  }
  const { place, close } = opened.value;
  const tasks = Math.max(3, samples({ pace }, 13));
  try {
    const chain = await runChain({ source: join(folder, 'source-1000'), folder: own, files: 1_000, tasks, place });
    const { wall, cpu } = chain.between;
    const beside = [
      { name: 'median', value: median(wall) },
      { name: 'CPU of ours and of git', value: mean(cpu) },
      { name: 'of it collect', value: mean(chain.stages.get('collect') ?? []) },
    ];
    return [{ what: 'the same at 1,000 files, agents in the sandbox', value: mean(wall), unit: 'ms', beside }];
  } finally {
    await close();
  }
};

/** What a task costs beside its agent, on real git. */
export const orchestration: Bench = {
  name: 'orchestration',
  about:
    'what a task costs beside its agent: the whole engine on real git, agents that wait until the pool of clones is ' +
    'filled and change a file, no validation commands; beside it linked worktrees by hand; 100,000 files with --large',
  run: async (conditions) => {
    const rows: Row[] = [];
    for (const size of conditions.large ? [...sizes, largeSize] : sizes)
      rows.push(...(await measure(size, conditions)));
    return [...rows, ...(await sandboxed(conditions))];
  },
};
