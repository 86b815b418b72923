import { buildSchema, graphql } from 'graphql';
import { identify, readBody, sendJson, type Exchange } from './http.js';
import { nodeId, time } from './shapes/account.js';
import { maySee, mayUse } from './world/access.js';
import { setDraft } from './world/issues.js';
import type { Account, Issue, Repo, TextEdit, Token } from './world/model.js';
import { bodyOf } from './world/model.js';
import type { World } from './world/world.js';

/** The part of GitHub's GraphQL schema that is served, in its own names. Anything else is refused by validation. */
const schema = buildSchema(`
  scalar DateTime
  interface Actor { login: String! }
  type User implements Actor { login: String! }
  type UserContentEdit { editedAt: DateTime! editor: Actor diff: String }
  type UserContentEditConnection { nodes: [UserContentEdit] totalCount: Int! }
  type Issue { id: ID! number: Int! title: String! body: String! author: Actor createdAt: DateTime! lastEditedAt: DateTime
    editor: Actor userContentEdits(first: Int, last: Int, after: String, before: String): UserContentEditConnection }
  type PullRequest { id: ID! number: Int! title: String! body: String! isDraft: Boolean! url: String! author: Actor
    createdAt: DateTime! lastEditedAt: DateTime editor: Actor
    userContentEdits(first: Int, last: Int, after: String, before: String): UserContentEditConnection }
  union IssueOrPullRequest = Issue | PullRequest
  type Repository { name: String! nameWithOwner: String! issue(number: Int!): Issue pullRequest(number: Int!): PullRequest
    issueOrPullRequest(number: Int!): IssueOrPullRequest }
  type Query { repository(owner: String!, name: String!, followRenames: Boolean): Repository viewer: User! }
  input ConvertPullRequestToDraftInput { pullRequestId: ID! clientMutationId: String }
  input MarkPullRequestReadyForReviewInput { pullRequestId: ID! clientMutationId: String }
  type DraftPayload { pullRequest: PullRequest clientMutationId: String }
  type Mutation {
    convertPullRequestToDraft(input: ConvertPullRequestToDraftInput!): DraftPayload
    markPullRequestReadyForReview(input: MarkPullRequestReadyForReviewInput!): DraftPayload
  }
`);

const actorShape = (account: Account) => ({ __typename: 'User', login: account.login.replace(/\[bot\]$/, '') });

const editShape = (edit: TextEdit) => ({ editedAt: time(edit.at), editor: actorShape(edit.by), diff: edit.body });

/** Newest first. A text that was never edited has none; after the first edit its creation is listed too, as on GitHub. */
const editsShape = (edits: readonly TextEdit[], { first, last }: { first?: number; last?: number }) => {
  const all = edits.length > 1 ? edits.toReversed() : [];
  const nodes = last === undefined ? all.slice(0, first ?? all.length) : all.slice(-last);
  return { nodes: nodes.map(editShape), totalCount: all.length };
};

const textShape = (issue: Issue) => {
  const last = issue.edits.length > 1 ? issue.edits.at(-1) : undefined;
  return {
    number: issue.number,
    title: issue.title,
    body: bodyOf(issue),
    author: actorShape(issue.author),
    createdAt: time(issue.createdAt),
    lastEditedAt: last === undefined ? null : time(last.at),
    editor: last === undefined ? null : actorShape(last.by),
    userContentEdits: (cut: { first?: number; last?: number }) => editsShape(issue.edits, cut),
  };
};

const issueShape = (issue: Issue) => ({ __typename: 'Issue', id: nodeId('Issue', issue.id), ...textShape(issue) });

const pullShape = (world: World, repo: Repo, issue: Issue) => ({
  __typename: 'PullRequest',
  id: nodeId('PullRequest', issue.id),
  isDraft: issue.pull?.draft ?? false,
  url: `${world.serverUrl}/${repo.fullName}/pull/${issue.number}`,
  ...textShape(issue),
});

const repositoryShape = (world: World, repo: Repo) => {
  const find = (number: number, wanted: 'issue' | 'pull' | 'either'): Issue => {
    const issue = repo.issues.find((each) => each.number === number);
    const fits = issue !== undefined && (wanted === 'either' || (issue.pull === null) === (wanted === 'issue'));
    if (!fits) throw new Error(`Could not resolve to an issue or pull request with the number of ${number}.`);
    return issue;
  };
  const either = (issue: Issue) => (issue.pull === null ? issueShape(issue) : pullShape(world, repo, issue));
  return {
    name: repo.name,
    nameWithOwner: repo.fullName,
    issue: ({ number }: { number: number }) => issueShape(find(number, 'issue')),
    pullRequest: ({ number }: { number: number }) => pullShape(world, repo, find(number, 'pull')),
    issueOrPullRequest: ({ number }: { number: number }) => either(find(number, 'either')),
  };
};

interface DraftInput {
  readonly input: { readonly pullRequestId: string; readonly clientMutationId?: string };
}

const convert =
  (world: World, token: Token, draft: boolean) =>
  ({ input }: DraftInput) => {
    for (const repo of world.repos.values()) {
      const issue = repo.issues.find(
        (each) => each.pull !== null && nodeId('PullRequest', each.id) === input.pullRequestId,
      );
      if (issue === undefined || !maySee(repo, token)) continue;
      const right = { scope: 'pull-requests', level: 'write', role: 'write' } as const;
      if (!mayUse(repo, token, [right])) throw new Error('Resource not accessible by integration');
      setDraft(world, { repo, issue, by: token.actor }, draft);
      return { pullRequest: pullShape(world, repo, issue), clientMutationId: input.clientMutationId ?? null };
    }
    throw new Error(`Could not resolve to a node with the global id of '${input.pullRequestId}'`);
  };

const root = (world: World, token: Token) => ({
  viewer: () => actorShape(token.actor),
  repository: ({ owner, name }: { owner: string; name: string }) => {
    const repo = world.repo(`${owner}/${name}`);
    if (repo === undefined || !maySee(repo, token))
      throw new Error(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
    return repositoryShape(world, repo);
  },
  convertPullRequestToDraft: convert(world, token, true),
  markPullRequestReadyForReview: convert(world, token, false),
});

interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const parse = (text: string | undefined): Question | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && 'query' in value && typeof value.query === 'string'
      ? (value as Question)
      : undefined;
  } catch {
    return undefined;
  }
};

/** Answers GraphQL: errors come with status 200 in the body, as on GitHub; without a token there is nothing. */
export const serveGraphql = async (world: World, exchange: Exchange): Promise<void> => {
  const identity = identify(world, exchange.request);
  const question = parse(await readBody(exchange.request));
  if (identity.kind !== 'known')
    return sendJson(exchange, {
      status: 401,
      body: {
        message: identity.kind === 'bad' ? 'Bad credentials' : 'This endpoint requires you to be authenticated.',
      },
    });
  exchange.actor = identity.token.actor.login;
  if (question === undefined) return sendJson(exchange, { status: 400, body: { message: 'Problems parsing JSON' } });
  const body = await graphql({
    schema,
    source: question.query,
    rootValue: root(world, identity.token),
    variableValues: question.variables,
  });
  sendJson(exchange, { status: 200, body });
};
