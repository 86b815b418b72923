import type { GitHub } from '../../../src/ports/github.js';

/** A repository with one issue by `eve`, in which `ada` may write, `mia` maintain, `rob` read; branch `work` is there, and on main `a.txt` and `docs/b.yml`. */
export interface Stage {
  readonly github: GitHub;
  readonly issue: number;
  label(label: string, by: string): void;
  editBody(by: string, body: string): void;
  rename(by: string, title: string): void;
  commentAs(by: string, body: string): void;
  close(): void;
  lock(): void;
  forbidPullRequests(): void;
  /** A workflow run under way, and its end. */
  startWorkflowRun(): number;
  endWorkflowRun(id: number): void;
  labels(): readonly string[];
  reactions(): readonly string[];
  comments(): readonly string[];
  /** Moves time on by so many ms. */
  tick(ms: number): void;
  now(): number;
  end(): Promise<void>;
}

const draft = { head: 'work', base: 'main', title: 'Add x', body: 'Text', draft: true };

/** What every GitHub of this product does, the real adapter and the fake alike. */
export const describeGitHub = (name: string, start: () => Promise<Stage>): void => {
  describe(name, () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await start();
    });
    afterEach(() => stage.end());

    it('knows its own bot', async () => {
      expect(await stage.github.identity()).toEqual({
        login: 'github-actions[bot]',
        name: 'github-actions[bot]',
        email: '41898282+github-actions[bot]@users.noreply.github.com',
      });
    });

    it('knows the default branch', async () => {
      expect(await stage.github.defaultBranch()).toBe('main');
    });

    it('reads where a branch is', async () => {
      expect(await stage.github.branchTip('main')).toMatch(/^[0-9a-f]{40}$/);
      expect(await stage.github.branchTip('gone')).toBeUndefined();
    });

    it('reads a file of the default branch', async () => {
      expect(await stage.github.readFile('docs/b.yml')).toBe('b: ä\n');
      expect(await stage.github.readFile('docs')).toBeUndefined();
      expect(await stage.github.readFile('gone.yml')).toBeUndefined();
    });

    it.each([
      ['ada', 'write'],
      ['mia', 'write'],
      ['rob', 'read'],
    ])('reads the permission of %s as %s', async (login, permission) => {
      expect(await stage.github.permissionOf(login)).toBe(permission);
    });

    it('gives no write permission to an account nobody knows', async () => {
      expect(['none', 'read']).toContain(await stage.github.permissionOf('nobody-at-all'));
    });

    it('reads an issue', async () => {
      expect(await stage.github.readIssue(stage.issue)).toMatchObject({
        number: stage.issue,
        title: 'A title',
        body: 'A body',
        state: 'open',
        locked: false,
        labels: [],
        isPullRequest: false,
      });
      expect(await stage.github.readIssue(999)).toBeUndefined();
    });

    it('sees that an issue is locked or closed', async () => {
      stage.lock();
      stage.close();
      expect(await stage.github.readIssue(stage.issue)).toMatchObject({ locked: true, state: 'closed' });
    });

    it('finds who last put a label on, whatever its case', async () => {
      expect(await stage.github.lastLabelling(stage.issue, 'aider')).toBeUndefined();
      stage.label('bug', 'rob');
      stage.label('aider', 'ada');
      const at = stage.now();
      stage.tick(5000);
      stage.label('docs', 'rob');
      expect(await stage.github.lastLabelling(stage.issue, 'Aider')).toEqual({ login: 'ada', at });
    });

    it('takes the newest labelling after the label was taken off', async () => {
      stage.label('aider', 'ada');
      await stage.github.removeLabel(stage.issue, 'aider');
      stage.tick(5000);
      stage.label('aider', 'mia');
      expect(await stage.github.lastLabelling(stage.issue, 'aider')).toEqual({ login: 'mia', at: stage.now() });
    });

    it('lists edits of title and body after a moment, oldest first', async () => {
      stage.tick(5000);
      const since = stage.now();
      stage.editBody('eve', 'Other');
      stage.tick(2000);
      stage.rename('ada', 'Another title');
      const edits = await stage.github.textEdits(stage.issue);
      expect(edits.filter((edit) => edit.at >= since)).toEqual([
        { login: 'eve', at: since },
        { login: 'ada', at: since + 2000 },
      ]);
    });

    it('has no edits of an issue nobody edited', async () => {
      expect(await stage.github.textEdits(stage.issue)).toEqual([]);
    });

    it('knows whether a workflow run is over', async () => {
      const id = stage.startWorkflowRun();
      expect(await stage.github.workflowRun(id)).toEqual({ attempt: 1, isOver: false });
      stage.endWorkflowRun(id);
      expect(await stage.github.workflowRun(id)).toEqual({ attempt: 1, isOver: true });
      expect(await stage.github.workflowRun(id + 999)).toBeUndefined();
    });

    it('lists open issues with a label', async () => {
      expect(await stage.github.openIssuesWithLabel('aider')).toEqual([]);
      stage.label('aider', 'ada');
      expect((await stage.github.openIssuesWithLabel('aider')).map((issue) => issue.number)).toEqual([stage.issue]);
      stage.close();
      expect(await stage.github.openIssuesWithLabel('aider')).toEqual([]);
    });

    it('reacts to issues and comments', async () => {
      await stage.github.reactToIssue(stage.issue, 'eyes');
      expect(stage.reactions()).toEqual(['eyes']);
      const { id } = await stage.github.createComment(stage.issue, 'Hello');
      await expect(stage.github.reactToComment(id, 'eyes')).resolves.toBeUndefined();
      await expect(stage.github.reactToComment(123456, 'eyes')).rejects.toThrow('404');
    });

    it('comments, edits its comment and finds it by its marker', async () => {
      const made = await stage.github.createComment(stage.issue, 'One <!-- mark -->');
      await stage.github.updateComment(made.id, 'Two <!-- mark -->');
      expect(await stage.github.findComment(stage.issue, '<!-- mark -->')).toEqual({
        ...made,
        body: 'Two <!-- mark -->',
      });
      expect(stage.comments()).toEqual(['Two <!-- mark -->']);
      expect(await stage.github.findComment(stage.issue, '<!-- none -->')).toBeUndefined();
    });

    it("does not take somebody else's comment with the marker for its own", async () => {
      stage.commentAs('eve', 'Mine <!-- mark -->');
      expect(await stage.github.findComment(stage.issue, '<!-- mark -->')).toBeUndefined();
    });

    it('rejects for an issue or comment that is not there', async () => {
      await expect(stage.github.createComment(999, 'Hello')).rejects.toThrow('404');
      await expect(stage.github.updateComment(123456, 'Hello')).rejects.toThrow('404');
    });

    it('adds and removes labels, and does not mind one that is not there', async () => {
      await stage.github.addLabels(stage.issue, ['aider', 'aider:done']);
      await stage.github.removeLabel(stage.issue, 'aider');
      await stage.github.removeLabel(stage.issue, 'aider');
      expect(stage.labels()).toEqual(['aider:done']);
    });

    it('opens a pull request once, finds it, and changes it from draft to ready and back', async () => {
      expect(await stage.github.openPullRequestFrom('work')).toBeUndefined();
      const opened = await stage.github.openPullRequest(draft);
      expect(opened).toMatchObject({ kind: 'opened', pullRequest: { draft: true, state: 'open', head: 'work' } });
      expect(await stage.github.openPullRequest(draft)).toEqual(opened);
      const number = opened.kind === 'opened' ? opened.pullRequest.number : 0;
      for (const isDraft of [false, true]) {
        await stage.github.updatePullRequest(number, { title: 'New', body: 'New text', draft: isDraft });
        expect(await stage.github.openPullRequestFrom('work')).toMatchObject({ number, draft: isDraft });
        expect(await stage.github.readIssue(number)).toMatchObject({
          title: 'New',
          body: 'New text',
          isPullRequest: true,
        });
      }
    });

    it("gives back the platform's refusal to open a pull request", async () => {
      stage.forbidPullRequests();
      expect(await stage.github.openPullRequest(draft)).toEqual({
        kind: 'forbidden',
        message: expect.stringContaining(
          'GitHub Actions is not permitted to create or approve pull requests',
        ) as string,
      });
    });

    it('names pages', () => {
      expect(stage.github.compareUrl('main', 'aider/issue-1')).toMatch(/\/o\/r\/compare\/main\.\.\.aider\/issue-1$/);
      expect(stage.github.branchUrl('aider/issue-1')).toMatch(/\/o\/r\/tree\/aider\/issue-1$/);
      expect(stage.github.fileUrl('b', 'docs/a b#1.md')).toMatch(/\/o\/r\/blob\/b\/docs\/a%20b%231\.md$/);
    });
  });
};
