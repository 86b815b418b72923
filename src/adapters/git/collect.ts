import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rootTraps } from '../../core/setup/traps.js';
import type { Ended, Place } from '../../ports/place.js';
import type { Clone, Collected } from '../../ports/repository.js';
import { baseEnv } from '../processes/base-env.js';
import { importBundle } from './bundle.js';
import { readChanges } from './changes.js';
import { configEnv } from './git.js';

/**
 * Runs on the agent's side, in the clone, where its git configuration can only hurt itself. $1 bundle, $2 the
 * clone's commit, then planned paths, taken even where an ignore rule covers them. A killed Aider leaves a lock.
 */
const script = `set -eu
bundle=$1 base=$2; shift 2
rm -f .git/index.lock
git add -A
for path do [ ! -f "$path" ] || printf '%s\\0' "$path"; done > .git/aider-planned
[ ! -s .git/aider-planned ] ||
  git --literal-pathspecs add -f --pathspec-from-file=.git/aider-planned --pathspec-file-nul
commit=$(git commit-tree "$(git write-tree)" -p "$base" -m result)
mkdir -p .git/refs/aider
echo "$commit" > .git/refs/aider/result
git bundle create --quiet "$bundle" refs/aider/result "^$base"`;

const nobody = { name: 'result', email: 'result@localhost' };

const environment = (home: string): Record<string, string> => ({
  ...baseEnv({ home, path: process.env['PATH'] ?? '' }),
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...configEnv({
    'core.hooksPath': '/dev/null',
    'core.fsmonitor': 'false',
    'gc.auto': '0',
    'safe.directory': '*',
    'user.name': nobody.name,
    'user.email': nobody.email,
  }),
});

const whyNot = (ended: Ended): string => {
  if (ended.killedBy === 'timeout') return 'collecting the changes took too long';
  return ended.spawnError ?? (ended.stderr.trim() || `collecting the changes ended with ${ended.exitCode}`);
};

export interface CollectOptions {
  readonly store: string;
  readonly place: Place;
  /** Bundles are written below it. */
  readonly folder: string;
  readonly maxBundleBytes: number;
}

export interface CollectRequest {
  readonly clone: Clone;
  /** Changes are told against this commit or tree. */
  readonly against: string;
  /** Exact paths to take even where they are ignored. */
  readonly planned: readonly string[];
}

const isTrap = (path: string): boolean => rootTraps.some((trap) => trap === path);

/** Takes what an agent left in its clone as data; see `Repository.collect`. */
export const collect = async (options: CollectOptions, request: CollectRequest): Promise<Collected> => {
  const { store, place, maxBundleBytes } = options;
  const { clone, against } = request;
  const folder = await mkdtemp(join(options.folder, `${clone.id}-`));
  const bundle = join(folder, 'result.bundle');
  try {
    const planned = request.planned.filter((path) => !isTrap(path));
    const ended = await place.run(clone, {
      command: '/bin/sh',
      args: ['-c', script, 'collect', bundle, clone.commit, ...planned],
      env: environment(place.homeOf(clone)),
      writable: [folder],
      timeoutMs: 120_000,
      signal: new AbortController().signal,
      maxOutputBytes: 8_000,
    });
    if (ended.exitCode !== 0) return { kind: 'refused', why: whyNot(ended) };
    const imported = await importBundle(store, bundle, maxBundleBytes);
    if (!imported.ok) return { kind: 'refused', why: imported.failure };
    return { kind: 'collected', tree: imported.value, ...(await readChanges(store, against, imported.value)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
