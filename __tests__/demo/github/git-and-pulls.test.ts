import { at, pushBranch, refusal, repo, type Rig, startRig } from './support.js';

describe('git and pull requests of the embedded GitHub', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    const violations = [...rig.github.violations];
    await rig.close();
    expect(violations).toEqual([]);
  });

  const open = async (head: string, more: object = {}) =>
    (await rig.octokit.rest.pulls.create({ ...at, head, base: 'main', title: `Merge ${head}`, ...more })).data;

  it('serves a shallow checkout the way actions/checkout makes it', async () => {
    const folder = await rig.folder();
    await rig.git(folder, 'init', '--quiet');
    await rig.git(folder, 'remote', 'add', 'origin', `${rig.github.serverUrl}/${repo}`);
    const basic = Buffer.from(`x-access-token:${rig.token}`).toString('base64');
    const header = `http.${rig.github.serverUrl}/.extraheader=AUTHORIZATION: basic ${basic}`;
    const sha = (await rig.github.refs(repo))['refs/heads/main'] ?? '';
    const fetched = await rig.git(
      folder,
      '-c',
      'protocol.version=2',
      '-c',
      header,
      'fetch',
      '--no-tags',
      '--prune',
      '--depth=1',
      'origin',
      `+${sha}:refs/remotes/origin/main`,
    );
    expect(fetched).toMatchObject({ exitCode: 0 });
    await rig.git(folder, 'checkout', '--quiet', '--force', '-B', 'main', 'refs/remotes/origin/main');
    expect((await rig.git(folder, 'rev-parse', 'HEAD')).stdout).toBe(sha);
  });

  it('takes pushes of branches and of refs of our own, large ones chunked', async () => {
    const { folder, pushed } = await pushBranch(rig, 'big', { 'big.txt': 'line of text\n'.repeat(200_000) });
    expect(pushed).toMatchObject({ exitCode: 0 });
    const own = await rig.git(
      folder,
      '-c',
      'http.postBuffer=1000',
      'push',
      '--quiet',
      'origin',
      'HEAD:refs/aider/run-1/journal',
    );
    expect(own).toMatchObject({ exitCode: 0 });
    expect(Object.keys(await rig.github.refs(repo))).toEqual([
      'refs/aider/run-1/journal',
      'refs/heads/big',
      'refs/heads/main',
    ]);
  });

  it('refuses pushes with the words git users know', async () => {
    const readOnly = rig.github.createToken({
      actor: 'github-actions[bot]',
      kind: 'actions',
      permissions: { contents: 'read' },
    });
    const denied = await pushBranch(rig, 'x', { 'a.txt': 'a' }, readOnly);
    expect(denied.pushed.exitCode).not.toBe(0);
    expect(denied.pushed.stderr).toContain(`Permission to ${repo}.git denied to github-actions[bot].`);
    const workflow = await pushBranch(rig, 'y', { '.github/workflows/ci.yml': 'on: push\n' });
    expect(workflow.pushed.stderr).toContain(
      'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
    );
    const hidden = await rig.git(denied.folder, 'push', '-q', rig.cloneUrl(rig.token), 'HEAD:refs/pull/1/head');
    expect(hidden.stderr).toContain('deny updating a hidden ref');
    expect(Object.keys(await rig.github.refs(repo))).toEqual(['refs/heads/main']);
  });

  it('lets a person push a workflow file', async () => {
    const token = rig.github.createToken({ actor: 'ann', kind: 'pat', permissions: { contents: 'write' } });
    const { pushed } = await pushBranch(rig, 'y', { '.github/workflows/ci.yml': 'on: push\n' }, token);
    expect(pushed).toMatchObject({ exitCode: 0 });
  });

  it('computes what a pull request changes and follows its branch', async () => {
    const { folder } = await pushBranch(rig, 'feature/tax', { 'src/tax.js': 'one\ntwo\n', 'README.md': '# Store\n' });
    const pull = await open('feature/tax', { draft: true, body: 'Tax.' });
    expect(pull).toMatchObject({
      number: 1,
      draft: true,
      additions: 3,
      deletions: 1,
      changed_files: 2,
      commits: 1,
      mergeable: true,
      mergeable_state: 'draft',
    });
    await rig.git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'More');
    await rig.git(folder, 'push', '--quiet', 'origin', 'feature/tax');
    const { data } = await rig.octokit.rest.pulls.get({ ...at, pull_number: 1 });
    expect(data.commits).toBe(2);
    expect((await rig.github.refs(repo))['refs/pull/1/head']).toBe(data.head.sha);
    const { data: files } = await rig.octokit.rest.pulls.listFiles({ ...at, pull_number: 1 });
    expect(files.map((file) => [file.filename, file.status])).toEqual([
      ['README.md', 'modified'],
      ['src/tax.js', 'added'],
    ]);
    expect((await rig.octokit.rest.pulls.listCommits({ ...at, pull_number: 1 })).data).toHaveLength(2);
    const found = await rig.octokit.rest.pulls.list({ ...at, head: 'octo:feature/tax', state: 'open' });
    expect(found.data.map((each) => each.number)).toEqual([1]);
  });

  it('refuses pull requests GitHub would refuse, with its messages', async () => {
    const main = (await rig.github.refs(repo))['refs/heads/main'] ?? '';
    await rig.octokit.rest.git.createRef({ ...at, ref: 'refs/heads/same', sha: main });
    expect((await refusal(open('same'))).message).toContain('No commits between main and same');
    expect((await refusal(open('missing'))).message).toContain('"field":"head","code":"invalid"');
    await pushBranch(rig, 'feature', { 'a.txt': 'a\n' });
    await open('feature');
    expect((await refusal(open('feature'))).message).toContain('A pull request already exists for octo:feature.');
    const long = await refusal(open('same', { body: 'x'.repeat(65_537) }));
    expect(long).toMatchObject({ status: 422, message: expect.stringContaining('body is too long') });
  });

  it('sees conflicts and refuses to merge them', async () => {
    await pushBranch(rig, 'a', { 'README.md': '# A\n' });
    await pushBranch(rig, 'b', { 'README.md': '# B\n' });
    await open('a');
    await open('b');
    await rig.octokit.rest.pulls.merge({ ...at, pull_number: 1 });
    expect((await rig.octokit.rest.pulls.get({ ...at, pull_number: 2 })).data).toMatchObject({
      mergeable: false,
      mergeable_state: 'dirty',
    });
    expect(await refusal(rig.octokit.rest.pulls.merge({ ...at, pull_number: 2 }))).toMatchObject({ status: 405 });
  });

  it('merges, and closes the issue the body names', async () => {
    const number = rig.github.openIssue(repo, { title: 'Add a', body: '', author: 'ann' });
    await pushBranch(rig, 'a', { 'a.txt': 'a\n' });
    const pull = await open('a', { body: `Closes #${number}` });
    const { data } = await rig.octokit.rest.pulls.merge({ ...at, pull_number: pull.number, sha: pull.head.sha });
    expect((await rig.github.refs(repo))['refs/heads/main']).toBe(data.sha);
    expect(rig.github.issueState(repo, number).state).toBe('closed');
    expect(await rig.github.pullRequests(repo)).toMatchObject([{ merged: true, state: 'closed' }]);
  });

  it('closes a pull request whose branch goes away', async () => {
    await pushBranch(rig, 'a', { 'a.txt': 'a\n' });
    await open('a');
    await rig.octokit.rest.git.deleteRef({ ...at, ref: 'heads/a' });
    expect((await rig.octokit.rest.pulls.get({ ...at, pull_number: 1 })).data).toMatchObject({
      state: 'closed',
      merged: false,
    });
  });

  it('compares branches', async () => {
    await pushBranch(rig, 'feature/x', { 'a.txt': 'a\n' });
    const { data } = await rig.octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...feature/x' });
    expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, files: [{ filename: 'a.txt' }] });
  });
});
