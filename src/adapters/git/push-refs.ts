import type { Published } from '../../ports/repository.js';
import { type GitEnded, tryGit } from './git.js';
import { patiently } from './patiently.js';
import { type RemoteOptions, readRefs, refusalOf, withToken } from './remote.js';
import { transferMs } from './upstream.js';

/** A ref of the remote, by its full name, from where it is (null: nowhere) to where it goes (null: away). */
export interface RefPush {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Moves refs of the remote, each only from where it is said to be; what fails for a moment is tried again. */
export const pushRefs = async (
  options: RemoteOptions,
  folder: string,
  moves: readonly RefPush[],
): Promise<Published> => {
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const specs = moves.map(({ ref, to }) => `${to ?? ''}:${ref}`);
  const args = ['push', '--porcelain', '--no-verify', ...leases, '--', options.remoteUrl, ...specs];
  const pushOnce = async (): Promise<GitEnded> => {
    const ended = await tryGit(args, { folder, env: withToken(options), timeoutMs: transferMs });
    // Perhaps only its answer was lost: then the same push, which curl may repeat by itself, is refused.
    return ended.exitCode !== 0 && (await haveArrived(options, folder, moves)) ? { ...ended, exitCode: 0 } : ended;
  };
  const ended = await patiently(pushOnce, options.pausesMs);
  return ended.exitCode === 0 ? { kind: 'published' } : { kind: 'refused', why: refusalOf(ended) };
};

const haveArrived = (options: RemoteOptions, folder: string, moves: readonly RefPush[]): Promise<boolean> =>
  readRefs(
    options,
    folder,
    moves.map(({ ref }) => ref),
  ).then(
    (refs) => moves.every(({ ref, to }) => (refs.get(ref) ?? null) === to),
    () => false,
  );
