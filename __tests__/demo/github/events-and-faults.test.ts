import { at, pushBranch, refusal, repo, type Rig, startRig } from './support.js';

const refusalOf = async (call: Promise<unknown>): Promise<string> =>
  await call.then(
    () => 'answered',
    (error: unknown) => String(error),
  );

describe('events, GraphQL and faults of the embedded GitHub', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.close();
    expect(rig.github.violations).toEqual([]);
  });

  const openIssue = (): number => rig.github.openIssue(repo, { title: 'Add tax', body: 'Please.', author: 'bob' });

  it('makes the payloads a runner would get', () => {
    const number = openIssue();
    expect(rig.github.label(repo, number, 'aider', 'ann')).toMatchObject({
      action: 'labeled',
      label: { name: 'aider' },
      issue: { number, title: 'Add tax', labels: [{ name: 'aider' }] },
      repository: { full_name: repo, default_branch: 'main' },
      sender: { login: 'ann', type: 'User' },
    });
    expect(rig.github.comment(repo, number, 'bob', '/aider')).toMatchObject({
      action: 'created',
      comment: { body: '/aider', user: { login: 'bob' } },
      sender: { login: 'bob' },
    });
    expect(rig.github.dispatchPayload(repo, 'ann', { change: 'x' })).toMatchObject({ inputs: { change: 'x' } });
    expect(rig.github.schedulePayload(repo, '0 3 * * *')).toEqual({ schedule: '0 3 * * *' });
  });

  it('tells over GraphQL who edited a text and when', async () => {
    const number = openIssue();
    rig.pass(60_000);
    rig.github.editIssue(repo, number, 'bob', { title: 'Add taxes', body: 'Now!' });
    const query = `query ($n: Int!) { repository(owner: "octo", name: "shop") { issue(number: $n) {
      title body lastEditedAt editor { login }
      userContentEdits(first: 10) { nodes { editedAt editor { login } } } } } }`;
    const answer = await rig.octokit.graphql(query, { n: number });
    expect(answer).toEqual({
      repository: {
        issue: {
          title: 'Add taxes',
          body: 'Now!',
          lastEditedAt: '2026-01-01T00:01:00Z',
          editor: { login: 'bob' },
          userContentEdits: {
            nodes: [
              { editedAt: '2026-01-01T00:01:00Z', editor: { login: 'bob' } },
              { editedAt: '2026-01-01T00:00:00Z', editor: { login: 'bob' } },
            ],
          },
        },
      },
    });
    const { data: events } = await rig.octokit.rest.issues.listEvents({ ...at, issue_number: number });
    expect(events).toMatchObject([{ event: 'renamed', rename: { from: 'Add tax', to: 'Add taxes' } }]);
  });

  it('refuses GraphQL it does not serve with a clear error', async () => {
    await expect(
      rig.octokit.graphql('{ repository(owner: "octo", name: "shop") { stargazers { x } } }'),
    ).rejects.toThrow(/Cannot query field "stargazers"/);
  });

  it('converts pull requests to draft and back over GraphQL', async () => {
    await pushBranch(rig, 'a', { 'a.txt': 'a\n' });
    const { data } = await rig.octokit.rest.pulls.create({ ...at, head: 'a', base: 'main', title: 'A' });
    const mutate = async (name: string) =>
      await rig.octokit.graphql(
        `mutation ($id: ID!) { ${name}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
        {
          id: data.node_id,
        },
      );
    expect(await mutate('convertPullRequestToDraft')).toMatchObject({
      convertPullRequestToDraft: { pullRequest: { isDraft: true } },
    });
    await mutate('markPullRequestReadyForReview');
    expect(await rig.github.pullRequests(repo)).toMatchObject([{ draft: false }]);
  });

  it('breaks an operation as often as told, then serves it again', async () => {
    const issue_number = openIssue();
    rig.github.failOn('issues/create-comment', { status: 502, times: 1 });
    const create = async () => await rig.octokit.rest.issues.createComment({ ...at, issue_number, body: 'hi' });
    expect(await refusal(create())).toMatchObject({ status: 502 });
    expect((await create()).status).toBe(201);
    expect(rig.github.comments(repo, issue_number)).toHaveLength(1);
    expect(rig.github.requests.map(({ operationId, status }) => [operationId, status])).toEqual([
      ['issues/create-comment', 502],
      ['issues/create-comment', 201],
    ]);
  });

  it('can lose the answer of a deed that was done', async () => {
    const issue_number = openIssue();
    rig.github.failOn('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { status: 500, afterEffect: true });
    expect(await refusal(rig.octokit.rest.issues.createComment({ ...at, issue_number, body: 'hi' }))).toMatchObject({
      status: 500,
    });
    expect(rig.github.comments(repo, issue_number)).toHaveLength(1);
  });

  it('hangs until the client goes away, and logs that it got no answer', async () => {
    rig.github.failOn('repos/get', { hang: true });
    const stop = new AbortController();
    const cut = refusalOf(rig.octokit.rest.repos.get({ ...at, request: { signal: stop.signal } }));
    await rig.github.waitFor(() => rig.github.held().length === 1);
    stop.abort();
    expect(await cut).not.toBe('answered');
    expect(await rig.github.waitFor(() => rig.github.requests.at(-1))).toMatchObject({
      operationId: 'repos/get',
      status: 0,
    });
  });

  it('holds a request and lets it through when the faults are cleared', async () => {
    rig.github.failOn('repos/get', { hang: true });
    const asked = rig.octokit.rest.repos.get(at);
    expect(await rig.github.waitFor(() => rig.github.held()[0])).toBe('repos/get');
    rig.github.clearFaults();
    expect((await asked).status).toBe(200);
  });

  it('breaks git, and knows no faults on what it does not serve', async () => {
    rig.github.failOn('git-receive-pack', { status: 503 });
    const { pushed } = await pushBranch(rig, 'a', { 'a.txt': 'a\n' });
    expect(pushed.stderr).toContain('503');
    expect(() => rig.github.failOn('issues/create-coment', { status: 500 })).toThrow(
      /no operation issues\/create-coment/,
    );
  });

  it('waits for what is yet to happen and gives up when told', async () => {
    const number = openIssue();
    const waiting = rig.github.waitFor(() => rig.github.comments(repo, number).find(({ body }) => body === 'done'));
    rig.github.comment(repo, number, 'ann', 'not yet');
    rig.github.comment(repo, number, 'ann', 'done');
    expect(await waiting).toMatchObject({ body: 'done' });
    await expect(rig.github.waitFor(() => false, { timeoutMs: 20, what: 'nothing' })).rejects.toThrow(
      /20 ms for nothing/,
    );
  });
});
