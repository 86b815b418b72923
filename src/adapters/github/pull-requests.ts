import { z } from 'zod';
import type { OpenedPullRequest, PullRequest, PullRequestDraft } from '../../ports/github.js';
import { GitHubError, type Client } from './client.js';
import { askGraphql } from './graphql.js';
import type { RepositoryName } from './github.js';

interface RestPullRequest {
  readonly number: number;
  readonly html_url: string;
  readonly draft?: boolean | undefined;
  readonly state: string;
  readonly head: { readonly ref: string };
}

const toPullRequest = (pull: RestPullRequest): PullRequest => ({
  number: pull.number,
  url: pull.html_url,
  draft: pull.draft ?? false,
  state: pull.state === 'open' ? 'open' : 'closed',
  head: pull.head.ref,
});

const mutation = (name: 'convertPullRequestToDraft' | 'markPullRequestReadyForReview'): string =>
  `mutation ($id: ID!) { ${name}(input: { pullRequestId: $id }) { clientMutationId } }`;

/** Pull requests of one repository: found, opened, kept up to date. */
export const pullRequestsOf = (client: Client, repository: RepositoryName) => {
  const { octokit, call } = client;

  const find = async (branch: string): Promise<PullRequest | undefined> => {
    const head = `${repository.owner}:${branch}`;
    const { data } = await call('find the pull request', (request) =>
      octokit.rest.pulls.list({ ...repository, head, state: 'open', per_page: 1, request }),
    );
    return data[0] && toPullRequest(data[0]);
  };

  const create = async (draft: PullRequestDraft): Promise<OpenedPullRequest> => {
    const { data } = await call('open the pull request', (request) =>
      octokit.rest.pulls.create({ ...repository, ...draft, request }),
    );
    return { kind: 'opened', pullRequest: toPullRequest(data) };
  };

  /** One that is open already is given back; a repository without drafts gets one that is none. */
  const open = async (draft: PullRequestDraft): Promise<OpenedPullRequest> => {
    try {
      return await create(draft);
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      const isLimit = /rate limit/i.test(error.message);
      if (error.status === 403 && !isLimit) return { kind: 'forbidden', message: messageOf(error) };
      if (error.status !== 422) throw error;
      if (draft.draft && /draft/i.test(error.message)) return open({ ...draft, draft: false });
      const existing = await find(draft.head);
      if (existing === undefined) throw error;
      return { kind: 'opened', pullRequest: existing };
    }
  };

  /** REST can change a title, but only GraphQL turns a draft into a pull request that is ready, and back. */
  const update = async (number: number, { draft, ...text }: { title: string; body: string; draft: boolean }) => {
    const { data } = await call('update the pull request', (request) =>
      octokit.rest.pulls.update({ ...repository, pull_number: number, ...text, request }),
    );
    if ((data.draft ?? false) === draft) return;
    const query = mutation(draft ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview');
    const question = { query, variables: { id: data.node_id }, schema: z.unknown() };
    await call(draft ? 'make the pull request a draft' : 'mark the pull request ready', (request) =>
      askGraphql(client, request, question),
    );
  };

  return { find, open, update };
};

const messageOf = (error: GitHubError): string => (error.cause instanceof Error ? error.cause.message : error.message);
