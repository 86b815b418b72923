import {
  conflictKinds,
  openConflictRig,
  type ConflictKind,
  type Injected,
} from '../../__tests__/support/conflict-rig.js';
import { samples, type Bench, type Row } from '../lib/bench.js';
import { median } from '../lib/statistics.js';

const ends = ['landed-after-redo', 'resolved-and-validated', 'escalated'] as const;

/** Every conflict is on record with one of the ends, and nothing that landed is missing from the files. */
const isSound = ({ run, landed, kept }: Injected): boolean =>
  run.conflicts.length > 0 &&
  run.conflicts.every(({ end }) => ends.some((each) => each === end)) &&
  kept.length === landed.length;

/** How the conflict of the second task ended. */
const endOf = ({ run }: Injected): string => run.conflicts.findLast(({ task }) => task === 'b')?.end ?? 'silent';

const rowOf = (kind: ConflictKind, all: readonly Injected[]): Row => {
  const share = (test: (each: Injected) => boolean): number => (100 * all.filter(test).length) / all.length;
  return {
    what: `${kind}: ended soundly and on record, nothing lost`,
    value: share(isSound),
    unit: '%',
    goal: { atLeast: 100 },
    beside: ends.map((end) => ({ name: end, value: share((each) => endOf(each) === end) })),
    note: `${all.length} injected, median ${Math.round(median(all.map(({ ms }) => ms)))} ms with its redo`,
  };
};

/** The ladder of conflicts in a real repository; agents, tests and the merging model are played. */
export const conflicts: Bench = {
  name: 'conflicts',
  about: 'two changes that do not merge, of five kinds, landed by the real ladder in real git; agents and model played',
  run: async ({ folder, seed, signal, tell, ...pace }) => {
    const rig = await openConflictRig(folder);
    const count = samples(pace, 40);
    const rows: Row[] = [];
    try {
      for (const kind of conflictKinds) {
        const all: Injected[] = [];
        for (let n = 0; n < count && !signal.aborted; n += 1) all.push(await rig.inject(kind, seed * 10_000 + n));
        rows.push(rowOf(kind, all));
        tell(`  ${kind}: ${all.length}`);
      }
      return rows;
    } finally {
      await rig.close();
    }
  },
};
