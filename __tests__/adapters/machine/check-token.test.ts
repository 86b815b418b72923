import { rm } from 'node:fs/promises';
import { startEmbeddedGitHub, type EmbeddedGitHub } from '../../../demo/github/index.js';
import { checkToken } from '../../../src/adapters/machine/check-token.js';
import { makeTemp } from '../../support/git-repo.js';

const repository = 'acme/service';

let github: EmbeddedGitHub;
let folder = '';
beforeAll(async () => {
  [github, folder] = await Promise.all([startEmbeddedGitHub(), makeTemp()]);
  await github.createRepository({ owner: 'acme', name: 'service', files: { 'a.txt': 'a\n' } });
  github.createUser('mona');
  github.setPermission(repository, 'mona', 'write');
});
afterAll(async () => {
  await Promise.all([github.close(), rm(folder, { recursive: true, force: true })]);
  expect(github.violations).toEqual([]);
});

const place = () => ({
  GITHUB_REPOSITORY: repository,
  GITHUB_SERVER_URL: github.serverUrl,
  GITHUB_API_URL: github.apiUrl,
  GITHUB_GRAPHQL_URL: github.graphqlUrl,
});

const everything = { contents: 'write', issues: 'write', 'pull-requests': 'write', metadata: 'read' } as const;

const tokenWith = (permissions: Partial<Record<keyof typeof everything, 'read' | 'write'>>): string =>
  github.createToken({ actor: 'mona', kind: 'app', permissions, repositories: [repository] });

const check = (token: string | undefined, needed = true) =>
  checkToken({ folder, env: { ...place(), ...(token === undefined ? {} : { GITHUB_TOKEN: token }) }, needed });

describe('the check of a token', () => {
  it('finds nothing wrong with one that may push and write, and writes nothing', async () => {
    const before = await github.refs(repository);
    expect(await check(tokenWith(everything))).toEqual([
      {
        name: 'token',
        state: 'ok',
        found: `GITHUB_TOKEN may push to ${repository}, write issues and pull requests`,
        fix: '',
      },
    ]);
    expect(await github.refs(repository)).toEqual(before);
    expect(await github.pullRequests(repository)).toEqual([]);
  });

  it.each([
    ['contents', { ...everything, contents: 'read' }],
    ['issues', { ...everything, issues: 'read' }],
    ['pull-requests', { ...everything, 'pull-requests': 'read' }],
  ] as const)('names %s where it may only be read', async (right, permissions) => {
    expect(await check(tokenWith(permissions))).toMatchObject([
      {
        state: 'wrong',
        found: `GITHUB_TOKEN may not write ${right} of ${repository}`,
        fix: expect.stringContaining(`${right}: write`) as string,
      },
    ]);
  });

  it('names all rights that are missing', async () => {
    const [finding] = await check(tokenWith({ metadata: 'read' }));
    expect(finding?.found).toBe(`GITHUB_TOKEN may not write contents, issues, pull-requests of ${repository}`);
  });

  it('knows a token that GitHub does not accept', async () => {
    expect(await check('ghp_wrong')).toMatchObject([{ state: 'wrong', found: 'GitHub does not accept GITHUB_TOKEN' }]);
  });

  it('only notes what is missing where nobody asked for GitHub', async () => {
    expect(await check(undefined, false)).toMatchObject([{ state: 'note' }]);
    expect(await check(tokenWith({ metadata: 'read' }), false)).toMatchObject([{ state: 'note' }]);
    expect(await checkToken({ folder, env: {}, needed: false })).toEqual([]);
  });

  it('needs a repository on GitHub where somebody did', async () => {
    expect(await checkToken({ folder, env: {}, needed: true })).toMatchObject([
      { state: 'wrong', found: expect.stringContaining('there is no such remote') as string },
    ]);
  });
});
