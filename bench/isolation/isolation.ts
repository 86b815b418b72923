import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openPlace } from '../../src/adapters/processes/open-place.js';
import { ownPath } from '../../src/adapters/processes/own-path.js';
import type { Launch, Place } from '../../src/ports/place.js';
import type { Clone } from '../../src/ports/repository.js';
import type { Bench, Conditions, Row } from '../lib/bench.js';
import { median, timed } from '../lib/statistics.js';

/*
 * What the walls cost: the start of a process in the sandbox and our own second start with a scrubbed environment, each
 * beside the same without.
 */

/** Medians of acts that take turns, so that whatever else the machine does meets all alike. */
const sideBySide = async (rounds: number, acts: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> => {
  for (const act of acts) await act();
  const times = acts.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [n, act] of acts.entries()) times[n]?.push((await timed(act)).ms);
  return times.map(median);
};

const launchIn =
  (place: Place, clone: Clone, signal: AbortSignal, network?: Launch['network']) => async (): Promise<void> => {
    const ended = await place.run(clone, {
      ...{ command: '/bin/true', args: [], env: {}, timeoutMs: 20_000, signal, maxOutputBytes: 1_000 },
      ...(network === undefined ? {} : { network }),
    });
    if (ended.exitCode !== 0) throw new Error(ended.spawnError ?? ended.output);
  };

const sandboxRows = async ({ folder, pace, signal }: Conditions): Promise<readonly Row[]> => {
  const opened = await openPlace({ want: 'sandbox', runFolder: join(folder, 'run'), env: process.env, signal });
  if (!opened.ok) throw new Error(opened.failure.message);
  const clone = { id: 'c', folder: join(folder, 'clone'), home: join(folder, 'home'), commit: '' };
  await Promise.all([clone.folder, clone.home].map((each) => mkdir(each)));
  const { place, close } = opened.value;
  try {
    const [without = 0, within = 0, relayed = 0] = await sideBySide(pace === 'quick' ? 10 : 100, [
      launchIn(ownPath(), clone, signal),
      launchIn(place, clone, signal),
      launchIn(place, clone, signal, { ports: [40_010] }),
    ]);
    const beside = [{ name: 'the same without a sandbox, whole', value: without }];
    return [
      {
        what: 'added by the sandbox to a start, median',
        value: within - without,
        unit: 'ms',
        goal: { atMost: 60 },
        beside,
      },
      { what: 'the same with the relay to the gateway', value: relayed - without, unit: 'ms', beside },
    ];
  } finally {
    await close();
  }
};

const program = (scrub: string, call: string): string =>
  `import { startScrubbed } from ${JSON.stringify(scrub)};\n${call};\n`;

/** Node reads the module itself: a bundle's load would hide what is measured. */
const scrubRows = async ({ folder, pace }: Conditions): Promise<readonly Row[]> => {
  const scrub = resolve('src/adapters/processes/scrub.ts');
  const write = async (name: string, call: string): Promise<() => Promise<unknown>> => {
    const file = join(folder, name);
    await writeFile(file, program(scrub, call));
    return () =>
      promisify(execFile)(process.execPath, ['--no-warnings', file], {
        env: { PATH: process.env['PATH'], GITHUB_TOKEN: 'x' },
      });
  };
  const acts = await Promise.all([write('plain.mts', 'void startScrubbed'), write('scrubbed.mts', 'startScrubbed()')]);
  const [plain = 0, scrubbed = 0] = await sideBySide(pace === 'quick' ? 5 : 40, acts);
  const beside = [{ name: 'the same program without, whole', value: plain }];
  return [
    {
      what: 'added by starting again with a scrubbed environment, median',
      value: scrubbed - plain,
      unit: 'ms',
      beside,
    },
  ];
};

/** What the sandbox and the scrub cost. */
export const isolation: Bench = {
  name: 'isolation',
  about: 'starts of /bin/true in the real sandbox, and of a Node program that scrubs its environment, beside without',
  run: async (conditions) => [...(await sandboxRows(conditions)), ...(await scrubRows(conditions))],
};
