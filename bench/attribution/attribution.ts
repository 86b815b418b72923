import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Chance } from '../../__tests__/support/chance.js';
import { samples, type Bench, type Conditions, type Row } from '../lib/bench.js';
import { mean, median } from '../lib/statistics.js';
import { judgeCase } from './court.js';
import { drawCase, shapes, type Case, type Shape } from './seeded-case.js';

interface Judged {
  readonly seeded: Case;
  readonly right: boolean;
  readonly runs: number;
  /** What one run for each landing in turn would have taken. */
  readonly oneByOne: number;
}

const judge = async (folder: string, seeded: Case): Promise<Judged> => {
  const guilt = await judgeCase(folder, seeded);
  const isPair = seeded.partner === undefined || guilt?.with === seeded.partner;
  const oneByOne = seeded.tasks.findIndex(({ id }) => id === seeded.guilty) + 1;
  return { seeded, right: guilt?.task === seeded.guilty && isPair, runs: guilt?.runs ?? 0, oneByOne };
};

const rowsOf = (shape: Shape, judged: readonly Judged[]): readonly Row[] => {
  const cases = judged.filter(({ seeded }) => seeded.shape === shape);
  const right = cases.filter(({ right: isRight }) => isRight).length;
  const random = { name: 'one of eight by chance', value: 12.5 };
  return [
    {
      what: `guilty task found, ${shape}`,
      value: (100 * right) / cases.length,
      unit: '%',
      beside: [random],
      note: `${cases.length} runs`,
    },
    {
      what: `median test runs to find it, ${shape}`,
      value: median(cases.map(({ runs }) => runs)),
      unit: 'n',
      beside: [{ name: 'landing after landing, mean', value: mean(cases.map(({ oneByOne }) => oneByOne)) }],
    },
  ];
};

const totals = (judged: readonly Judged[]): readonly Row[] => {
  const single = judged.filter(({ seeded }) => seeded.partner === undefined);
  const right = single.filter(({ right: isRight }) => isRight).length;
  return [
    {
      what: 'guilty task found, one of 8 tasks, all single shapes',
      value: (100 * right) / single.length,
      unit: '%',
      goal: { atLeast: 95 },
      beside: [{ name: 'one of eight by chance', value: 12.5 }],
      note: `${single.length} runs`,
    },
    {
      what: 'median test runs to find it',
      value: median(single.map(({ runs }) => runs)),
      unit: 'n',
      goal: { atMost: 4 },
      beside: [{ name: 'landing after landing, mean', value: mean(single.map(({ oneByOne }) => oneByOne)) }],
      note: `mean ${mean(single.map(({ runs }) => runs)).toFixed(2)}, at most ${Math.max(...single.map(({ runs }) => runs))}`,
    },
  ];
};

const judgeAll = async (conditions: Conditions): Promise<readonly Judged[]> => {
  const chance = new Chance(conditions.seed);
  const count = samples(conditions, 250);
  const judged: Judged[] = [];
  const cases = Array.from({ length: count }, (_, n) => drawCase(chance, shapes[n % shapes.length] ?? 'thrown'));
  for (const [n, seeded] of cases.entries()) {
    if (conditions.signal.aborted) break;
    judged.push(await judge(join(conditions.folder, `case-${n}`), seeded));
    if (n % 20 === 19) conditions.tell(`  ${n + 1} of ${count} cases`);
  }
  return judged;
};

/** Who broke it: eight tasks land one after the other in real git trees, one of them (or two together) breaks a test. */
export const attribution: Bench = {
  name: 'attribution',
  about: `8 tasks, one seeded fault: real git trees and clones, real processes: node runs one small test program, on ${availableParallelism()} cores`,
  run: async (conditions) => {
    const judged = await judgeAll(conditions);
    const seen = shapes.filter((shape) => judged.some(({ seeded }) => seeded.shape === shape));
    return [...totals(judged), ...seen.flatMap((shape) => rowsOf(shape, judged))];
  },
};
