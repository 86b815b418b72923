import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBare } from './git/bare.js';
import { listRefs } from './git/facts.js';
import { GitHubServer, listen, type RequestLogEntry } from './server.js';
import type { Fault } from './faults.js';
import type { Violation } from './rest/serve.js';
import * as webhooks from './shapes/webhook.js';
import * as deeds from './world/issues.js';
import {
  bodyOf,
  type AccountType,
  type Comment,
  type Issue,
  type Repo,
  type Role,
  type WorkflowRun,
} from './world/model.js';
import { isPull, readPullFacts } from './world/pulls.js';
import { addRun, setRun, type RunDraft } from './world/runs.js';
import { World, type TokenDraft } from './world/world.js';

export interface EmbeddedGitHubOptions {
  /** 0 or left out: a free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** Epoch ms; the default is the machine's clock. Times shown have whole seconds, as on GitHub. */
  readonly now?: () => number;
  /** Where the bare repositories lie; left out: a temporary folder, removed by `close()`. */
  readonly folder?: string;
}

export interface RepositoryDraft {
  readonly owner: string;
  readonly name: string;
  /** Texts by path, or a folder to take as it is. They become one commit on the default branch. */
  readonly files: Readonly<Record<string, string>> | string;
  readonly defaultBranch?: string;
  readonly private?: boolean;
}

/** A text on an issue, as an inspector sees it. `edits` holds every state, oldest first; the last is `body`. */
export interface CommentState {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly edits: readonly { readonly at: number; readonly by: string; readonly body: string }[];
  readonly reactions: readonly { readonly by: string; readonly content: string }[];
}

export interface IssueState extends CommentState {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly stateReason: string | null;
  readonly locked: boolean;
  readonly labels: readonly string[];
  readonly comments: readonly CommentState[];
  readonly events: readonly { readonly event: string; readonly actor: string; readonly at: number }[];
}

export interface PullRequestState extends IssueState {
  readonly url: string;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergeable: boolean | null;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly commits: number;
}

/** A GitHub of one's own. Repositories are named `owner/name`. */
export interface EmbeddedGitHub {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Every request that has been answered, in order of their ends. */
  readonly requests: readonly RequestLogEntry[];
  /** Answers of ours that GitHub would not have given, and crashes: empty, or the stand-in has a bug. */
  readonly violations: readonly Violation[];
  createUser(login: string, options?: { readonly type?: AccountType }): void;
  createRepository(draft: RepositoryDraft): Promise<void>;
  setPermission(repo: string, login: string, role: Role): void;
  /** A token in GitHub's own format. */
  createToken(draft: TokenDraft): string;
  /** From now on the token is answered `Bad credentials`. */
  revokeToken(token: string): void;
  /** The repository setting "Allow GitHub Actions to create and approve pull requests" (here on by default). */
  actionsMayOpenPullRequests(repo: string, allowed: boolean): void;
  openIssue(repo: string, draft: { title: string; body: string; author: string; labels?: readonly string[] }): number;
  /** Payload of `issues` / `labeled`. */
  label(repo: string, issue: number, label: string, by: string): webhooks.WebhookPayload;
  unlabel(repo: string, issue: number, label: string, by: string): void;
  /** Payload of `issue_comment` / `created`. */
  comment(repo: string, issue: number, by: string, body: string): webhooks.WebhookPayload;
  editIssue(repo: string, issue: number, by: string, change: deeds.IssueChange): void;
  editComment(repo: string, commentId: number, by: string, body: string): void;
  closeIssue(repo: string, issue: number, by: string): void;
  lockIssue(repo: string, issue: number, by: string): void;
  dispatchPayload(repo: string, by: string, inputs: Readonly<Record<string, string>>): webhooks.WebhookPayload;
  schedulePayload(repo: string, cron: string): webhooks.WebhookPayload;
  /** Puts a workflow run into the store and gives back its id. */
  addWorkflowRun(repo: string, run: Omit<RunDraft, 'actor' | 'headSha'> & { actor: string; headSha?: string }): number;
  setWorkflowRun(repo: string, id: number, to: Pick<WorkflowRun, 'status' | 'conclusion'>): void;
  workflowRuns(repo: string): readonly WorkflowRun[];
  /** `target`: an operation id, `METHOD /path-template`, `graphql`, `git-upload-pack` or `git-receive-pack`. */
  failOn(target: string, fault: Fault): void;
  /** Ends all faults; requests held by `hang` go through. */
  clearFaults(): void;
  /** Targets of the requests held by `hang` at this moment. */
  held(): readonly string[];
  issueState(repo: string, issue: number): IssueState;
  comments(repo: string, issue: number): readonly CommentState[];
  reactions(repo: string, issue: number): readonly { readonly by: string; readonly content: string }[];
  /** Labels of an issue, or all of the repository. */
  labels(repo: string, issue?: number): readonly string[];
  pullRequests(repo: string): Promise<readonly PullRequestState[]>;
  /** Commit (or object) ids by full ref name. */
  refs(repo: string): Promise<Readonly<Record<string, string>>>;
  gitDir(repo: string): string;
  /**
   * Asks again after every change and every answered request; resolves with the first answer that is neither
   * undefined, null nor false. Rejects after `timeoutMs` (10 s when not said).
   */
  waitFor<T>(ask: () => T | Promise<T>, options?: { timeoutMs?: number; what?: string }): Promise<NonNullable<T>>;
  close(): Promise<void>;
}

const commentState = (comment: Comment): CommentState => ({
  id: comment.id,
  author: comment.author.login,
  body: bodyOf(comment),
  edits: comment.edits.map(({ at, by, body }) => ({ at, by: by.login, body })),
  reactions: comment.reactions.map(({ user, content }) => ({ by: user.login, content })),
});

const issueState = (issue: Issue): IssueState => ({
  id: issue.id,
  number: issue.number,
  author: issue.author.login,
  title: issue.title,
  body: bodyOf(issue),
  edits: issue.edits.map(({ at, by, body }) => ({ at, by: by.login, body })),
  reactions: issue.reactions.map(({ user, content }) => ({ by: user.login, content })),
  state: issue.state,
  stateReason: issue.stateReason,
  locked: issue.locked,
  labels: issue.labels.map((label) => label.name),
  comments: issue.comments.map(commentState),
  events: issue.events.map(({ event, actor, at }) => ({ event, actor: actor.login, at })),
});

const pullStates = async (world: World, repo: Repo): Promise<readonly PullRequestState[]> =>
  await Promise.all(
    repo.issues.filter(isPull).map(async (issue) => {
      const { mergeBase: _, ...facts } = await readPullFacts(repo, issue);
      const { head, base, headSha, draft, merged } = issue.pull;
      const url = `${world.serverUrl}/${repo.fullName}/pull/${issue.number}`;
      return { ...issueState(issue), url, head, base, headSha, draft, merged: merged !== null, ...facts };
    }),
  );

const findComment = (repo: Repo, id: number): Comment => {
  const comment = repo.issues.flatMap((issue) => issue.comments).find((each) => each.id === id);
  if (comment === undefined) throw new Error(`${repo.fullName} has no comment ${id}`);
  return comment;
};

const waitFor = async <T>(world: World, ask: () => T | Promise<T>, { timeoutMs = 10_000, what = 'it' } = {}) =>
  await new Promise<NonNullable<T>>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      world.off('changed', look);
    };
    const look = (): void => {
      void Promise.resolve()
        .then(ask)
        .then((answer) => {
          if (answer === undefined || answer === null || answer === false) return;
          stop();
          resolve(answer);
        })
        .catch((error: unknown) => {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`The embedded GitHub waited ${timeoutMs} ms for ${what}`));
    }, timeoutMs);
    world.on('changed', look);
    look();
  });

const createRepository = async (world: World, folder: string, draft: RepositoryDraft): Promise<void> => {
  const { owner, name, files, defaultBranch = 'main' } = draft;
  const gitDir = join(folder, owner, `${name}.git`);
  if (world.repo(`${owner}/${name}`) !== undefined) throw new Error(`${owner}/${name} is there already`);
  await createBare({ gitDir, defaultBranch, files, atMs: world.now() });
  const repo: Repo = {
    id: world.nextId(),
    owner: world.ensureAccount(owner),
    name,
    fullName: `${owner}/${name}`,
    private: draft.private ?? false,
    defaultBranch,
    createdAt: world.now(),
    pushedAt: world.now(),
    gitDir,
    roles: new Map(),
    labels: [],
    issues: [],
    runs: [],
    actionsMayOpenPullRequests: true,
  };
  world.repos.set(repo.fullName.toLowerCase(), repo);
  world.changed();
};

const setup = (world: World, folder: string) => ({
  createUser: (login: string, options: { readonly type?: AccountType } = {}) => {
    world.ensureAccount(login, options.type);
  },
  createRepository: async (draft: RepositoryDraft) => await createRepository(world, folder, draft),
  setPermission: (repo: string, login: string, role: Role) => {
    world.ensureAccount(login);
    world.mustRepo(repo).roles.set(login.toLowerCase(), role);
  },
  createToken: (draft: TokenDraft) => world.createToken(draft).value,
  revokeToken: (value: string) => {
    const token = world.tokens.get(value);
    if (token === undefined) throw new Error('no such token');
    token.expired = true;
  },
  actionsMayOpenPullRequests: (repo: string, allowed: boolean) => {
    world.mustRepo(repo).actionsMayOpenPullRequests = allowed;
  },
});

const people = (world: World) => {
  const deed = (repo: string, issue: number, by: string): deeds.Deed => ({
    ...world.mustIssue(repo, issue),
    by: world.ensureAccount(by),
  });
  return {
    openIssue: (repo: string, { author, ...draft }: Parameters<EmbeddedGitHub['openIssue']>[1]) =>
      deeds.openIssue(world, world.mustRepo(repo), { ...draft, author: world.ensureAccount(author) }).number,
    label: (repo: string, issue: number, label: string, by: string) => {
      const at = deed(repo, issue, by);
      deeds.addLabels(world, at, [label]);
      return webhooks.labeledPayload(world, at, world.ensureLabel(at.repo, label));
    },
    unlabel: (repo: string, issue: number, label: string, by: string) => {
      deeds.removeLabel(world, deed(repo, issue, by), label);
    },
    comment: (repo: string, issue: number, by: string, body: string) => {
      const at = deed(repo, issue, by);
      return webhooks.commentPayload(world, at, deeds.addComment(world, at, body));
    },
    editIssue: (repo: string, issue: number, by: string, change: deeds.IssueChange) =>
      deeds.editIssue(world, deed(repo, issue, by), change),
    editComment: (repo: string, id: number, by: string, body: string) =>
      deeds.editComment(world, findComment(world.mustRepo(repo), id), { by: world.ensureAccount(by), body }),
    closeIssue: (repo: string, issue: number, by: string) => deeds.closeIssue(world, deed(repo, issue, by)),
    lockIssue: (repo: string, issue: number, by: string) => deeds.setLocked(world, deed(repo, issue, by), true),
  };
};

const events = (world: World) => ({
  dispatchPayload: (repo: string, by: string, inputs: Readonly<Record<string, string>>) =>
    webhooks.dispatchPayload(world, { repo: world.mustRepo(repo), by: world.ensureAccount(by) }, inputs),
  schedulePayload: (repo: string, cron: string) => {
    world.mustRepo(repo);
    return webhooks.schedulePayload(cron);
  },
  addWorkflowRun: (name: string, draft: Parameters<EmbeddedGitHub['addWorkflowRun']>[1]) => {
    const { actor, headSha = 'HEAD', ...rest } = draft;
    return addRun(world, world.mustRepo(name), { ...rest, headSha, actor: world.ensureAccount(actor) }).id;
  },
  setWorkflowRun: (name: string, id: number, to: Pick<WorkflowRun, 'status' | 'conclusion'>) => {
    const run = world.mustRepo(name).runs.find((each) => each.id === id);
    if (run === undefined) throw new Error(`${name} has no workflow run ${id}`);
    setRun(world, run, to);
  },
  workflowRuns: (name: string) => world.mustRepo(name).runs,
});

const inspectors = (world: World) => {
  const state = (repo: string, issue: number): IssueState => issueState(world.mustIssue(repo, issue).issue);
  return {
    issueState: state,
    comments: (repo: string, issue: number) => state(repo, issue).comments,
    reactions: (repo: string, issue: number) => state(repo, issue).reactions,
    labels: (repo: string, issue?: number) =>
      issue === undefined ? world.mustRepo(repo).labels.map((label) => label.name) : state(repo, issue).labels,
    pullRequests: async (repo: string) => await pullStates(world, world.mustRepo(repo)),
    refs: async (repo: string) =>
      Object.fromEntries((await listRefs(world.mustRepo(repo).gitDir)).map(({ ref, sha }) => [ref, sha])),
    gitDir: (repo: string) => world.mustRepo(repo).gitDir,
  };
};

/** Starts an embedded GitHub on loopback. `close()` ends it and removes what it made. */
export const startEmbeddedGitHub = async (options: EmbeddedGitHubOptions = {}): Promise<EmbeddedGitHub> => {
  const { server, url } = await listen(options.port ?? 0);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'embedded-github-')));
  const world = new World(url, options.now ?? Date.now);
  world.ensureAccount('github-actions[bot]');
  const github = new GitHubServer(world, server);
  return {
    serverUrl: url,
    apiUrl: world.apiUrl,
    graphqlUrl: `${url}/api/graphql`,
    requests: github.requests,
    violations: github.violations,
    ...setup(world, folder),
    ...people(world),
    ...events(world),
    ...inspectors(world),
    failOn: (target, fault) => github.faults.add(target, fault),
    clearFaults: () => github.faults.clear(),
    held: () => [...github.faults.held],
    waitFor: async (ask, how) => await waitFor(world, ask, how),
    close: async () => {
      await github.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
};
