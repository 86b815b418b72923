import type { Repo, Role, Token } from '../world/model.js';
import { roleOf } from '../world/access.js';
import type { World } from '../world/world.js';
import { nodeId, simpleUser, time } from './account.js';

export const repoApi = (world: World, repo: Repo): string => `${world.apiUrl}/repos/${repo.fullName}`;

export const repoPage = (world: World, repo: Repo): string => `${world.serverUrl}/${repo.fullName}`;

/** URL templates every form of a repository carries, by their field name without `_url`. */
const templates: Readonly<Record<string, string>> = {
  archive: '{archive_format}{/ref}',
  assignees: 'assignees{/user}',
  blobs: 'git/blobs{/sha}',
  branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}',
  comments: 'comments{/number}',
  commits: 'commits{/sha}',
  compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}',
  contributors: 'contributors',
  deployments: 'deployments',
  downloads: 'downloads',
  events: 'events',
  forks: 'forks',
  git_commits: 'git/commits{/sha}',
  git_refs: 'git/refs{/sha}',
  git_tags: 'git/tags{/sha}',
  hooks: 'hooks',
  issue_comment: 'issues/comments{/number}',
  issue_events: 'issues/events{/number}',
  issues: 'issues{/number}',
  keys: 'keys{/key_id}',
  labels: 'labels{/name}',
  languages: 'languages',
  merges: 'merges',
  milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}',
  pulls: 'pulls{/number}',
  releases: 'releases{/id}',
  stargazers: 'stargazers',
  statuses: 'statuses/{sha}',
  subscribers: 'subscribers',
  subscription: 'subscription',
  tags: 'tags',
  teams: 'teams',
  trees: 'git/trees{/sha}',
};

/** The short form (`minimal-repository`). */
export const minimalRepository = (world: World, repo: Repo) => {
  const url = repoApi(world, repo);
  const urls = Object.entries(templates).map(([name, tail]) => [`${name}_url`, `${url}/${tail}`] as const);
  return {
    ...Object.fromEntries(urls),
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: repo.fullName,
    private: repo.private,
    owner: simpleUser(world, repo.owner),
    html_url: repoPage(world, repo),
    description: null,
    fork: false,
    url,
  };
};

/** The form inside a pull request's head and base, and in webhook payloads. */
export const fullRepository = (world: World, repo: Repo) => {
  const page = repoPage(world, repo);
  const open = repo.issues.filter((issue) => issue.state === 'open').length;
  return {
    ...minimalRepository(world, repo),
    created_at: time(repo.createdAt),
    updated_at: time(repo.pushedAt),
    pushed_at: time(repo.pushedAt),
    git_url: `${page.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(page).hostname}:${repo.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repo.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repo.defaultBranch,
  };
};

const order: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];

/** What `GET /repos/...` answers: with the caller's own permissions when there is a caller. */
export const describedRepository = (world: World, repo: Repo, token: Token | undefined) => {
  const role = token === undefined ? 'read' : roleOf(repo, token.actor);
  const has = (wanted: Role): boolean => order.indexOf(role) >= order.indexOf(wanted);
  const permissions = {
    admin: has('admin'),
    maintain: has('maintain'),
    push: has('write') || token?.permissions.contents === 'write',
    triage: has('triage'),
    pull: true,
  };
  return {
    ...fullRepository(world, repo),
    ...(token === undefined ? {} : { permissions }),
    network_count: 0,
    subscribers_count: 0,
  };
};
