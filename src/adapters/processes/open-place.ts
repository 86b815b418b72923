import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../ports/place.js';
import { type Surroundings, ensureBubblewrap } from './bubblewrap.js';
import { onePath } from './one-path.js';
import { ownPath } from './own-path.js';

export interface OpenPlaceOptions extends Surroundings {
  /** A folder of this run; the one path is made below it. */
  readonly runFolder: string;
  /** `own-path`: do not even try the one path. */
  readonly want?: 'auto' | 'own-path';
}

/** The place and, where it is not the one path, why. */
export interface OpenedPlace {
  readonly place: Place;
  readonly why?: string;
}

/** Does it work here? Where user namespaces are closed bubblewrap is there and fails. Returns why not, or ''. */
const probe = async (place: Place, signal: AbortSignal): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  const clone = { id: 'probe', folder, home: folder, commit: '' };
  const limits = { timeoutMs: 10_000, signal, maxOutputBytes: 2_000 };
  const ended = await place.run(clone, { command: '/bin/sh', args: ['-c', 'pwd'], env: {}, ...limits });
  await rm(folder, { recursive: true, force: true });
  if (ended.stdout.trim() === place.pathOf(clone)) return '';
  return ended.spawnError ?? (ended.stderr.trim() || `it ended with ${ended.exitCode ?? ended.signal}`);
};

/** The strongest place that works on this machine, tried, not guessed. Never fails: the last resort is `own-path`. */
export const openPlace = async ({ runFolder, want = 'auto', ...around }: OpenPlaceOptions): Promise<OpenedPlace> => {
  if (want === 'own-path') return { place: ownPath(), why: 'asked for' };
  const bubblewrap = await ensureBubblewrap(around);
  if (!bubblewrap.ok) return { place: ownPath(), why: bubblewrap.failure };
  const seen = { path: join(runFolder, 'one', 'repository'), home: join(runFolder, 'one', 'home') };
  await Promise.all([mkdir(seen.path, { recursive: true }), mkdir(seen.home, { recursive: true })]);
  const place = onePath(bubblewrap.value, seen);
  const why = await probe(place, around.signal);
  return why === '' ? { place } : { place: ownPath(), why: `bubblewrap does not work here: ${why}` };
};
