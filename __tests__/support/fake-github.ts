import type {
  Comment,
  GitHub,
  Issue,
  Labelling,
  OpenedPullRequest,
  Permission,
  PullRequest,
  PullRequestDraft,
  TextEdit,
  WorkflowRunState,
} from '../../src/ports/github.js';

type Call = keyof GitHub;
type Stored = Comment & { readonly issue: number; readonly by: string };

const self = 'github-actions[bot]';

/** A GitHub in memory that keeps state as the real one does, and can be told to fail. */
export class FakeGitHub implements GitHub {
  readonly calls: Call[] = [];
  readonly reactions: { readonly on: string; readonly reaction: string }[] = [];
  readonly comments: Stored[] = [];
  readonly pullRequests: (PullRequest & { readonly title: string; readonly body: string })[] = [];
  readonly permissions = new Map<string, Permission>();
  /** Texts on the default branch by path. */
  readonly files = new Map<string, string>();
  /** Commits of branches by name. */
  readonly branches = new Map([['main', 'b'.repeat(40)]]);
  /** Runs of workflows by id. */
  readonly workflowRuns = new Map<number, WorkflowRunState>();
  forbidsPullRequests = false;
  readonly #issues = new Map<number, Issue>();
  readonly #labellings: (Labelling & { readonly number: number; readonly label: string })[] = [];
  readonly #edits: (TextEdit & { readonly number: number })[] = [];
  readonly #failures = new Map<Call, () => Error>();
  #number = 0;
  #id = 0;

  /** Every later call of this name rejects. */
  failOn(call: Call, error = (): Error => new Error(`${call} failed: 503`)): this {
    this.#failures.set(call, error);
    return this;
  }

  /** The call works again. */
  mend(call: Call): this {
    this.#failures.delete(call);
    return this;
  }

  /** Opens an issue with the next number. */
  addIssue(issue: Partial<Omit<Issue, 'number' | 'url'>> = {}): Issue {
    this.#number += 1;
    const number = this.#number;
    const url = `https://github.test/o/r/issues/${number}`;
    const made = {
      title: 'A title',
      body: 'A body',
      state: 'open',
      locked: false,
      labels: [],
      isPullRequest: false,
    } as const;
    const stored: Issue = { ...made, ...issue, number, url };
    this.#issues.set(number, stored);
    return stored;
  }

  /** Puts a label on as `login`, at a time in ms. */
  label(number: number, label: string, by: Labelling): void {
    this.#labellings.push({ number, label, ...by });
    this.#change(number, (issue) => ({ ...issue, labels: [...new Set([...issue.labels, label])] }));
  }

  /** Edits title or body as `login`. */
  edit(number: number, text: { readonly title?: string; readonly body?: string }, by: TextEdit): void {
    this.#edits.push({ number, ...by });
    this.#change(number, (issue) => ({ ...issue, ...text }));
  }

  commentAs(by: string, number: number, body: string): Comment {
    const { url } = this.#need(number);
    this.#id += 1;
    const comment = { id: this.#id, url: `${url}#issuecomment-${this.#id}`, body };
    this.comments.push({ ...comment, issue: number, by });
    return comment;
  }

  /** Closes, locks, or changes an issue without an event. */
  setIssue(number: number, to: Partial<Omit<Issue, 'number'>>): void {
    this.#change(number, (issue) => ({ ...issue, ...to }));
  }

  issue(number: number): Issue {
    return this.#need(number);
  }

  async identity() {
    this.#begin('identity');
    return {
      login: self,
      name: self,
      email: `41898282+${self}@users.noreply.github.com`,
    };
  }

  async defaultBranch(): Promise<string> {
    this.#begin('defaultBranch');
    return 'main';
  }

  async readFile(path: string): Promise<string | undefined> {
    this.#begin('readFile');
    return this.files.get(path);
  }

  async permissionOf(login: string): Promise<Permission> {
    this.#begin('permissionOf');
    return this.permissions.get(login) ?? 'none';
  }

  async readIssue(number: number): Promise<Issue | undefined> {
    this.#begin('readIssue');
    return this.#issues.get(number);
  }

  async lastLabelling(number: number, label: string): Promise<Labelling | undefined> {
    this.#begin('lastLabelling');
    const found = this.#labellings.findLast((each) => each.number === number && same(each.label, label));
    return found && { login: found.login, at: found.at };
  }

  async textEdits(number: number): Promise<readonly TextEdit[]> {
    this.#begin('textEdits');
    const own = this.#edits.filter((each) => each.number === number);
    return own.sort((a, b) => a.at - b.at).map(({ login, at }) => ({ login, at }));
  }

  async branchTip(branch: string): Promise<string | undefined> {
    this.#begin('branchTip');
    return this.branches.get(branch);
  }

  async workflowRun(id: number): Promise<WorkflowRunState | undefined> {
    this.#begin('workflowRun');
    return this.workflowRuns.get(id);
  }

  async openIssuesWithLabel(label: string): Promise<readonly Issue[]> {
    this.#begin('openIssuesWithLabel');
    const fits = (issue: Issue): boolean =>
      issue.state === 'open' && !issue.isPullRequest && issue.labels.some((each) => same(each, label));
    return [...this.#issues.values()].filter(fits);
  }

  async openPullRequestFrom(branch: string): Promise<PullRequest | undefined> {
    this.#begin('openPullRequestFrom');
    const found = this.pullRequests.find((each) => each.head === branch && each.state === 'open');
    return found && view(found);
  }

  async reactToIssue(number: number, reaction: 'eyes'): Promise<void> {
    this.#begin('reactToIssue');
    this.#need(number);
    this.reactions.push({ on: `issue ${number}`, reaction });
  }

  async reactToComment(commentId: number, reaction: 'eyes'): Promise<void> {
    this.#begin('reactToComment');
    if (!this.comments.some((each) => each.id === commentId)) throw new Error(`reactToComment failed: 404`);
    this.reactions.push({ on: `comment ${commentId}`, reaction });
  }

  async findComment(number: number, marker: string): Promise<Comment | undefined> {
    this.#begin('findComment');
    const found = this.comments.findLast(
      (each) => each.issue === number && each.by === self && each.body.includes(marker),
    );
    return found && { id: found.id, url: found.url, body: found.body };
  }

  async createComment(number: number, body: string): Promise<Comment> {
    this.#begin('createComment');
    return this.commentAs(self, number, body);
  }

  async updateComment(commentId: number, body: string): Promise<void> {
    this.#begin('updateComment');
    const at = this.comments.findIndex((each) => each.id === commentId);
    const comment = this.comments[at];
    if (comment === undefined) throw new Error('updateComment failed: 404');
    this.comments[at] = { ...comment, body };
  }

  async addLabels(number: number, labels: readonly string[]): Promise<void> {
    this.#begin('addLabels');
    this.#change(number, (issue) => ({ ...issue, labels: [...new Set([...issue.labels, ...labels])] }));
  }

  async removeLabel(number: number, label: string): Promise<void> {
    this.#begin('removeLabel');
    this.#change(number, (issue) => ({ ...issue, labels: issue.labels.filter((each) => !same(each, label)) }));
  }

  async openPullRequest(draft: PullRequestDraft): Promise<OpenedPullRequest> {
    this.#begin('openPullRequest');
    if (this.forbidsPullRequests) {
      return { kind: 'forbidden', message: 'GitHub Actions is not permitted to create or approve pull requests.' };
    }
    const open = this.pullRequests.find((each) => each.head === draft.head && each.state === 'open');
    if (open) return { kind: 'opened', pullRequest: view(open) };
    const { number } = this.addIssue({ title: draft.title, body: draft.body, isPullRequest: true });
    const made = { ...draft, number, url: `https://github.test/o/r/pull/${number}`, state: 'open' as const };
    this.pullRequests.push(made);
    return { kind: 'opened', pullRequest: view(made) };
  }

  async updatePullRequest(number: number, change: { title: string; body: string; draft: boolean }): Promise<void> {
    this.#begin('updatePullRequest');
    const at = this.pullRequests.findIndex((each) => each.number === number);
    const before = this.pullRequests[at];
    if (before === undefined) throw new Error('updatePullRequest failed: 404');
    this.pullRequests[at] = { ...before, ...change };
    this.setIssue(number, { title: change.title, body: change.body });
  }

  compareUrl(base: string, head: string): string {
    return `https://github.test/o/r/compare/${base}...${head}`;
  }

  branchUrl(branch: string): string {
    return `https://github.test/o/r/tree/${branch}`;
  }

  fileUrl(branch: string, path: string): string {
    return `https://github.test/o/r/blob/${branch}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  #begin(call: Call): void {
    this.calls.push(call);
    const failure = this.#failures.get(call);
    if (failure) throw failure();
  }

  #need(number: number): Issue {
    const issue = this.#issues.get(number);
    if (issue === undefined) throw new Error(`Issue ${number}: 404`);
    return issue;
  }

  #change(number: number, to: (issue: Issue) => Issue): void {
    this.#issues.set(number, to(this.#need(number)));
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const view = ({ number, url, draft, state, head }: PullRequest): PullRequest => ({ number, url, draft, state, head });
