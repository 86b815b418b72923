import { z } from 'zod';
import type { TextEdit } from '../../ports/github.js';
import type { Client } from './client.js';
import { askGraphql } from './graphql.js';
import type { RepositoryName } from './github.js';

/** As many as GraphQL gives at once. */
const most = 100;

const query = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    issueOrPullRequest(number: $number) {
      ... on Issue { userContentEdits(first: ${most}) { totalCount nodes { editedAt editor { __typename login } } } }
      ... on PullRequest { userContentEdits(first: ${most}) { totalCount nodes { editedAt editor { __typename login } } } }
    }
  }
}`;

const Editor = z.object({ __typename: z.string(), login: z.string() }).nullable();
const BodyEdits = z.object({
  repository: z.object({
    issueOrPullRequest: z.object({
      userContentEdits: z.object({
        totalCount: z.int().max(most, 'more edits than can be judged'),
        nodes: z.array(z.object({ editedAt: z.iso.datetime(), editor: Editor })),
      }),
    }),
  }),
});

/** GraphQL names a bot without the `[bot]` that REST gives it; a person may have the bare name. */
const loginOf = (editor: z.infer<typeof Editor>): string => {
  if (editor === null) return '';
  return editor.__typename === 'Bot' && !editor.login.endsWith('[bot]') ? `${editor.login}[bot]` : editor.login;
};

const bodyEdits = async (client: Client, repository: RepositoryName, number: number): Promise<readonly TextEdit[]> => {
  const answer = await client.call('read edits of the body', (request) =>
    askGraphql(client, request, { query, variables: { ...repository, number }, schema: BodyEdits }),
  );
  const { nodes } = answer.repository.issueOrPullRequest.userContentEdits;
  return nodes.map(({ editedAt, editor }) => ({ login: loginOf(editor), at: Date.parse(editedAt) }));
};

const titleEdits = async (client: Client, repository: RepositoryName, number: number): Promise<readonly TextEdit[]> => {
  const { octokit } = client;
  const events = await client.call('read edits of the title', (request) =>
    octokit.paginate(octokit.rest.issues.listEvents, { ...repository, issue_number: number, per_page: 100, request }),
  );
  return events
    .filter((event) => event.event === 'renamed')
    .map((event) => ({ login: event.actor?.login ?? '', at: Date.parse(event.created_at) }));
};

/**
 * Who edited an issue's title (REST issue events) or body (GraphQL, which alone knows), oldest first; once a body was
 * edited its creation is listed too. More than 100 edits of a body reject: not all could be judged.
 */
export const readTextEdits = async (
  client: Client,
  repository: RepositoryName,
  number: number,
): Promise<readonly TextEdit[]> => {
  const [body, title] = await Promise.all([
    bodyEdits(client, repository, number),
    titleEdits(client, repository, number),
  ]);
  return [...body, ...title].sort((a, b) => a.at - b.at);
};
