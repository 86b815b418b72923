export type Permission = 'admin' | 'write' | 'read' | 'none';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly locked: boolean;
  readonly labels: readonly string[];
  readonly isPullRequest: boolean;
  readonly url: string;
}

/** A change of an issue's title or body: who made it and when (epoch ms). */
export interface TextEdit {
  readonly login: string;
  readonly at: number;
}

export interface Labelling {
  readonly login: string;
  readonly at: number;
}

/** `attempt` is the newest; `isOver` is said of that one. */
export interface WorkflowRunState {
  readonly attempt: number;
  readonly isOver: boolean;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly draft: boolean;
  readonly state: 'open' | 'closed';
  readonly head: string;
}

export interface PullRequestDraft {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

export type OpenedPullRequest =
  | { readonly kind: 'opened'; readonly pullRequest: PullRequest }
  /** The platform's own refusal, e.g. "GitHub Actions is not permitted to create or approve pull requests". */
  | { readonly kind: 'forbidden'; readonly message: string };

export interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
}

/**
 * GitHub as this product needs it. Every call may reject with an `Error` whose message names the operation and the
 * answer; callers decide whether that is a warning (side channels) or an end.
 */
export interface GitHub {
  /** Name and e-mail commits are made under: the token's own bot identity. */
  identity(): Promise<{ readonly name: string; readonly email: string; readonly login: string }>;
  defaultBranch(): Promise<string>;
  /** The commit a branch points at; undefined when there is no such branch. */
  branchTip(branch: string): Promise<string | undefined>;
  /** Text of a file on the default branch, at most 1 MB; undefined where there is no such file. */
  readFile(path: string): Promise<string | undefined>;
  permissionOf(login: string): Promise<Permission>;
  readIssue(number: number): Promise<Issue | undefined>;
  /** Who last put `label` on the issue; undefined when nobody did. */
  lastLabelling(number: number, label: string): Promise<Labelling | undefined>;
  /** Every edit of title or body, oldest first. */
  textEdits(number: number): Promise<readonly TextEdit[]>;
  /** How a run of a workflow stands now; undefined when there is none of this id (any more). */
  workflowRun(id: number): Promise<WorkflowRunState | undefined>;
  /** Open issues (no pull requests) with the label, oldest first. */
  openIssuesWithLabel(label: string): Promise<readonly Issue[]>;
  openPullRequestFrom(branch: string): Promise<PullRequest | undefined>;
  reactToIssue(number: number, reaction: 'eyes'): Promise<void>;
  reactToComment(commentId: number, reaction: 'eyes'): Promise<void>;
  /** The newest comment of ours on the issue or pull request whose body holds `marker`. */
  findComment(number: number, marker: string): Promise<Comment | undefined>;
  createComment(number: number, body: string): Promise<Comment>;
  updateComment(commentId: number, body: string): Promise<void>;
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  openPullRequest(draft: PullRequestDraft): Promise<OpenedPullRequest>;
  updatePullRequest(number: number, change: { title: string; body: string; draft: boolean }): Promise<void>;
  compareUrl(base: string, head: string): string;
  branchUrl(branch: string): string;
  fileUrl(branch: string, path: string): string;
}
