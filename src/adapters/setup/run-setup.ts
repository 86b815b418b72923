import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Ended, Place } from '../../ports/place.js';
import type { Clone } from '../../ports/repository.js';
import type { OpenRepository } from '../git/open-repository.js';
import type { Products } from '../git/products.js';
import { tmpFolder } from '../processes/base-env.js';
import { listProducts } from './list-products.js';
import { removeInside } from './inside-clone.js';
import { openSetupNetwork } from './open-network.js';

export interface SetupOptions {
  readonly repository: OpenRepository;
  readonly place: Place;
  /** A shell command. */
  readonly command: string;
  /** The environment of the orchestrator; only registries, proxies and certificates of it are passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Download caches below HOME: what was installed does not need them, and copying them would cost every clone. */
const caches = [
  '.npm',
  '.cache/pip',
  '.cache/uv',
  '.cache/yarn',
  '.cache/node',
  '.yarn/berry/cache',
  '.bun/install/cache',
];

const lastLines = (ended: Ended): string => ended.output.trim().split('\n').slice(-20).join('\n');

const whyFailed = (ended: Ended, timeoutMs: number): string => {
  if (ended.killedBy === 'timeout') return `did not end within ${Math.round(timeoutMs / 1000)} s`;
  if (ended.killedBy === 'cancel') return 'was cancelled';
  return ended.spawnError ?? `ended with ${ended.exitCode ?? ended.signal}`;
};

interface Limits {
  readonly timeoutMs: number;
  /** Hosts it asked for in vain. */
  readonly refused: readonly string[];
}

const refusals = (refused: readonly string[]): string =>
  refused.length === 0
    ? ''
    : `\nRefused, since set-up reaches only the registries its package managers are configured for: ${refused.slice(0, 10).join(', ')}`;

const failureOf = (command: string, ended: Ended, limits: Limits): Failure => ({
  reason: ended.killedBy === 'cancel' ? 'cancelled' : 'setup-failed',
  who: 'user',
  message: `The set-up command \`${command}\` ${whyFailed(ended, limits.timeoutMs)}:\n${lastLines(ended)}${refusals(limits.refused)}`,
  action: 'Set `setup-command` to a command that works in a fresh clone, without secrets and sudo.',
});

const clean = (clone: Clone): Promise<unknown> =>
  Promise.all([...caches, tmpFolder].map((name) => removeInside(clone.home, name)));

/**
 * Runs set-up in a clone of its own and tells what it made there, for other clones to be given a copy. That clone
 * stays, since the copies are made from it; on a failure it goes.
 */
export const makeProducts = async (
  { repository, place, command, timeoutMs, signal, env }: SetupOptions,
  commit: string,
): Promise<Result<Products, Failure>> => {
  const clone = await repository.clone(commit, 'validation');
  const network = await openSetupNetwork({ repository, commit, place, home: place.homeOf(clone), env });
  const ended = await place
    .run(clone, {
      command: '/bin/sh',
      args: ['-c', command],
      ...network.launch,
      timeoutMs,
      signal,
      maxOutputBytes: 50_000,
    })
    .finally(() => network.close());
  if (ended.exitCode !== 0) {
    await repository.discard(clone);
    return failed(failureOf(command, ended, { timeoutMs, refused: network.refused() }));
  }
  await clean(clone);
  return success(await listProducts(place, clone));
};

/**
 * Runs set-up at base and gives what it made to every other clone as a copy of its own. On a failure clones are as in
 * the commit; whether the run goes on is the caller's choice (a detected command: yes, a given one: no).
 */
export const runSetup = async (options: SetupOptions): Promise<Result<Products, Failure>> => {
  const made = await makeProducts(options, options.repository.base.sha);
  if (made.ok) options.repository.useProducts(made.value);
  return made;
};
