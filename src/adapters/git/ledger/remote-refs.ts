import { tryGit } from '../git.js';
import {
  type RemoteOptions,
  bring,
  fetchInto,
  filtered,
  missingBlobs,
  readRefs,
  refusalOf,
  remoteFailure,
  withToken,
} from '../remote.js';
import { transferMs } from '../upstream.js';
import type { RefMove, RefSpace } from './ref-space.js';

export interface RemoteRefsOptions {
  readonly remote: RemoteOptions;
  /** An empty repository that allows missing objects: what is read is fetched into it. */
  readonly store: string;
  /** Work is based on this branch: where it has moved on, git must know its tip to see what the remote has. */
  readonly baseBranch: string;
}

const must = (ended: Awaited<ReturnType<typeof tryGit>>, { remoteUrl }: RemoteOptions): void => {
  if (ended.exitCode !== 0) throw new Error(remoteFailure(ended, remoteUrl).message);
};

const moveArgs = (moves: readonly RefMove[]): { readonly leases: string[]; readonly specs: string[] } => ({
  leases: moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`),
  specs: moves.map(({ ref, to }) => `${to ?? ''}:${ref}`),
});

/** Refs on a server, read and moved with the git protocol. */
export const remoteRefs = ({ remote, store, baseBranch }: RemoteRefsOptions): RefSpace => {
  const open: RefSpace['open'] = async (commits) => {
    if (commits.length > 0)
      must(await fetchInto(remote, store, ['--depth=1', ...filtered, '--stdin', 'origin'], lines(commits)), remote);
    return store;
  };
  return {
    list: (pattern) => readRefs(remote, store, [pattern]),
    open,
    openWhole: async (commit) => {
      await open([commit]);
      const missing = await missingBlobs(store, commit);
      if (missing.length > 0)
        must(await fetchInto(remote, store, [...filtered, '--stdin', 'origin'], lines(missing)), remote);
      return store;
    },
    move: async (from, moves) => {
      if (from !== store) await learnTip({ remote, from, baseBranch });
      const { leases, specs } = moveArgs(moves);
      const args = ['push', '--porcelain', '--no-verify', ...leases, '--', remote.remoteUrl, ...specs];
      const ended = await tryGit(args, { folder: from, env: withToken(remote), timeoutMs: transferMs });
      return ended.exitCode === 0 ? { kind: 'published' } : { kind: 'refused', why: refusalOf(ended) };
    },
  };
};

const lines = (ids: readonly string[]): string => `${ids.join('\n')}\n`;

interface Learning {
  readonly remote: RemoteOptions;
  readonly from: string;
  readonly baseBranch: string;
}

const learnTip = async ({ remote, from, baseBranch }: Learning): Promise<void> => {
  const name = `refs/heads/${baseBranch}`;
  const tip = (await readRefs(remote, from, [name])).get(name);
  if (tip === undefined) return;
  const known = await tryGit(['cat-file', '-e', tip], { folder: from });
  if (known.exitCode !== 0) await bring(remote, from, tip, 'refs/aider/base-tip');
};
