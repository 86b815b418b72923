import type { Account, Comment, Issue, IssueEvent, Label, Reaction, Repo } from '../world/model.js';
import { roleOf } from '../world/access.js';
import { bodyOf } from '../world/model.js';
import type { World } from '../world/world.js';
import { nodeId, simpleUser, time } from './account.js';
import { repoApi, repoPage } from './repository.js';

/** `author_association`: not a permission, only how GitHub shows somebody. */
export const association = (repo: Repo, account: Account): string => {
  if (account.id === repo.owner.id) return 'OWNER';
  return account.type !== 'Bot' && repo.roles.has(account.login.toLowerCase()) && roleOf(repo, account) !== 'read'
    ? 'COLLABORATOR'
    : 'NONE';
};

export const labelShape = (world: World, repo: Repo, label: Label) => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${repoApi(world, repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

const contents = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;

const rollup = (reactions: readonly Reaction[], url: string) => ({
  url: `${url}/reactions`,
  total_count: reactions.length,
  ...Object.fromEntries(contents.map((each) => [each, reactions.filter(({ content }) => content === each).length])),
});

export const reactionShape = (world: World, reaction: Reaction) => ({
  id: reaction.id,
  node_id: nodeId('Reaction', reaction.id),
  user: simpleUser(world, reaction.user),
  content: reaction.content,
  created_at: time(reaction.createdAt),
});

const pageOf = (world: World, repo: Repo, issue: Issue): string =>
  `${repoPage(world, repo)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;

export const commentShape = (world: World, repo: Repo, issue: Issue, comment: Comment) => {
  const url = `${repoApi(world, repo)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${pageOf(world, repo, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repoApi(world, repo)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: simpleUser(world, comment.author),
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: association(repo, comment.author),
    body: bodyOf(comment),
    reactions: rollup(comment.reactions, url),
    performed_via_github_app: null,
  };
};

const pullLinks = (world: World, repo: Repo, issue: Issue) => {
  if (issue.pull === null) return {};
  const page = pageOf(world, repo, issue);
  const { merged } = issue.pull;
  return {
    draft: issue.pull.draft,
    pull_request: {
      url: `${repoApi(world, repo)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: merged === null ? null : time(merged.at),
    },
  };
};

export const issueShape = (world: World, repo: Repo, issue: Issue) => {
  const url = `${repoApi(world, repo)}/issues/${issue.number}`;
  return {
    url,
    repository_url: repoApi(world, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: pageOf(world, repo, issue),
    id: issue.id,
    node_id: nodeId(issue.pull === null ? 'Issue' : 'PullRequest', issue.id),
    number: issue.number,
    title: issue.title,
    user: simpleUser(world, issue.author),
    labels: issue.labels.map((label) => labelShape(world, repo, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : time(issue.closedAt),
    author_association: association(repo, issue.author),
    active_lock_reason: null,
    ...pullLinks(world, repo, issue),
    body: bodyOf(issue) === '' ? null : bodyOf(issue),
    closed_by: null,
    reactions: rollup(issue.reactions, url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
  };
};

const detail = (event: IssueEvent) => {
  switch (event.event) {
    case 'labeled':
    case 'unlabeled':
      return { label: { name: event.label.name, color: event.label.color } };
    case 'renamed':
      return { rename: event.rename };
    case 'locked':
    case 'unlocked':
      return { lock_reason: null };
    case 'closed':
    case 'reopened':
      return { state_reason: null };
    case 'merged':
    case 'head_ref_force_pushed':
    case 'head_ref_deleted':
      return { commit_id: event.commit };
    case 'ready_for_review':
    case 'convert_to_draft':
    case 'commented':
      return {};
  }
};

/** An entry of `issues/{n}/events`. */
export const eventShape = (world: World, repo: Repo, event: IssueEvent) => ({
  id: event.id,
  node_id: nodeId('IssueEvent', event.id),
  url: `${repoApi(world, repo)}/issues/events/${event.id}`,
  actor: simpleUser(world, event.actor),
  event: event.event,
  commit_id: null,
  commit_url: null,
  created_at: time(event.at),
  performed_via_github_app: null,
  ...detail(event),
});

/** An entry of `issues/{n}/timeline`: events and comments alike. */
export const timelineShape = (world: World, where: { repo: Repo; issue: Issue }, event: IssueEvent) =>
  event.event === 'commented'
    ? {
        event: 'commented',
        actor: simpleUser(world, event.actor),
        ...commentShape(world, where.repo, where.issue, event.comment),
      }
    : eventShape(world, where.repo, event);
