import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { type Result, success } from '../../core/result.js';
import { isManifestOrLock } from '../../core/setup/manifest-files.js';
import type { Clone } from '../../ports/repository.js';
import { type Products, copyProducts } from '../git/products.js';
import { removeAll } from '../git/remove-all.js';
import { tmpFolder } from '../processes/base-env.js';
import { detectSetup } from './detect-setup.js';
import { removeInside } from './inside-clone.js';
import { makeProducts, type SetupOptions } from './run-setup.js';

export interface TreeSetupOptions extends Omit<SetupOptions, 'command'> {
  /** The user's own set-up command; undefined: what the tree's own manifests ask for. */
  readonly given: string | undefined;
  /** What set-up made at base; undefined where there was none or it failed. */
  readonly base: Products | undefined;
  /** Set-up failed at base: that it fails again is no fault of a tree. */
  readonly isBroken: boolean;
}

/** Gives clones of changed trees what set-up makes of them. */
export interface TreeSetup {
  /**
   * Where the clone's commit has another manifest or lock file than base, its products become those of set-up run at
   * that commit: once for all clones with the same manifests. Resolves with why that failed.
   */
  fit(clone: Clone, signal: AbortSignal): Promise<Failure | undefined>;
}

const maxManifestBytes = 64 * 2 ** 20;

/** Names the state of all manifests and lock files that differ from base; '' where none does. */
const stateOf = async ({ repository }: TreeSetupOptions, commit: string): Promise<string> => {
  if (commit === repository.base.sha) return '';
  const changed = (await repository.changes(repository.base.sha, commit)).filter(({ path }) => isManifestOrLock(path));
  if (changed.length === 0) return '';
  const hash = createHash('sha256');
  for (const { path, kind } of changed) {
    const text = kind === 'deleted' ? '' : await repository.readFile(commit, path, maxManifestBytes);
    hash.update(JSON.stringify([path, kind, text ?? '']));
  }
  return hash.digest('hex');
};

/** In a clone nobody has worked in yet. */
const exchange = async (clone: Clone, from: Products | undefined, to: Products): Promise<void> => {
  for (const path of from?.paths ?? []) await removeInside(clone.folder, path.replace(/\/$/, ''));
  await removeAll(clone.home);
  await mkdir(join(clone.home, tmpFolder), { recursive: true });
  await copyProducts(to, clone);
};

export const createTreeSetup = (options: TreeSetupOptions): TreeSetup => {
  const { repository, given, base, isBroken } = options;
  const made = new Map<string, Promise<Result<Products | undefined, Failure>>>();

  const make = async (commit: string, signal: AbortSignal): Promise<Result<Products | undefined, Failure>> => {
    const command = given ?? (await detectSetup(repository, options.timeoutMs, commit)).setup;
    return command === undefined ? success(undefined) : makeProducts({ ...options, command, signal }, commit);
  };
  const begin = (state: string, commit: string, signal: AbortSignal) => {
    const making = make(commit, signal);
    made.set(state, making);
    // What was stopped or broke is no answer for who asks later.
    making.then(
      (done) => done.ok || done.failure.reason !== 'cancelled' || made.delete(state),
      () => made.delete(state),
    );
    return making;
  };

  return {
    fit: async (clone, signal) => {
      const state = await stateOf(options, clone.commit);
      if (state === '') return undefined;
      const done = await (made.get(state) ?? begin(state, clone.commit, signal));
      if (!done.ok) return isBroken ? undefined : done.failure;
      if (done.value !== undefined) await exchange(clone, base, done.value);
      return undefined;
    },
  };
};
