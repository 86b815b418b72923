/** The state of the embedded GitHub: plain records, changed only by the deeds in this folder. Times are epoch ms. */

export type AccountType = 'User' | 'Bot' | 'Organization';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: AccountType;
  readonly createdAt: number;
}

/** A repository role, weakest last. `none` is a private repository's stranger. */
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Reaction {
  readonly id: number;
  readonly user: Account;
  readonly content: string;
  readonly createdAt: number;
}

/** One state of a text: the first entry is how it was written, each further one an edit. */
export interface TextEdit {
  readonly at: number;
  readonly by: Account;
  readonly body: string;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: number;
  updatedAt: number;
  readonly edits: TextEdit[];
  readonly reactions: Reaction[];
}

export type Happening =
  | { readonly event: 'labeled' | 'unlabeled'; readonly label: Label }
  | { readonly event: 'renamed'; readonly rename: { readonly from: string; readonly to: string } }
  | { readonly event: 'closed' | 'reopened' | 'locked' | 'unlocked' | 'ready_for_review' | 'convert_to_draft' }
  | { readonly event: 'merged' | 'head_ref_force_pushed' | 'head_ref_deleted'; readonly commit: string }
  | { readonly event: 'commented'; readonly comment: Comment };

export type IssueEvent = { readonly id: number; readonly actor: Account; readonly at: number } & Happening;

export interface Merged {
  readonly at: number;
  readonly by: Account;
  readonly commit: string;
}

/** What an issue has more when it is a pull request. `headSha`/`baseSha` are kept when the branches go away. */
export interface Pull {
  readonly head: string;
  base: string;
  headSha: string;
  baseSha: string;
  draft: boolean;
  merged: Merged | null;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  readonly createdAt: number;
  updatedAt: number;
  title: string;
  /** States of the body, oldest first; the last is the body. */
  readonly edits: TextEdit[];
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  closedAt: number | null;
  locked: boolean;
  labels: Label[];
  comments: Comment[];
  readonly reactions: Reaction[];
  readonly events: IssueEvent[];
  readonly pull: Pull | null;
}

export interface WorkflowRun {
  readonly id: number;
  readonly runNumber: number;
  readonly name: string;
  readonly path: string;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly actor: Account;
  readonly createdAt: number;
  updatedAt: number;
  status: 'queued' | 'in_progress' | 'completed' | 'waiting';
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out' | null;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Repo {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdAt: number;
  pushedAt: number;
  /** The bare repository's folder. */
  readonly gitDir: string;
  readonly roles: Map<string, Role>;
  readonly labels: Label[];
  readonly issues: Issue[];
  readonly runs: WorkflowRun[];
  /** "Allow GitHub Actions to create and approve pull requests". */
  actionsMayOpenPullRequests: boolean;
}

export type Scope = 'contents' | 'issues' | 'pull-requests' | 'metadata' | 'actions' | 'workflows';
export type Level = 'read' | 'write';
export type Permissions = Readonly<Partial<Record<Scope, Level>>>;

/** `actions` is a job's GITHUB_TOKEN, `app` an App's installation token, `pat` a personal access token. */
export type TokenKind = 'actions' | 'app' | 'pat';

export interface Token {
  readonly value: string;
  readonly kind: TokenKind;
  readonly actor: Account;
  readonly permissions: Permissions;
  /** Full names it is good for; undefined: all. */
  readonly repositories: readonly string[] | undefined;
  expired: boolean;
}

export const bodyOf = (text: { readonly edits: readonly TextEdit[] }): string => text.edits.at(-1)?.body ?? '';
