import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rootTraps } from '../../core/setup/traps.js';
import type { Ended, Place } from '../../ports/place.js';
import type { Clone, Collected } from '../../ports/repository.js';
import { baseEnv } from '../processes/base-env.js';
import { importBundle } from './bundle.js';
import { configEnv } from './git.js';
import type { Trees } from './objects/trees.js';
import { holdsFile } from './compose-tree.js';

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
  readonly trees: Trees;
  readonly place: Place;
  /** Bundles are written below it. */
  readonly folder: string;
  readonly maxBundleBytes: number;
}

export interface CollectRequest {
  readonly clone: Clone;
  /** Exact paths to take even where they are ignored. */
  readonly planned: readonly string[];
}

const isTrap = (path: string): boolean => rootTraps.some((trap) => trap === path);

/** Takes what an agent left in its clone as data; see `Repository.collect`. */
export const collect = async (options: CollectOptions, { clone, planned }: CollectRequest): Promise<Collected> => {
  const { trees } = options;
  const wanted = planned.filter((path) => !isTrap(path));
  // Files of the commit are in the index, so that no ignore rule covers them: asked for by name each would cost time.
  const there = await pathsIn(trees, await trees.idOf(clone.commit), wanted);
  const named = wanted.filter((path) => !there.includes(path));
  const collected = await collectOnce(options, { clone, planned: named });
  if (collected.kind === 'refused') return collected;
  // Gone from the index since: deleted, or deleted when it was taken before and made anew where a rule ignores it.
  const left = await pathsIn(trees, collected.tree, there);
  return left.length === there.length ? collected : collectOnce(options, { clone, planned: wanted });
};

const pathsIn = async (trees: Trees, tree: string, paths: readonly string[]): Promise<readonly string[]> => {
  const held = await Promise.all(paths.map((path) => holdsFile(trees, tree, path)));
  return paths.filter((_, index) => held[index]);
};

const collectOnce = async (options: CollectOptions, { clone, planned }: CollectRequest): Promise<Collected> => {
  const { place, maxBundleBytes } = options;
  const folder = await mkdtemp(join(options.folder, `${clone.id}-`));
  const bundle = join(folder, 'result.bundle');
  try {
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
    const imported = await importBundle(options, bundle, maxBundleBytes);
    return imported.ok ? { kind: 'collected', tree: imported.value } : { kind: 'refused', why: imported.failure };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
