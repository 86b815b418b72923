import type { Failure } from '../../core/failure.js';
import { resolveCommit } from './files.js';
import { type GitEnded, git, gitEnv, tryGit } from './git.js';
import { patiently } from './patiently.js';
import { fetchArgs, transferMs } from './upstream.js';

export interface RemoteOptions {
  /** A checkout that may hold the commit already; used only where it is complete. */
  readonly workspace?: string | undefined;
  readonly remoteUrl: string;
  /** Asked anew for every call, since an App token is renewed in mid-run. Undefined: no authentication. */
  readonly token: () => string | undefined;
  /** Between the tries of a call that failed for a moment, ms. */
  readonly pausesMs?: readonly number[];
}

/** GitHub takes a token as the password of `x-access-token`. By environment: neither argv nor a file shows it. */
export const withToken = ({ remoteUrl, token }: RemoteOptions): Record<string, string> => {
  const secret = token();
  if (secret === undefined || !/^https?:/.test(remoteUrl)) return gitEnv();
  const basic = Buffer.from(`x-access-token:${secret}`).toString('base64');
  return gitEnv({ [`http.${new URL(remoteUrl).origin}/.extraheader`]: `AUTHORIZATION: basic ${basic}` });
};

/** History without blobs where the server can filter; where it cannot, git warns and takes all. */
export const filtered = ['--filter=blob:none'] as const;

/** Why the remote could not be read: `remote-denied` or `remote-unreachable`. */
export const remoteFailure = (ended: GitEnded, remoteUrl: string): Failure => {
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

/** Lists refs of the remote. */
export const lsRemote = (options: RemoteOptions, folder: string, patterns: readonly string[]): Promise<GitEnded> =>
  patiently(
    () => tryGit(['ls-remote', '--', options.remoteUrl, ...patterns], { folder, env: withToken(options) }),
    options.pausesMs,
  );

/** Exactly named refs of a listing: `ls-remote` also matches the tail of longer names. */
export const parseRefs = (listing: string): ReadonlyMap<string, string> =>
  new Map(
    listing.split('\n').flatMap((line) => {
      const [id, name] = line.split('\t');
      return id === undefined || name === undefined ? [] : [[name, id] as const];
    }),
  );

/** Refs of the remote by their full names; rejects when it cannot be read. */
export const readRefs = async (options: RemoteOptions, folder: string, names: readonly string[]) => {
  const ended = await lsRemote(options, folder, names);
  if (ended.exitCode !== 0) throw new Error(remoteFailure(ended, options.remoteUrl).message);
  return parseRefs(ended.stdout);
};

/** Tells git that objects may be missing on purpose; without it every connectivity check would fail. */
export const allowMissing = async (store: string, remoteUrl: string): Promise<void> => {
  const settings = { 'core.repositoryformatversion': '1', 'extensions.partialClone': 'origin' };
  const remote = { 'remote.origin.url': remoteUrl, 'remote.origin.promisor': 'true' };
  for (const [key, value] of Object.entries({ ...settings, ...remote }))
    await git(['config', key, value], { folder: store });
};

/** What of the files of these commits was left out of a filtered fetch. */
export const missingBlobs = async (store: string, ...commits: readonly string[]): Promise<readonly string[]> => {
  const args = ['rev-list', '--objects', '--no-walk', '--missing=print', ...commits];
  const listing = await git(args, { folder: store });
  return listing.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
};

/** Fetches with our token; `rest` are further arguments. */
export const fetchInto = (options: RemoteOptions, store: string, rest: readonly string[], input?: string) =>
  patiently(
    () =>
      tryGit([...fetchArgs, ...rest], {
        folder: store,
        env: withToken(options),
        timeoutMs: transferMs,
        ...(input === undefined ? {} : { input }),
      }),
    options.pausesMs,
  );

/** Brings a ref or commit of the remote into the store under a ref of ours; undefined when it is not there. */
export const bring = async (
  options: RemoteOptions,
  store: string,
  from: string,
  as: string,
): Promise<string | undefined> => {
  const isPartial = (await tryGit(['config', 'extensions.partialClone'], { folder: store })).exitCode === 0;
  const source = isPartial ? [...filtered, 'origin'] : ['--', options.remoteUrl];
  const ended = await fetchInto(options, store, [...source, `+${from}:${as}`]);
  return ended.exitCode === 0 ? resolveCommit(store, as) : undefined;
};

/** The remote's own words of a refused push. */
export const refusalOf = (ended: GitEnded): string => {
  const said = ended.stderr.split('\n').flatMap((line) => /^remote: *(.*\S)/.exec(line)?.[1] ?? []);
  const reason = ended.stdout.split('\n').flatMap((line) => /^!\t[^\t]*\t(.*)$/.exec(line)?.[1] ?? []);
  const fatal = ended.stderr.split('\n').filter((line) => line.startsWith('fatal:'));
  return [...said, ...reason, ...fatal].join('\n') || ended.stderr.trim();
};
