import { Octokit } from '@octokit/rest';
import { allWrite, at, quiet, refusal, repo, type Rig, startRig } from './support.js';

const noAccess = 'Resource not accessible by integration';

describe('permissions of the embedded GitHub', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ private: true });
    rig.github.openIssue(repo, { title: 'Add tax', body: '', author: 'ann' });
  });
  afterEach(async () => {
    const violations = [...rig.github.violations];
    await rig.close();
    expect(violations).toEqual([]);
  });

  it('answers unknown and revoked tokens with Bad credentials', async () => {
    const stranger = new Octokit({ auth: 'ghs_unknown', baseUrl: rig.github.apiUrl, log: quiet });
    expect(await refusal(stranger.rest.repos.get(at))).toMatchObject({
      status: 401,
      message: expect.stringContaining('Bad credentials'),
    });
    rig.github.revokeToken(rig.token);
    expect(await refusal(rig.octokit.rest.repos.get(at))).toMatchObject({ status: 401 });
  });

  it('hides a private repository from whoever has no access', async () => {
    const elsewhere = rig.octokitFor({ repositories: ['octo/other'] });
    expect(await refusal(elsewhere.rest.repos.get(at))).toMatchObject({ status: 404 });
    const bob = rig.octokitFor({ actor: 'bob', kind: 'pat' });
    expect(await refusal(bob.rest.issues.get({ ...at, issue_number: 1 }))).toMatchObject({ status: 404 });
    const nobody = new Octokit({ baseUrl: rig.github.apiUrl, log: quiet });
    expect(await refusal(nobody.rest.repos.get(at))).toMatchObject({ status: 404 });
  });

  it.each([
    ['issues', (octokit: Octokit) => octokit.rest.issues.addLabels({ ...at, issue_number: 1, labels: ['x'] })],
    ['pull-requests', (octokit: Octokit) => octokit.rest.pulls.create({ ...at, head: 'x', base: 'main', title: 'X' })],
    ['contents', (octokit: Octokit) => octokit.rest.git.createRef({ ...at, ref: 'refs/heads/x', sha: '0'.repeat(40) })],
    [
      'actions',
      (octokit: Octokit) => octokit.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'x.yml', ref: 'main' }),
    ],
  ] as const)('refuses to write with only read on %s', async (scope, act) => {
    const others = scope === 'issues' ? { 'pull-requests': 'read' as const } : {};
    const octokit = rig.octokitFor({ permissions: { ...allWrite, ...others, [scope]: 'read' } });
    expect(await refusal(act(octokit))).toMatchObject({ status: 403, message: expect.stringContaining(noAccess) });
  });

  it('asks for the read permission in a private repository', async () => {
    const octokit = rig.octokitFor({ permissions: { contents: 'read' } });
    expect(await refusal(octokit.rest.issues.get({ ...at, issue_number: 1 }))).toMatchObject({ status: 403 });
  });

  it('tells people who they are and refuses integrations', async () => {
    expect(await refusal(rig.octokit.rest.users.getAuthenticated())).toMatchObject({
      status: 403,
      message: expect.stringContaining(noAccess),
    });
    const { data } = await rig.octokitFor({ actor: 'ann', kind: 'pat' }).rest.users.getAuthenticated();
    expect(data.login).toBe('ann');
  });

  it('lets an App edit its own comments only', async () => {
    rig.github.comment(repo, 1, 'ann', 'mine');
    const [comment] = rig.github.comments(repo, 1);
    const edit = rig.octokit.rest.issues.updateComment({ ...at, comment_id: comment?.id ?? 0, body: 'taken over' });
    expect(await refusal(edit)).toMatchObject({ status: 403 });
  });

  it('keeps Actions from opening pull requests where the setting forbids it, and lets Apps', async () => {
    rig.github.actionsMayOpenPullRequests(repo, false);
    const draft = { ...at, head: 'none', base: 'main', title: 'X' };
    expect(await refusal(rig.octokit.rest.pulls.create(draft))).toMatchObject({
      status: 403,
      message: expect.stringContaining('GitHub Actions is not permitted to create or approve pull requests.'),
    });
    expect(
      await refusal(rig.octokitFor({ kind: 'app', actor: 'shop-bot[bot]' }).rest.pulls.create(draft)),
    ).toMatchObject({ status: 422 });
  });
});
