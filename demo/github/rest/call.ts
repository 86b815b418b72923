import type { operations } from '@octokit/openapi-types';
import type { Right } from '../world/access.js';
import type { Account, Issue, Repo, Token } from '../world/model.js';
import type { World } from '../world/world.js';
import { isPull, type PullIssue } from '../world/pulls.js';
import type { Answer } from './answer.js';
import { notFound, Refusal } from './answer.js';

export type OperationId = keyof operations;

type Part<Id extends OperationId, Place extends 'path' | 'query'> = operations[Id] extends {
  parameters: { [Key in Place]?: infer Values };
}
  ? Values
  : unknown;

type Body<Id extends OperationId> = operations[Id] extends {
  requestBody?: { content: { 'application/json': infer Content } };
}
  ? Content
  : undefined;

/** One request that has passed authentication, permission and validation. */
export interface Call<Id extends OperationId = OperationId> {
  readonly world: World;
  readonly token: Token | undefined;
  readonly params: Part<Id, 'path'>;
  readonly query: NonNullable<Part<Id, 'query'>>;
  readonly body: Body<Id>;
  /** Full URL of the request, for Link headers. */
  readonly url: URL;
}

/** Everything the server has to know about an operation it serves. `rights`: any one of them is enough. */
export interface Operation {
  readonly id: OperationId;
  readonly rights: readonly Right[];
  readonly run: (call: Call) => Answer | Promise<Answer>;
}

/** Ties an operation's typed handler to the rights it needs. */
export const operation = <Id extends OperationId>(
  id: Id,
  rights: readonly Right[],
  run: (call: Call<Id>) => Answer | Promise<Answer>,
): Operation => ({
  id,
  rights,
  // The server has validated path, query and body against this very operation's description.
  run: (call) => run(call as unknown as Call<Id>),
});

interface InRepo {
  readonly world: World;
  readonly params: { readonly owner: string; readonly repo: string };
}

export const repoOf = ({ world, params }: InRepo): Repo => {
  const repo = world.repo(`${params.owner}/${params.repo}`);
  if (repo === undefined) throw notFound();
  return repo;
};

export const issueOf = (call: InRepo, number: number): { readonly repo: Repo; readonly issue: Issue } => {
  const repo = repoOf(call);
  const issue = repo.issues.find((each) => each.number === number);
  if (issue === undefined) throw notFound();
  return { repo, issue };
};

export const pullOf = (call: InRepo, number: number): { readonly repo: Repo; readonly issue: PullIssue } => {
  const { repo, issue } = issueOf(call, number);
  if (!isPull(issue)) throw notFound();
  return { repo, issue };
};

/** Who acts; operations that write are never reached without a token. */
export const actorOf = ({ token }: { readonly token: Token | undefined }): Account => {
  if (token === undefined) throw new Refusal(401, 'Requires authentication');
  return token.actor;
};

export const metadata: Right = { scope: 'metadata', level: 'read', role: 'read' };
export const readContents: Right = { scope: 'contents', level: 'read', role: 'read' };
export const writeContents: Right = { scope: 'contents', level: 'write', role: 'write' };
export const readIssues: Right = { scope: 'issues', level: 'read', role: 'read' };
/** Opening and commenting is open to every reader; labels and states need triage. */
export const writeIssues: Right = { scope: 'issues', level: 'write', role: 'read' };
export const triageIssues: Right = { scope: 'issues', level: 'write', role: 'triage' };
export const readPulls: Right = { scope: 'pull-requests', level: 'read', role: 'read' };
export const writePulls: Right = { scope: 'pull-requests', level: 'write', role: 'read' };
export const triagePulls: Right = { scope: 'pull-requests', level: 'write', role: 'triage' };
export const readActions: Right = { scope: 'actions', level: 'read', role: 'read' };
export const writeActions: Right = { scope: 'actions', level: 'write', role: 'write' };
