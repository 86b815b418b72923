import { tryGit } from '../git.js';
import { type RemoteOptions, bring, fetchInto, filtered, missingBlobs, readRefs, remoteFailure } from '../remote.js';
import { pushRefs } from '../push-refs.js';
import type { RefSpace } from './ref-space.js';

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
      return pushRefs(remote, from, moves);
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
