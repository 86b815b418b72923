import type { Repo } from '../world/model.js';
import { bodyOf } from '../world/model.js';
import type { PullFacts, PullIssue } from '../world/pulls.js';
import type { World } from '../world/world.js';
import { nodeId, simpleUser, time } from './account.js';
import { association, labelShape } from './issue.js';
import { fullRepository, repoApi, repoPage } from './repository.js';

const side = (world: World, repo: Repo, ref: string, sha: string) => ({
  label: `${repo.owner.login}:${ref}`,
  ref,
  sha,
  user: simpleUser(world, repo.owner),
  repo: fullRepository(world, repo),
});

const links = (world: World, repo: Repo, issue: PullIssue) => {
  const api = repoApi(world, repo);
  const url = `${api}/pulls/${issue.number}`;
  return {
    self: `${url}`,
    html: `${repoPage(world, repo)}/pull/${issue.number}`,
    issue: `${api}/issues/${issue.number}`,
    comments: `${api}/issues/${issue.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${issue.pull.headSha}`,
  };
};

/** The form in lists (`pull-request-simple`): nothing that has to be computed. */
export const simplePull = (world: World, repo: Repo, issue: PullIssue) => {
  const { pull } = issue;
  const link = links(world, repo, issue);
  return {
    url: link.self,
    id: issue.id,
    node_id: nodeId('PullRequest', issue.id),
    html_url: link.html,
    diff_url: `${link.html}.diff`,
    patch_url: `${link.html}.patch`,
    issue_url: link.issue,
    commits_url: link.commits,
    review_comments_url: link.review_comments,
    review_comment_url: link.review_comment,
    comments_url: link.comments,
    statuses_url: link.statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: simpleUser(world, issue.author),
    body: bodyOf(issue) === '' ? null : bodyOf(issue),
    labels: issue.labels.map((label) => ({ ...labelShape(world, repo, label), description: label.description ?? '' })),
    milestone: null,
    active_lock_reason: null,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : time(issue.closedAt),
    merged_at: pull.merged === null ? null : time(pull.merged.at),
    merge_commit_sha: pull.merged?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(world, repo, pull.head, pull.headSha),
    base: side(world, repo, pull.base, pull.baseSha),
    _links: Object.fromEntries(Object.entries(link).map(([name, href]) => [name, { href }])),
    author_association: association(repo, issue.author),
    auto_merge: null,
    draft: pull.draft,
  };
};

const mergeableState = ({ pull, state }: PullIssue, { mergeable }: PullFacts): string => {
  if (state === 'closed' || mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  return pull.draft ? 'draft' : 'clean';
};

/** The whole form (`pull-request`). */
export const fullPull = (world: World, repo: Repo, issue: PullIssue, facts: PullFacts) => ({
  ...simplePull(world, repo, issue),
  merged: issue.pull.merged !== null,
  mergeable: facts.mergeable,
  rebaseable: facts.mergeable,
  mergeable_state: mergeableState(issue, facts),
  merged_by: issue.pull.merged === null ? null : simpleUser(world, issue.pull.merged.by),
  comments: issue.comments.length,
  review_comments: 0,
  maintainer_can_modify: false,
  commits: facts.commits,
  additions: facts.additions,
  deletions: facts.deletions,
  changed_files: facts.changedFiles,
});
