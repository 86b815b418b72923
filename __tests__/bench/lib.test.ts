import { holds, samples, type Measured, type Row } from '../../bench/lib/bench.js';
import { runBench } from '../../bench/lib/run-benches.js';
import { mean, median, percentile } from '../../bench/lib/statistics.js';
import { formatFigure, renderTable } from '../../bench/lib/table.js';

const row = (over: Partial<Row> = {}): Row => ({
  what: 'makespan / lower bound',
  value: 1.25,
  unit: 'x',
  beside: [{ name: 'batches', value: 1.5 }],
  ...over,
});
const measured = (...rows: readonly Row[]): Measured => ({ bench: 'schedule', about: '', tookMs: 1, rows });

describe('statistics', () => {
  it('takes percentiles by nearest rank', () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([1, 1, 3, 5, 5]);
  });

  it('takes mean and median', () => {
    expect([mean([1, 2, 6]), median([1, 2, 6])]).toEqual([3, 2]);
  });
});

describe('a figure', () => {
  it.each([
    [1.024, 'x', '1.02x'],
    [12.34, 'ms', '12.3 ms'],
    [0.0421, 's', '0.042 s'],
    [150, 'MB', '150 MB'],
    [4096.4, 'n', '4096'],
    [95.5, '%', '95.5%'],
  ] as const)('%d %s reads %s', (value, unit, text) => {
    expect(formatFigure(value, unit)).toBe(text);
  });

  it('holds at its goal and not beyond it', () => {
    expect(holds(row({ value: 2, goal: { atMost: 2 } }))).toBe(true);
    expect(holds(row({ value: 2.1, goal: { atMost: 2 } }))).toBe(false);
    expect(holds(row({ value: 89, goal: { atLeast: 90 } }))).toBe(false);
    expect(holds(row({ value: 90, goal: { atLeast: 90 } }))).toBe(true);
    expect(holds(row())).toBeUndefined();
  });
});

describe('the table', () => {
  it('says for each figure its goal, whether it holds, and what stands beside it', () => {
    const lines = renderTable([measured(row({ goal: { atMost: 1.2 }, note: '200 plans' }))]).split('\n');
    expect(lines[2]?.split(/ *\| */).slice(1, -1)).toEqual([
      'schedule',
      'makespan / lower bound (200 plans)',
      '1.25x',
      '<= 1.20x',
      'NO',
      'batches 1.50x (1.20 times)',
    ]);
  });

  it('has lines of one length', () => {
    const lines = renderTable([measured(row(), row({ what: 'a | b', beside: [] }))]).split('\n');
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  });
});

describe('a benchmark', () => {
  const common = { seed: 1, pace: 'quick', large: false, tell: () => undefined, signal: AbortSignal.abort() } as const;
  const giving = (...rows: readonly Row[]) => ({ name: 'x', about: 'y', run: async () => rows });

  it('may give no figure that is compared with nothing', async () => {
    await expect(runBench(giving(row({ beside: [] })), common)).rejects.toThrow('is compared with nothing');
  });

  it('gives its rows under its name', async () => {
    expect(await runBench(giving(row()), common)).toMatchObject({ bench: 'x', rows: [row()] });
  });

  it('takes a tenth of its samples when it is to be quick', () => {
    expect([samples(common, 200), samples(common, 5), samples({ pace: 'full' }, 5)]).toEqual([20, 2, 5]);
  });
});
