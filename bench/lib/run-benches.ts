import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Conditions, Measured } from './bench.js';
import { timed } from './statistics.js';

export type Common = Omit<Conditions, 'folder'>;

/** Runs a benchmark in a folder of its own, which is gone afterwards. */
export const runBench = async (bench: Bench, common: Common): Promise<Measured> => {
  const folder = await mkdtemp(join(tmpdir(), `bench-${bench.name}-`));
  try {
    const { value: rows, ms } = await timed(() => bench.run({ ...common, folder }));
    const alone = rows.find(({ beside }) => beside.length === 0);
    if (alone !== undefined) throw new Error(`"${alone.what}" of ${bench.name} is compared with nothing`);
    return { bench: bench.name, about: bench.about, tookMs: Math.round(ms), rows };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** One after the other, so that none disturbs another's figures. */
export const runBenches = async (benches: readonly Bench[], common: Common): Promise<readonly Measured[]> => {
  const measured: Measured[] = [];
  for (const bench of benches) {
    common.tell(`${bench.name}: ${bench.about}`);
    measured.push(await runBench(bench, common));
  }
  return measured;
};
