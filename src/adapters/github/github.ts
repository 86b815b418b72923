import type { Comment, GitHub, Issue, Labelling, Permission } from '../../ports/github.js';
import { createClient, GitHubError, type Client, type ClientOptions } from './client.js';
import { readIdentity, type Identity } from './identity.js';
import { pullRequestsOf } from './pull-requests.js';
import { readTextEdits } from './text-edits.js';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface GitHubOptions extends ClientOptions {
  /** GITHUB_REPOSITORY, `owner/name`. */
  readonly repository: string;
  /** GITHUB_SERVER_URL: where people look. */
  readonly serverUrl: string;
}

interface RestIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly locked: boolean;
  readonly labels: readonly (string | { readonly name?: string })[];
  readonly pull_request?: unknown;
  readonly html_url: string;
}

const toIssue = (issue: RestIssue): Issue => ({
  number: issue.number,
  title: issue.title,
  body: issue.body ?? '',
  state: issue.state === 'open' ? 'open' : 'closed',
  locked: issue.locked,
  labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
  isPullRequest: issue.pull_request !== undefined,
  url: issue.html_url,
});

const toComment = (comment: { id: number; html_url: string; body?: string | undefined }): Comment => ({
  id: comment.id,
  url: comment.html_url,
  body: comment.body ?? '',
});

/** What GitHub calls it; `maintain` comes as write and `triage` as read. Anything else is no answer. */
const toPermission = (said: string): Permission => {
  if (said === 'admin' || said === 'write' || said === 'read' || said === 'none') return said;
  throw new GitHubError(`read the permission: "${said}" is no permission`, 200);
};

/** Gives `instead` where GitHub has no such thing (404), or has it no longer (410). */
const unlessMissing = async <T, U>(answer: Promise<T>, instead: U): Promise<T | U> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitHubError && (error.status === 404 || error.status === 410)) return instead;
    throw error;
  }
};

const sameLabel = (a: string | null | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const issuesOf = ({ octokit, call }: Client, repository: RepositoryName) => ({
  readIssue: (number: number): Promise<Issue | undefined> =>
    unlessMissing(
      call('read the issue', async (request) => {
        return toIssue((await octokit.rest.issues.get({ ...repository, issue_number: number, request })).data);
      }),
      undefined,
    ),

  lastLabelling: async (number: number, label: string): Promise<Labelling | undefined> => {
    const events = await call('read who labelled', (request) =>
      octokit.paginate(octokit.rest.issues.listEvents, { ...repository, issue_number: number, per_page: 100, request }),
    );
    const isOurs = (event: (typeof events)[number]): boolean =>
      event.event === 'labeled' && 'label' in event && sameLabel(event.label?.name, label);
    const last = events.findLast(isOurs);
    return last && { login: last.actor?.login ?? '', at: Date.parse(last.created_at) };
  },

  openIssuesWithLabel: async (label: string): Promise<readonly Issue[]> => {
    const query = {
      ...repository,
      labels: label,
      state: 'open',
      sort: 'created',
      direction: 'asc',
      per_page: 100,
    } as const;
    const found = await call('list the labelled issues', (request) =>
      octokit.paginate(octokit.rest.issues.listForRepo, { ...query, request }),
    );
    return found.map(toIssue).filter((issue) => !issue.isPullRequest);
  },

  reactToIssue: async (number: number, content: 'eyes'): Promise<void> => {
    await call('react to the issue', (request) =>
      octokit.rest.reactions.createForIssue({ ...repository, issue_number: number, content, request }),
    );
  },

  addLabels: async (number: number, labels: readonly string[]): Promise<void> => {
    await call('add labels', (request) =>
      octokit.rest.issues.addLabels({ ...repository, issue_number: number, labels: [...labels], request }),
    );
  },

  /** A label that is not there is what was wanted. */
  removeLabel: async (number: number, name: string): Promise<void> => {
    const removed = call('remove the label', (request) =>
      octokit.rest.issues.removeLabel({ ...repository, issue_number: number, name, request }),
    );
    await unlessMissing(removed, undefined);
  },
});

const commentsOf = ({ octokit, call }: Client, repository: RepositoryName, identity: () => Promise<Identity>) => ({
  reactToComment: async (commentId: number, content: 'eyes'): Promise<void> => {
    await call('react to the comment', (request) =>
      octokit.rest.reactions.createForIssueComment({ ...repository, comment_id: commentId, content, request }),
    );
  },

  /** Only our own: a marker alone can be copied by anybody. */
  findComment: async (number: number, marker: string): Promise<Comment | undefined> => {
    const { login } = await identity();
    const all = await call('list the comments', (request) =>
      octokit.paginate(octokit.rest.issues.listComments, {
        ...repository,
        issue_number: number,
        per_page: 100,
        request,
      }),
    );
    const found = all.findLast((comment) => comment.user?.login === login && comment.body?.includes(marker));
    return found && toComment(found);
  },

  createComment: (number: number, body: string): Promise<Comment> =>
    call('comment', async (request) => {
      const made = await octokit.rest.issues.createComment({ ...repository, issue_number: number, body, request });
      return toComment(made.data);
    }),

  updateComment: async (commentId: number, body: string): Promise<void> => {
    await call('edit the comment', (request) =>
      octokit.rest.issues.updateComment({ ...repository, comment_id: commentId, body, request }),
    );
  },
});

/** A folder comes as a list; a link, a submodule and a file of more than 1 MB come without their text. */
const readFileOf = ({ octokit, call }: Client, repository: RepositoryName, path: string): Promise<string | undefined> =>
  unlessMissing(
    call('read the file', async (request) => {
      const { data } = await octokit.rest.repos.getContent({ ...repository, path, request });
      if (Array.isArray(data) || !('content' in data) || data.encoding !== 'base64') return undefined;
      return Buffer.from(data.content, 'base64').toString('utf8');
    }),
    undefined,
  );

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const pagesOf = (serverUrl: string, repository: string) => {
  const home = `${serverUrl.replace(/\/+$/, '')}/${repository}`;
  return {
    compareUrl: (base: string, head: string) => `${home}/compare/${encodePath(base)}...${encodePath(head)}`,
    branchUrl: (branch: string) => `${home}/tree/${encodePath(branch)}`,
    fileUrl: (branch: string, path: string) => `${home}/blob/${encodePath(branch)}/${encodePath(path)}`,
  };
};

/** Remembers an answer, but not a failure. */
const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
};

/**
 * GitHub over REST and GraphQL. Each call ends within its limits (15 s a try, 3 tries, 45 s in all, waits for rate
 * limits included) and rejects with a `GitHubError` that names the operation and the answer.
 */
export const createGitHub = (options: GitHubOptions): GitHub => {
  const [owner = '', repo = ''] = options.repository.split('/');
  const repository = { owner, repo };
  const client = createClient(options);
  const { octokit, call } = client;
  const identity = once(() => readIdentity(client, options.serverUrl));
  const pulls = pullRequestsOf(client, repository);
  return {
    identity,
    defaultBranch: once(() =>
      call('read the repository', async (request) => {
        return (await octokit.rest.repos.get({ ...repository, request })).data.default_branch;
      }),
    ),
    readFile: (path) => readFileOf(client, repository, path),
    permissionOf: (username) =>
      unlessMissing(
        call('read the permission', async (request) => {
          const asked = { ...repository, username, request };
          return toPermission((await octokit.rest.repos.getCollaboratorPermissionLevel(asked)).data.permission);
        }),
        'none',
      ),
    branchTip: (branch) =>
      unlessMissing(
        call('read the branch', async (request) => {
          return (await octokit.rest.repos.getBranch({ ...repository, branch, request })).data.commit.sha;
        }),
        undefined,
      ),
    workflowRun: (id) =>
      unlessMissing(
        call('read the workflow run', async (request) => {
          const { data } = await octokit.rest.actions.getWorkflowRun({ ...repository, run_id: id, request });
          return { attempt: data.run_attempt ?? 1, isOver: data.status === 'completed' };
        }),
        undefined,
      ),
    textEdits: (number) => readTextEdits(client, repository, number),
    ...issuesOf(client, repository),
    ...commentsOf(client, repository, identity),
    openPullRequestFrom: pulls.find,
    openPullRequest: pulls.open,
    updatePullRequest: pulls.update,
    ...pagesOf(options.serverUrl, options.repository),
  };
};
