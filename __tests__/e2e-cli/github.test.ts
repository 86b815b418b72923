import { join } from 'node:path';
import { startEmbeddedGitHub, type EmbeddedGitHub } from '../../demo/github/index.js';
import { readSample } from '../demo/scenarios/final-tree.js';
import { runGit } from '../support/git-repo.js';
import { commandTimeoutMs, models, openCliStage, type CliStage, type Ended } from './cli-stage.js';

const repository = 'acme/users-service';

describe('aider-orchestrator run --github --issue', () => {
  let stage: CliStage;
  let github: EmbeddedGitHub;
  let clone = '';
  let issue = 0;
  let ended: Ended;

  beforeAll(async () => {
    [stage, github] = await Promise.all([openCliStage(), startEmbeddedGitHub()]);
    github.createUser('mona');
    await github.createRepository({
      owner: 'acme',
      name: 'users-service',
      files: Object.fromEntries(await readSample()),
    });
    github.setPermission(repository, 'mona', 'write');
    issue = github.openIssue(repository, { title: 'Greet people', body: 'Please.', author: 'mona' });
    clone = join(stage.root, 'clone');
    await runGit(stage.root, 'clone', '-q', github.gitDir(repository), clone);
    ended = await stage.cli(['run', '--github', '--issue', String(issue), ...models], { cwd: clone, env: place() });
  }, commandTimeoutMs);
  afterAll(async () => {
    await Promise.all([stage.close(), github.close()]);
  });

  const place = () => ({
    GITHUB_REPOSITORY: repository,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_TOKEN: token(),
  });
  const token = (): string =>
    github.createToken({
      actor: 'mona',
      kind: 'pat',
      permissions: { contents: 'write', issues: 'write', 'pull-requests': 'write', metadata: 'read' },
      repositories: [repository],
    });

  it('opens a pull request for the issue and says where', async () => {
    const [pull] = await github.pullRequests(repository);
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(pull).toMatchObject({ head: `aider/issue-${String(issue)}`, base: 'main', draft: false });
    expect(pull?.body).toContain(`Closes #${String(issue)}`);
    expect(ended.stdout).toContain(`PR       ${pull?.url ?? 'nowhere'}`);
  });

  it('keeps a tracking comment on the issue and a summary on the pull request', async () => {
    expect(github.comments(repository, issue).at(-1)?.body).toContain('**Succeeded**');
    expect((await github.pullRequests(repository))[0]?.comments).toHaveLength(1);
  });

  it('leaves the clone it was started in alone', async () => {
    expect(await runGit(clone, 'status', '--porcelain')).toBe('');
    expect(await runGit(clone, 'for-each-ref', '--format=%(refname:short)', 'refs/heads')).toBe('main');
  });

  it('asks GitHub only for what GitHub knows', () => {
    expect(github.violations).toEqual([]);
  });

  it(
    'names an issue there is not',
    async () => {
      const { exitCode, stderr } = await stage.cli(['run', '--issue', '99', ...models], { cwd: clone, env: place() });
      expect(exitCode).toBe(2);
      expect(stderr).toBe(
        '--issue: there is no issue #99 in this repository.\n→ Give the number of an issue that exists.',
      );
    },
    commandTimeoutMs,
  );
});
