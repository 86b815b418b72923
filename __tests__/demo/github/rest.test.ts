import { at, refusal, repo, type Rig, startRig } from './support.js';

describe('REST of the embedded GitHub', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    const violations = [...rig.github.violations];
    await rig.close();
    expect(violations).toEqual([]);
  });

  const openIssue = (): number => rig.github.openIssue(repo, { title: 'Add tax', body: 'Please.', author: 'bob' });

  it('describes a repository in the shape GitHub promises', async () => {
    const { data, headers } = await rig.octokit.rest.repos.get(at);
    expect(data).toMatchObject({ full_name: repo, default_branch: 'main', permissions: { push: true } });
    expect(headers['x-ratelimit-limit']).toBe('1000');
    expect(headers['x-embedded-github']).toMatch(/not github.com/);
  });

  it('keeps issues, labels and their history', async () => {
    const issue_number = openIssue();
    await rig.octokit.rest.issues.addLabels({ ...at, issue_number, labels: ['aider', 'later'] });
    await rig.octokit.rest.issues.removeLabel({ ...at, issue_number, name: 'later' });
    const { data: events } = await rig.octokit.rest.issues.listEvents({ ...at, issue_number });
    expect(events.map((each) => [each.event, each.actor.login])).toEqual([
      ['labeled', 'github-actions[bot]'],
      ['labeled', 'github-actions[bot]'],
      ['unlabeled', 'github-actions[bot]'],
    ]);
    expect((await rig.octokit.rest.issues.get({ ...at, issue_number })).data.labels).toMatchObject([{ name: 'aider' }]);
    expect(await refusal(rig.octokit.rest.issues.removeLabel({ ...at, issue_number, name: 'later' }))).toMatchObject({
      status: 404,
    });
  });

  it('lists issues by label, state, creator and order, in pages with Link headers', async () => {
    for (let n = 1; n <= 5; n += 1) {
      const labels = n % 2 === 1 ? ['aider'] : [];
      rig.github.openIssue(repo, { title: `Issue ${n}`, body: '', author: n === 5 ? 'ann' : 'bob', labels });
      rig.pass(1000);
    }
    rig.github.closeIssue(repo, 3, 'ann');
    const list = { ...at, labels: 'aider', state: 'all', direction: 'asc', per_page: 1 } as const;
    const all = await rig.octokit.paginate(rig.octokit.rest.issues.listForRepo, list);
    expect(all.map((issue) => issue.number)).toEqual([1, 3, 5]);
    const open = await rig.octokit.rest.issues.listForRepo({ ...at, labels: 'aider', creator: 'bob' });
    expect(open.data.map((issue) => issue.number)).toEqual([1]);
  });

  it('creates, edits, lists and deletes comments and remembers every text', async () => {
    const issue_number = openIssue();
    const { data: comment } = await rig.octokit.rest.issues.createComment({ ...at, issue_number, body: 'one' });
    rig.pass(5000);
    await rig.octokit.rest.issues.updateComment({ ...at, comment_id: comment.id, body: 'two' });
    expect(rig.github.comments(repo, issue_number)).toMatchObject([
      { author: 'github-actions[bot]', body: 'two', edits: [{ body: 'one' }, { body: 'two' }] },
    ]);
    const { data: read } = await rig.octokit.rest.issues.getComment({ ...at, comment_id: comment.id });
    expect(Date.parse(read.updated_at) - Date.parse(read.created_at)).toBe(5000);
    await rig.octokit.rest.issues.deleteComment({ ...at, comment_id: comment.id });
    expect((await rig.octokit.rest.issues.listComments({ ...at, issue_number })).data).toEqual([]);
  });

  it('refuses a comment that is too long and silently keeps the old issue body', async () => {
    const issue_number = openIssue();
    const body = 'x'.repeat(65_537);
    const answer = await refusal(rig.octokit.rest.issues.createComment({ ...at, issue_number, body }));
    expect(answer.status).toBe(422);
    expect(answer.message).toContain('Body is too long (maximum is 65536 characters)');
    await rig.octokit.rest.issues.update({ ...at, issue_number, body });
    expect(rig.github.issueState(repo, issue_number).body).toBe('Please.');
  });

  it('keeps one reaction of a kind and account', async () => {
    const issue_number = openIssue();
    const first = await rig.octokit.rest.reactions.createForIssue({ ...at, issue_number, content: 'eyes' });
    const again = await rig.octokit.rest.reactions.createForIssue({ ...at, issue_number, content: 'eyes' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(rig.github.reactions(repo, issue_number)).toEqual([{ by: 'github-actions[bot]', content: 'eyes' }]);
    const { data } = await rig.octokit.rest.issues.createComment({ ...at, issue_number, body: 'hm' });
    await rig.octokit.rest.reactions.createForIssueComment({ ...at, comment_id: data.id, content: 'rocket' });
    expect(rig.github.comments(repo, issue_number)[0]?.reactions).toMatchObject([{ content: 'rocket' }]);
  });

  it.each([
    ['admin', 'admin', 'admin'],
    ['maintain', 'write', 'maintain'],
    ['write', 'write', 'write'],
    ['triage', 'read', 'triage'],
    ['read', 'read', 'read'],
  ] as const)('reports the role %s as permission %s', async (role, permission, role_name) => {
    rig.github.setPermission(repo, 'carol', role);
    const { data } = await rig.octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'carol' });
    expect(data).toMatchObject({ permission, role_name, user: { login: 'carol' } });
  });

  it('knows no Apps and no strangers in the permission API', async () => {
    for (const username of ['nobody-here', 'github-actions[bot]']) {
      const asked = rig.octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username });
      expect(await refusal(asked)).toMatchObject({ status: 404 });
    }
  });

  it('lets exactly one caller create a ref', async () => {
    const sha = (await rig.github.refs(repo))['refs/heads/main'] ?? '';
    const ref = 'refs/aider/locks/issue-1';
    const tries = await Promise.allSettled(
      [1, 2, 3].map(async () => await rig.octokit.rest.git.createRef({ ...at, ref, sha })),
    );
    expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect((await rig.octokit.rest.git.listMatchingRefs({ ...at, ref: 'aider/' })).data).toMatchObject([{ ref }]);
    expect((await rig.octokit.rest.git.getRef({ ...at, ref: 'aider/locks/issue-1' })).data.object.sha).toBe(sha);
    await rig.octokit.rest.git.deleteRef({ ...at, ref: 'aider/locks/issue-1' });
    expect(await rig.github.refs(repo)).not.toHaveProperty([ref]);
  });

  it('stores workflow runs, dispatches and cancels them', async () => {
    const run_id = rig.github.addWorkflowRun(repo, { actor: 'ann', event: 'issues' });
    expect((await rig.octokit.rest.actions.getWorkflowRun({ ...at, run_id })).data.status).toBe('in_progress');
    expect((await rig.octokit.rest.actions.cancelWorkflowRun({ ...at, run_id })).status).toBe(202);
    expect(await refusal(rig.octokit.rest.actions.cancelWorkflowRun({ ...at, run_id }))).toMatchObject({ status: 409 });
    const { data } = await rig.octokit.rest.actions.listWorkflowRunsForRepo({ ...at, status: 'cancelled' });
    expect(data).toMatchObject({ total_count: 1, workflow_runs: [{ id: run_id }] });
    const dispatch = { ...at, workflow_id: 'none.yml', ref: 'main' };
    expect(await refusal(rig.octokit.rest.actions.createWorkflowDispatch(dispatch))).toMatchObject({ status: 404 });
  });

  it('gives content, branches, commits and comparisons', async () => {
    const { data: file } = await rig.octokit.rest.repos.getContent({ ...at, path: 'src/cart.js' });
    expect(file).toMatchObject({ type: 'file', encoding: 'base64' });
    expect((await rig.octokit.rest.repos.getContent({ ...at, path: 'src' })).data).toMatchObject([{ name: 'cart.js' }]);
    expect((await rig.octokit.rest.repos.getBranch({ ...at, branch: 'main' })).data.name).toBe('main');
    const { data: commit } = await rig.octokit.rest.repos.getCommit({ ...at, ref: 'main' });
    expect(commit.files?.map((each) => each.filename)).toEqual(['README.md', 'src/cart.js']);
    const same = await rig.octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...main' });
    expect(same.data.status).toBe('identical');
  });

  it('refuses what does not fit the description, in the way of GitHub', async () => {
    const bad = rig.octokit.request('POST /repos/{owner}/{repo}/issues', { ...at, title: { no: 'text' } } as never);
    expect(await refusal(bad)).toMatchObject({ status: 422, message: expect.stringContaining('Invalid request') });
    expect(await refusal(rig.octokit.request('GET /repos/octo/shop/issues/abc'))).toMatchObject({ status: 404 });
    expect(await refusal(rig.octokit.request('GET /repos/octo/shop/nothing'))).toMatchObject({ status: 404 });
  });
});
