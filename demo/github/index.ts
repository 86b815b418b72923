/** The embedded GitHub: a stand-in for github.com (REST, GraphQL, git over HTTP, pages) in the demo and the tests. */
export { startEmbeddedGitHub } from './embedded-github.js';
export type {
  CommentState,
  EmbeddedGitHub,
  EmbeddedGitHubOptions,
  IssueState,
  PullRequestState,
  RepositoryDraft,
} from './embedded-github.js';
export type { Fault } from './faults.js';
export type { RequestLogEntry } from './server.js';
export type { Violation } from './rest/serve.js';
export type { WebhookPayload } from './shapes/webhook.js';
export type { Permissions, Role, TokenKind, WorkflowRun } from './world/model.js';
export type { TokenDraft } from './world/world.js';
