import { join } from 'node:path';
import { childCpuMs } from '../lib/child-cpu.js';
import { samples, type Bench, type Conditions, type Goal, type Row } from '../lib/bench.js';
import { makeRepository, pathOf } from '../lib/make-repository.js';
import { mean, median } from '../lib/statistics.js';
import { openByHand, type ByHand } from './by-hand.js';
import { openMade, runChain, type ChainRun } from './chain.js';

interface Size {
  readonly files: number;
  readonly goal?: Goal;
  /** Long enough for the pool to be filled meanwhile, as a real agent is. */
  readonly agentMs: number;
  readonly tasks: number;
}

const sizes: readonly Size[] = [
  { files: 1_000, goal: { atMost: 150 }, agentMs: 600, tasks: 12 },
  { files: 10_000, goal: { atMost: 700 }, agentMs: 4_000, tasks: 8 },
];
const largeSize: Size = { files: 100_000, agentMs: 40_000, tasks: 4 };

const sumOf = ({ stages }: ChainRun, names: readonly string[], tasks: number): number =>
  names.flatMap((name) => stages.get(name) ?? []).reduce((sum, ms) => sum + ms, 0) / tasks;

const handMean = (hands: readonly ByHand[], of: (hand: ByHand) => number): number => mean(hands.map(of));

/** A clone that nobody prepared, wall clock and CPU of its processes, ms. */
const coldClone = async (source: string, folder: string): Promise<{ wall: number; cpu: number | undefined }> => {
  const repository = await openMade(source, folder);
  const [before, startedAt] = [await childCpuMs(), performance.now()];
  const count = 3;
  for (let n = 0; n < count; n += 1) await repository.clone(repository.base.sha, 'agent');
  const wall = (performance.now() - startedAt) / count;
  const after = await childCpuMs();
  await repository.close();
  return { wall, cpu: before === undefined || after === undefined ? undefined : (after - before) / count };
};

const measure = async (size: Size, { folder, pace, tell }: Conditions): Promise<readonly Row[]> => {
  const { files, goal, agentMs } = size;
  const tasks = Math.max(3, samples({ pace }, size.tasks));
  tell(`  ${files} files: ${tasks} tasks in a chain, agents of ${agentMs} ms`);
  const [source, own] = [join(folder, `source-${files}`), join(folder, `own-${files}`)];
  await makeRepository(source, files);
  const chain = await runChain({ source, folder: own, files, tasks, agentMs });
  const cold = await coldClone(source, join(own, 'cold'));
  const byHand = await openByHand(source, own);
  const hands: ByHand[] = [];
  for (let n = 0; n < Math.min(4, tasks); n += 1) hands.push(await byHand(n, pathOf(Math.floor((n * files) / tasks))));
  return rowsOf({ ...size, tasks }, { chain, cold, hands, ...(goal === undefined ? {} : { goal }) });
};

interface Figures {
  readonly chain: ChainRun;
  readonly cold: { readonly wall: number; readonly cpu: number | undefined };
  readonly hands: readonly ByHand[];
  readonly goal?: Goal;
}

const rowsOf = ({ files, tasks }: Size, { chain, cold, hands, goal }: Figures): readonly Row[] => {
  const at = `${files.toLocaleString('en')} files`;
  const stage = (...names: readonly string[]): number => sumOf(chain, names, tasks);
  const unit = 'ms';
  const landing = ['merge', 'moveRef'].flatMap((name) => chain.stages.get(name) ?? []);
  // Of three commits a task - the work, the fold of its dependencies, the landing - one belongs here.
  const land = landing.reduce((sum, ms) => sum + ms, 0) / tasks + median(chain.stages.get('commit') ?? []);
  return [
    {
      what: `orchestration a task on the critical path, prepared pool, ${at}`,
      value: chain.perTask,
      unit,
      ...(goal === undefined ? {} : { goal }),
      beside: [
        {
          name: 'a worktree, commit, merge and removal by hand',
          value: handMean(hands, (h) => h.add + h.commit + h.merge + h.remove),
        },
        { name: 'of it clone from the pool', value: stage('clone') },
        { name: 'collect', value: stage('collect') },
        { name: 'judge and keep', value: stage('inspect', 'composeTree', 'listFiles') },
        { name: 'changes', value: stage('changes') },
        { name: 'clean', value: stage('discard') },
      ],
      note: `${tasks} tasks in a chain through the engine, each changes one file`,
    },
    {
      what: `landing one branch, ${at}`,
      value: land,
      unit,
      goal: { atMost: 50 },
      beside: [{ name: 'git merge in a checked-out branch', value: handMean(hands, (h) => h.merge) }],
      note: 'merge-tree, commit-tree, update-ref',
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

/** What a task costs beside its agent, on real git. */
export const orchestration: Bench = {
  name: 'orchestration',
  about:
    'what a task costs beside its agent: the whole engine on real git, agents that wait and change a file; ' +
    'beside it linked worktrees by hand; 100,000 files with --large',
  run: async (conditions) => {
    const rows: Row[] = [];
    for (const size of conditions.large ? [...sizes, largeSize] : sizes)
      rows.push(...(await measure(size, conditions)));
    return rows;
  },
};
