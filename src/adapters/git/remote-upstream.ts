import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Published } from '../../ports/repository.js';
import { resolveCommit } from './files.js';
import { tryGit } from './git.js';
import { fetchFromFolder } from './local-upstream.js';
import { pushRefs } from './push-refs.js';
import {
  type RemoteOptions,
  allowMissing,
  bring,
  fetchInto,
  filtered,
  lsRemote,
  missingBlobs,
  parseRefs,
  readRefs,
  remoteFailure,
} from './remote.js';
import { type BranchMove, type Upstream, baseMissing, baseRef, keptRef } from './upstream.js';

/** A full clone: not shallow, no promised objects, and the commit is there. */
const isComplete = async (folder: string, commit: string): Promise<boolean> => {
  const shallow = await tryGit(['rev-parse', '--is-shallow-repository'], { folder });
  if (shallow.stdout.trim() !== 'false') return false;
  const promised = await tryGit(
    ['config', '--get-regexp', String.raw`^(extensions\.partialclone|remote\..*\.promisor)$`],
    {
      folder,
    },
  );
  return promised.stdout.trim() === '' && (await resolveCommit(folder, commit)) !== undefined;
};

const fillFromRemote = async (
  options: RemoteOptions,
  store: string,
  commit: string,
): Promise<Result<void, Failure>> => {
  await allowMissing(store, options.remoteUrl);
  const history = await fetchInto(options, store, [...filtered, 'origin', `+${commit}:${baseRef}`]);
  if (history.exitCode !== 0) return failed(remoteFailure(history, options.remoteUrl));
  const missing = await missingBlobs(store, commit);
  if (missing.length === 0) return success(undefined);
  const blobs = await fetchInto(options, store, [...filtered, '--stdin', 'origin'], `${missing.join('\n')}\n`);
  return blobs.exitCode === 0 ? success(undefined) : failed(remoteFailure(blobs, options.remoteUrl));
};

const push = async (options: RemoteOptions, store: string, move: BranchMove): Promise<Published> => {
  const ref = `refs/heads/${move.branch}`;
  const baseName = `refs/heads/${move.base.branch}`;
  const tip = (await readRefs(options, store, [baseName])).get(baseName);
  // Where the base branch has moved on, git must know its tip to see what the remote has already.
  if (tip !== undefined && tip !== move.base.sha) await bring(options, store, tip, 'refs/aider/base-tip');
  return pushRefs(options, store, [{ ref, from: move.expected, to: move.commit }]);
};

/** The user's repository on a server, reached with a token. */
export const remoteUpstream = (options: RemoteOptions): Upstream => ({
  findBase: async (branch) => {
    const name = `refs/heads/${branch}`;
    const found = await lsRemote(options, '/', [name]);
    if (found.exitCode !== 0) return failed(remoteFailure(found, options.remoteUrl));
    const commit = parseRefs(found.stdout).get(name);
    if (commit !== undefined) return success(commit);
    const all = [...parseRefs((await lsRemote(options, '/', ['refs/heads/*'])).stdout).keys()];
    return failed(
      baseMissing(
        branch,
        all.map((each) => each.replace('refs/heads/', '')),
      ),
    );
  },
  fill: async (store, commit) => {
    const { workspace } = options;
    if (workspace !== undefined && (await isComplete(workspace, commit))) {
      const ended = await fetchFromFolder(store, workspace, commit);
      if (ended.exitCode === 0) return success(undefined);
    }
    return fillFromRemote(options, store, commit);
  },
  bringKept: async (store, { ref, commits }) => {
    if ((await bring(options, store, ref, keptRef)) === undefined) return false;
    const missing = commits.length === 0 ? [] : await missingBlobs(store, ...commits);
    if (missing.length === 0) return true;
    const blobs = await fetchInto(options, store, [...filtered, '--stdin', 'origin'], `${missing.join('\n')}\n`);
    return blobs.exitCode === 0;
  },
  findBranch: async (store, branch) => {
    const ref = `refs/heads/${branch}`;
    const commit = (await readRefs(options, store, [ref])).get(ref);
    return commit === undefined ? undefined : bring(options, store, commit, `refs/aider/found/${branch}`);
  },
  findRevision: async (store, revision) => {
    const inBase = /^(?:HEAD|@)(?=$|[~^])/.test(revision) ? revision.replace(/^(?:HEAD|@)/, baseRef) : revision;
    const commit = (await resolveCommit(store, inBase)) ?? (await bring(options, store, revision, 'refs/aider/since'));
    return commit === undefined ? undefined : { folder: store, commit };
  },
  publish: (store, move) => push(options, store, move),
  folderOf: (store) => store,
});
