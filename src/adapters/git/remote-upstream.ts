import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Published } from '../../ports/repository.js';
import { resolveCommit } from './files.js';
import { type GitEnded, git, gitEnv, tryGit } from './git.js';
import { fetchFromFolder } from './local-upstream.js';
import { type BranchMove, type Upstream, baseMissing, baseRef, fetchArgs, transferMs } from './upstream.js';

export interface RemoteOptions {
  /** A checkout that may hold the commit already; used only where it is complete. */
  readonly workspace?: string | undefined;
  readonly remoteUrl: string;
  /** Asked anew for every call, since an App token is renewed in mid-run. Undefined: no authentication. */
  readonly token: () => string | undefined;
}

/** GitHub takes a token as the password of `x-access-token`. By environment: neither argv nor a file shows it. */
const withToken = ({ remoteUrl, token }: RemoteOptions): Record<string, string> => {
  const secret = token();
  if (secret === undefined || !/^https?:/.test(remoteUrl)) return gitEnv();
  const basic = Buffer.from(`x-access-token:${secret}`).toString('base64');
  return gitEnv({ [`http.${new URL(remoteUrl).origin}/.extraheader`]: `AUTHORIZATION: basic ${basic}` });
};

/** History without blobs where the server can filter; where it cannot, git warns and takes all. */
const filtered = ['--filter=blob:none'] as const;

const remoteFailure = (ended: GitEnded, remoteUrl: string): Failure => {
  const denied = /\b(401|403|404)\b|Authentication failed|could not read Username|not found/i.test(ended.stderr);
  return {
    reason: denied ? 'remote-denied' : 'remote-unreachable',
    who: denied ? 'user' : 'world',
    message: `${remoteUrl} could not be read: ${ended.stderr.trim()}`,
    action: denied
      ? 'Give `github-token` a token with `contents: write` for this repository.'
      : 'Run it again; if it stays, look at the state of the server and of the network.',
  };
};

const lsRemote = (options: RemoteOptions, folder: string, patterns: readonly string[]): Promise<GitEnded> =>
  tryGit(['ls-remote', '--', options.remoteUrl, ...patterns], { folder, env: withToken(options) });

/** Exactly named refs of a listing: `ls-remote` also matches the tail of longer names. */
const parseRefs = (listing: string): ReadonlyMap<string, string> =>
  new Map(
    listing.split('\n').flatMap((line) => {
      const [id, name] = line.split('\t');
      return id === undefined || name === undefined ? [] : [[name, id] as const];
    }),
  );

const readRefs = async (options: RemoteOptions, folder: string, names: readonly string[]) => {
  const ended = await lsRemote(options, folder, names);
  if (ended.exitCode !== 0) throw new Error(remoteFailure(ended, options.remoteUrl).message);
  return parseRefs(ended.stdout);
};

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

/** Tells git that objects may be missing on purpose; without it every connectivity check would fail. */
const allowMissing = async (store: string, remoteUrl: string): Promise<void> => {
  const settings = { 'core.repositoryformatversion': '1', 'extensions.partialClone': 'origin' };
  const remote = { 'remote.origin.url': remoteUrl, 'remote.origin.promisor': 'true' };
  for (const [key, value] of Object.entries({ ...settings, ...remote }))
    await git(['config', key, value], { folder: store });
};

const missingBlobs = async (store: string, commit: string): Promise<readonly string[]> => {
  const args = ['rev-list', '--objects', '--no-walk', '--missing=print', commit];
  const listing = await git(args, { folder: store });
  return listing.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
};

const fetchInto = (options: RemoteOptions, store: string, rest: readonly string[], input?: string) =>
  tryGit([...fetchArgs, ...rest], {
    folder: store,
    env: withToken(options),
    timeoutMs: transferMs,
    ...(input === undefined ? {} : { input }),
  });

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

/** Brings a ref or commit of the remote into the store under a ref of ours; undefined when it is not there. */
const bring = async (options: RemoteOptions, store: string, from: string, as: string): Promise<string | undefined> => {
  const isPartial = (await tryGit(['config', 'extensions.partialClone'], { folder: store })).exitCode === 0;
  const source = isPartial ? [...filtered, 'origin'] : ['--', options.remoteUrl];
  const ended = await fetchInto(options, store, [...source, `+${from}:${as}`]);
  return ended.exitCode === 0 ? resolveCommit(store, as) : undefined;
};

const refusalOf = (ended: GitEnded): string => {
  const said = ended.stderr.split('\n').flatMap((line) => /^remote: *(.*\S)/.exec(line)?.[1] ?? []);
  const reason = ended.stdout.split('\n').flatMap((line) => /^!\t[^\t]*\t(.*)$/.exec(line)?.[1] ?? []);
  const fatal = ended.stderr.split('\n').filter((line) => line.startsWith('fatal:'));
  return [...said, ...reason, ...fatal].join('\n') || ended.stderr.trim();
};

const push = async (options: RemoteOptions, store: string, move: BranchMove): Promise<Published> => {
  const ref = `refs/heads/${move.branch}`;
  const baseName = `refs/heads/${move.base.branch}`;
  const tip = (await readRefs(options, store, [baseName])).get(baseName);
  // Where the base branch has moved on, git must know its tip to see what the remote has already.
  if (tip !== undefined && tip !== move.base.sha) await bring(options, store, tip, 'refs/aider/base-tip');
  const lease = `--force-with-lease=${ref}:${move.expected ?? ''}`;
  const args = ['push', '--porcelain', '--no-verify', lease, '--', options.remoteUrl, `${move.commit}:${ref}`];
  const ended = await tryGit(args, { folder: store, env: withToken(options), timeoutMs: transferMs });
  return ended.exitCode === 0 ? { kind: 'published' } : { kind: 'refused', why: refusalOf(ended) };
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
