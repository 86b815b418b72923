import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGitHub } from '../../../src/adapters/github/github.js';
import type { Limits } from '../../../src/adapters/github/client.js';
import type { GitHub } from '../../../src/ports/github.js';

/** One answer of the server, in order; the last is given for ever. */
type Answer = RequestListener;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const never: Answer = () => {};
const halfABody: Answer = (_, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).write('{"permis');
const permission = json(200, { permission: 'write' });
const unavailable = json(503, { message: 'Unavailable' });

describe('the limits of a request to GitHub', () => {
  let server: Server | undefined;
  let asked = 0;

  afterEach(async () => {
    const running = server;
    running?.closeAllConnections();
    await new Promise((done) => (running ? running.close(done) : done(undefined)));
  });

  const connect = async (answers: readonly Answer[], limits: Partial<Limits> = {}): Promise<GitHub> => {
    asked = 0;
    server = createServer((request, response) => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? never;
      asked += 1;
      answer(request, response);
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return createGitHub({
      token: 't',
      repository: 'o/r',
      apiUrl: url,
      graphqlUrl: `${url}/graphql`,
      serverUrl: url,
      limits: { tries: 3, tryMs: 5000, totalMs: 5000, secondMs: 1, ...limits },
    });
  };

  it('tries three times and takes the third answer', async () => {
    const github = await connect([unavailable, unavailable, permission]);
    expect(await github.permissionOf('ada')).toBe('write');
    expect(asked).toBe(3);
  });

  it('names the operation and the answer after the third', async () => {
    const github = await connect([unavailable]);
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: 503 Unavailable');
    expect(asked).toBe(3);
  });

  it('gives a try up and tries again', async () => {
    const github = await connect([never, permission], { tryMs: 50 });
    expect(await github.permissionOf('ada')).toBe('write');
  });

  it('takes a body that never ends for no answer', async () => {
    const github = await connect([halfABody], { tryMs: 50 });
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: ');
    expect(asked).toBe(3);
  });

  it('gives up after its whole time, whatever is left to try', async () => {
    const github = await connect([never], { totalMs: 60 });
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: no answer within 0.06 s');
    expect(asked).toBe(1);
  });

  it('tries once where the answer is a refusal', async () => {
    const github = await connect([json(401, { message: 'Bad credentials' })]);
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: 401 Bad credentials');
    expect(asked).toBe(1);
  });

  it.each<[string, Answer]>([
    ['a 429 with retry-after', json(429, { message: 'Slow down' }, { 'retry-after': '2' })],
    ['a 403 with retry-after', json(403, { message: 'Abuse' }, { 'retry-after': '2' })],
    ['a secondary limit', json(403, { message: 'You have exceeded a secondary rate limit' }, { 'retry-after': '2' })],
    [
      'a used up limit',
      json(403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }),
    ],
  ])('waits for %s and asks again', async (_, limit) => {
    const github = await connect([limit, permission]);
    expect(await github.permissionOf('ada')).toBe('write');
    expect(asked).toBe(2);
  });

  it('does not wait for a limit that ends after its own time', async () => {
    const github = await connect([json(429, { message: 'Slow down' }, { 'retry-after': '6000' }), permission]);
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: 429 Slow down');
    expect(asked).toBe(1);
  });

  it('tries three times at most at a limit', async () => {
    const github = await connect([json(429, { message: 'Slow down' }, { 'retry-after': '1' })]);
    await expect(github.permissionOf('ada')).rejects.toThrow('429');
    expect(asked).toBe(3);
  });

  it('rejects where the server is not there', async () => {
    const github = await connect([permission]);
    await new Promise((done) => server?.close(done));
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission: ');
  });

  it.each([{}, { permission: 'owner' }, [], 'write'])('takes %j for no permission', async (body) => {
    const github = await connect([json(200, body)]);
    await expect(github.permissionOf('ada')).rejects.toThrow('read the permission');
  });

  it.each<[string, unknown]>([
    ['errors', { data: null, errors: [{ message: 'Something is wrong' }] }],
    ['another shape', { data: { repository: null } }],
    [
      'too many edits',
      { data: { repository: { issueOrPullRequest: { userContentEdits: { totalCount: 101, nodes: [] } } } } },
    ],
  ])('rejects GraphQL that comes with %s', async (_, body) => {
    const github = await connect([
      (request, response) => (request.method === 'POST' ? json(200, body) : json(200, []))(request, response),
    ]);
    await expect(github.textEdits(1)).rejects.toThrow('read edits of the body');
  });

  it("gives a bot's edit its REST name, and one by nobody an empty one", async () => {
    const nodes = [
      { editedAt: '2026-01-02T00:00:00Z', editor: { __typename: 'Bot', login: 'renovate' } },
      { editedAt: '2026-01-01T00:00:00Z', editor: null },
    ];
    const body = { data: { repository: { issueOrPullRequest: { userContentEdits: { totalCount: 2, nodes } } } } };
    const github = await connect([
      (request, response) => (request.method === 'POST' ? json(200, body) : json(200, []))(request, response),
    ]);
    expect((await github.textEdits(1)).map((edit) => edit.login)).toEqual(['', 'renovate[bot]']);
  });

  it('commits under the account of a personal token, at an address of its server', async () => {
    const github = await connect([json(200, { login: 'ada', id: 7 })]);
    expect(await github.identity()).toEqual({ login: 'ada', name: 'ada', email: '7+ada@users.noreply.127.0.0.1' });
  });

  it('opens a pull request that is no draft where there are no drafts', async () => {
    const pull = { number: 3, html_url: 'u', draft: false, state: 'open', head: { ref: 'b' } };
    const github = await connect([
      json(422, { message: 'Draft pull requests are not supported in this repository.' }),
      json(201, pull),
    ]);
    expect(await github.openPullRequest({ head: 'b', base: 'main', title: 't', body: '', draft: true })).toEqual({
      kind: 'opened',
      pullRequest: { number: 3, url: 'u', draft: false, state: 'open', head: 'b' },
    });
  });
});
