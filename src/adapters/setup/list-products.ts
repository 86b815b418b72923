import type { Place } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import { configEnv } from '../git/git.js';
import { type Products, isProductPath } from '../git/products.js';
import { liesInside } from './inside-clone.js';
import { baseEnv } from '../processes/base-env.js';

/** On the clone's side: set-up ran there, so its `.git` is no longer trusted. Whole folders are named once. */
const listing = ['ls-files', '--others', '--directory', '--no-empty-directory', '-z'] as const;

const settings = configEnv({ 'core.fsmonitor': 'false', 'core.hooksPath': '/dev/null', 'safe.directory': '*' });

const list = async (place: Place, clone: Clone, rest: readonly string[]): Promise<readonly string[]> => {
  const ended = await place.run(clone, {
    command: 'git',
    args: [...listing, ...rest],
    env: {
      ...baseEnv({ home: place.homeOf(clone), path: process.env['PATH'] ?? '' }),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...settings,
    },
    timeoutMs: 120_000,
    signal: new AbortController().signal,
    maxOutputBytes: 8 * 1024 * 1024,
  });
  const named = ended.stdout.split('\0').filter((path) => path !== '' && isProductPath(path));
  const inside = await Promise.all(named.map((path) => liesInside(clone.folder, path.replace(/\/$/, ''))));
  return named.filter((_, n) => inside[n]);
};

/** What is in a clone and not in its commit: all of it, and what no ignore rule covers. */
export const listProducts = async (place: Place, clone: Clone): Promise<Products> => {
  const [paths, unignored] = await Promise.all([list(place, clone, []), list(place, clone, ['--exclude-standard'])]);
  return { from: clone, paths, unignored };
};
