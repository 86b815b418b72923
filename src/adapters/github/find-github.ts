import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';

/** Where a repository is on GitHub. */
export interface GitHubPlace {
  /** `owner/name`. */
  readonly repository: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The GitHub repository of a command line: GITHUB_REPOSITORY and the GITHUB_*_URL variables where they are set, else
 * what the remote `origin` names. The API of a server is at `api.<host>` for the public service and below `/api` for
 * an Enterprise server; which one it is only the variables can say, so without them the public form is taken.
 */
export const findGitHub = (originUrl: string | undefined, env: Env): Result<GitHubPlace, Failure> => {
  const origin = parseRemote(originUrl ?? '');
  const repository = env['GITHUB_REPOSITORY'] ?? origin?.repository;
  const serverUrl = env['GITHUB_SERVER_URL'] ?? origin?.serverUrl;
  if (repository === undefined || serverUrl === undefined) return failed(noRepository(originUrl));
  const apiUrl = env['GITHUB_API_URL'] ?? `https://api.${new URL(serverUrl).host}`;
  return success({
    repository,
    serverUrl,
    apiUrl,
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] ?? graphqlOf(apiUrl),
  });
};

/** `<api>/graphql`; an Enterprise server has it beside `/api/v3`. */
const graphqlOf = (apiUrl: string): string => `${apiUrl.replace(/\/v3\/?$/, '')}/graphql`;

/** `https://host/owner/name.git`, `ssh://git@host/owner/name` and `git@host:owner/name.git`. */
const parseRemote = (url: string): { repository: string; serverUrl: string } | undefined => {
  const [, host, path] =
    /^(?:https?:\/\/(?:[^@/]+@)?|ssh:\/\/(?:[^@/]+@)?)([^/]+)\/(.+?)(?:\.git)?\/?$/.exec(url) ??
    /^(?:[^@/]+@)?([^:/]+):(.+?)(?:\.git)?\/?$/.exec(url) ??
    [];
  if (host === undefined || path === undefined || !/^[^/]+\/[^/]+$/.test(path)) return undefined;
  const scheme = url.startsWith('http://') ? 'http' : 'https';
  return { repository: path, serverUrl: `${scheme}://${host}` };
};

const noRepository = (originUrl: string | undefined): Failure => ({
  reason: 'github-repository-unknown',
  who: 'user',
  message: `--github: expected a remote "origin" that names owner/name on a GitHub server; ${originUrl === undefined ? 'there is no such remote' : 'it names none'}.`,
  action: 'Add the remote (`git remote add origin <url>`), or set GITHUB_REPOSITORY and GITHUB_SERVER_URL.',
});
