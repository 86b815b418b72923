import pLimit from 'p-limit';
import { Chance } from '../../__tests__/support/chance.js';
import { samples, type Bench, type Conditions, type Row } from '../lib/bench.js';
import { replayedPlan } from '../lib/replayed-plan.js';
import { mean, percentile } from '../lib/statistics.js';
import { replay, type Replayed, type ReplayOptions } from './replay.js';
import { hasMake } from './rivals.js';

const agents = 4;
/** On the machine's clock a minute of the plan lasts this long, ms: a median task 300 ms. */
const minuteMs = 100;

interface Series {
  readonly size: number;
  readonly plans: number;
  readonly time: ReplayOptions['time'];
  /** Plans under way at once: on the machine's clock they mostly wait. */
  readonly atOnce: number;
}

/** The goals are those of twelve tasks. */
const seriesList: readonly Series[] = [
  { size: 4, plans: 100, time: 'virtual', atOnce: 1 },
  { size: 12, plans: 300, time: 'virtual', atOnce: 1 },
  { size: 50, plans: 30, time: 'virtual', atOnce: 1 },
  { size: 200, plans: 5, time: 'virtual', atOnce: 1 },
  { size: 12, plans: 200, time: { minuteMs }, atOnce: 8 },
  { size: 200, plans: 2, time: { minuteMs }, atOnce: 2 },
];

const replayAll = async (series: Series, { seed, folder, pace }: Conditions): Promise<readonly Replayed[]> => {
  const { size, time, atOnce } = series;
  const limit = pLimit(atOnce);
  const withMake = time !== 'virtual' && (await hasMake());
  const one = (index: number): Promise<Replayed> => {
    const chance = new Chance(seed * 1_000_003 + size * 1_009 + index);
    return limit(() => replay(replayedPlan(size, chance), { agents, time, withMake, folder }));
  };
  return Promise.all(Array.from({ length: samples({ pace }, series.plans) }, (_, index) => one(index)));
};

type Measure = (values: readonly number[]) => number;
const p95: Measure = (values) => percentile(values, 0.95);
const p99: Measure = (values) => percentile(values, 0.99);

const clockOf = (time: Series['time']): string => (time === 'virtual' ? 'counted time' : `${minuteMs} ms a minute`);

const ratioRow = (name: string, measure: Measure, { size, time }: Series, replayed: readonly Replayed[]): Row => {
  const make = replayed.flatMap((each) => each.make ?? []);
  return {
    what: `${name} of makespan / lower bound, ${size} tasks, ${agents} agents, ${clockOf(time)}`,
    value: measure(replayed.map(({ engine }) => engine)),
    unit: 'x',
    beside: [
      { name: 'batches', value: measure(replayed.map(({ batches }) => batches)) },
      { name: 'FIFO', value: measure(replayed.map(({ fifo }) => fifo)) },
      ...(make.length === 0 ? [] : [{ name: `make -j${agents}`, value: measure(make) }]),
    ],
    note: `${replayed.length} plans`,
  };
};

/** The same over the plain maximum, and what of it no schedule can avoid: the tighter bound over the plain one. */
const plainRow = (name: string, measure: Measure, { size, time }: Series, replayed: readonly Replayed[]): Row => {
  const over = (ratioOf: (each: Replayed) => number): number =>
    measure(replayed.map((each) => ratioOf(each) * each.overPlain));
  return {
    what: `${name} of makespan / max(critical path, work / agents), ${size} tasks, ${agents} agents, ${clockOf(time)}`,
    value: over(({ engine }) => engine),
    unit: 'x',
    beside: [
      { name: 'no schedule is below', value: over(() => 1) },
      { name: 'batches', value: over(({ batches }) => batches) },
      { name: 'FIFO', value: over(({ fifo }) => fifo) },
    ],
    note: `${replayed.length} plans`,
  };
};

const rowsOf = (series: Series, replayed: readonly Replayed[]): readonly Row[] => {
  const [average, late] = [ratioRow('mean', mean, series, replayed), ratioRow('p95', p95, series, replayed)];
  return series.size === 12
    ? [
        { ...average, goal: { atMost: 1.05 } },
        { ...late, goal: { atMost: 1.2 } },
        plainRow('mean', mean, series, replayed),
        plainRow('p95', p95, series, replayed),
      ]
    : [average];
};

const gapRow = (replayed: readonly Replayed[]): Row => {
  const [starts, messages] = [
    replayed.flatMap(({ gaps }) => gaps.toStart),
    replayed.flatMap(({ gaps }) => gaps.toMessage),
  ];
  return {
    what: 'p99 from the event that frees it to the next start',
    value: p99(starts),
    unit: 'ms',
    goal: { atMost: 50 },
    beside: [
      { name: 'median', value: percentile(starts, 0.5) },
      { name: "p99 to the message in the agent's hands", value: p99(messages) },
    ],
    note: `${starts.length} starts on the machine's clock, repository in memory`,
  };
};

/** Replayed plans by the engine and by others on the same graph. */
export const schedule: Bench = {
  name: 'schedule',
  about:
    'replayed plans, log-normal durations, estimates off by 1.5 times; the engine is whole, Aider waits instead of ' +
    'thinking, the repository is in memory; batches and FIFO only wait, make starts one sleep a task',
  run: async (conditions) => {
    const rows: Row[] = [];
    const onClock: Replayed[] = [];
    for (const series of seriesList) {
      const replayed = await replayAll(series, conditions);
      rows.push(...rowsOf(series, replayed));
      if (series.time !== 'virtual') onClock.push(...replayed);
    }
    return [...rows, gapRow(onClock)];
  },
};
