import type { Finding } from '../../core/doctor.js';
import { createClient, GitHubError, type Client } from '../github/client.js';
import { findGitHub, type GitHubPlace } from '../github/find-github.js';
import { readLocalFacts } from '../git/local-facts.js';
import { note, ok, wrong } from './finding.js';

export interface TokenOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--github` was given: what it needs is then needed. */
  readonly needed: boolean;
}

/** What a token must be able to do, as its settings page and a workflow's `permissions` call it. */
type Right = 'contents' | 'issues' | 'pull-requests';

/**
 * May GITHUB_TOKEN do what `run --github` does? Asked without writing anything: git's own opening of a push, and
 * creating an issue and a pull request without the fields they need, which GitHub answers with 422 to those who may
 * and with 403 or 404 to others.
 */
export const checkToken = async ({ folder, env, needed }: TokenOptions): Promise<readonly Finding[]> => {
  const say = needed ? wrong : note;
  const local = await readLocalFacts(folder).catch(() => undefined);
  const place = findGitHub(local?.originUrl, env);
  const token = env['GITHUB_TOKEN'] ?? '';
  if (!place.ok) return needed ? [wrong('token', place.failure.message, place.failure.action)] : [];
  if (token === '') return [say('token', 'GITHUB_TOKEN is not set; only --github needs it', mendFor(allRights))];
  const { repository } = place.value;
  const client = createClient({ ...place.value, token });
  const seen = await readRepository(client, repository);
  if (seen !== 200) return [say('token', cannotSee(seen, repository), mendFor(allRights))];
  const asked = await Promise.all([
    mayPush(place.value, token),
    mayCreate(client, repository, 'issues'),
    mayCreate(client, repository, 'pulls'),
  ]);
  const missing = allRights.filter((_, n) => asked[n] !== true);
  return missing.length === 0
    ? [ok('token', `GITHUB_TOKEN may push to ${repository}, write issues and pull requests`)]
    : [say('token', `GITHUB_TOKEN may not write ${missing.join(', ')} of ${repository}`, mendFor(missing))];
};

const allRights: readonly Right[] = ['contents', 'issues', 'pull-requests'];

const mendFor = (rights: readonly Right[]): string => {
  const write = rights.map((right) => `${right}: write`).join(', ');
  return `Set GITHUB_TOKEN to a token with ${write} (fine-grained: repository permissions; classic: scope repo).`;
};

const cannotSee = (status: number, repository: string): string => {
  if (status === 0) return `GitHub does not answer about ${repository}`;
  return status === 401 ? 'GitHub does not accept GITHUB_TOKEN' : `GITHUB_TOKEN cannot see ${repository} (${status})`;
};

/** The status of the answer; 0 where there was none. */
const statusOf = (asked: Promise<{ readonly status: number }>): Promise<number> =>
  asked.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof GitHubError ? error.status : 0),
  );

const readRepository = ({ octokit, call }: Client, repository: string): Promise<number> =>
  statusOf(call('read the repository', (request) => octokit.request(`GET /repos/${repository}`, { request })));

const mayCreate = async ({ octokit, call }: Client, repository: string, what: 'issues' | 'pulls'): Promise<boolean> => {
  const route = `POST /repos/${repository}/${what}`;
  return (await statusOf(call('ask for a right', (request) => octokit.request(route, { request })))) === 422;
};

/** The first request of `git push`; GitHub answers 403 where the token may not. */
const mayPush = async ({ serverUrl, repository }: GitHubPlace, token: string): Promise<boolean> => {
  const url = `${serverUrl}/${repository}.git/info/refs?service=git-receive-pack`;
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(15_000) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.status === 200;
};
