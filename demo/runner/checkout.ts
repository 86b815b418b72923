import { execa } from 'execa';

export interface CheckoutOptions {
  readonly serverUrl: string;
  /** `owner/name` */
  readonly repo: string;
  readonly branch: string;
  readonly token: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A workspace as `actions/checkout` makes it: one commit of the branch, the token as an extra header in the
 * workspace's own config. Gives back the commit. Throws with git's words when the remote does not answer.
 */
export const checkout = async (options: CheckoutOptions): Promise<string> => {
  const { serverUrl, repo, branch, token, folder } = options;
  const git = async (...args: readonly string[]): Promise<string> => {
    const env = { ...options.env, ...quietGit };
    const { stdout } = await execa('git', args, { cwd: folder, env, extendEnv: false });
    return stdout;
  };
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  await git('init', '-q', '--initial-branch', branch);
  await git('remote', 'add', 'origin', `${serverUrl}/${repo}`);
  await git('config', '--local', 'gc.auto', '0');
  await git('config', '--local', `http.${serverUrl}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
  const spec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  await git('fetch', '-q', '--no-tags', '--prune', '--no-recurse-submodules', '--depth=1', 'origin', spec);
  await git('checkout', '-q', '--force', '-B', branch, `refs/remotes/origin/${branch}`);
  return git('rev-parse', 'HEAD');
};

const quietGit = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' } as const;
