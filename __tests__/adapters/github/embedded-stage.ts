import { execFileSync } from 'node:child_process';
import { startEmbeddedGitHub } from '../../../demo/github/index.js';
import { createGitHub } from '../../../src/adapters/github/github.js';
import type { Stage } from './github-contract.js';

const name = 'o/r';

/** A branch `work` one commit ahead of main, made in the bare repository itself. */
const addBranch = (gitDir: string): void => {
  const who = { name: 'T', email: 't@example.test' };
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { env, encoding: 'utf8' }).trim();
  const commit = git('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Work');
  git('update-ref', 'refs/heads/work', commit);
};

/** The adapter, with a job's token, against the embedded GitHub with the stage's people and issue. */
export const startEmbeddedStage = async (): Promise<Stage> => {
  let now = 1_700_000_000_000;
  const world = await startEmbeddedGitHub({ now: () => now });
  await world.createRepository({ owner: 'o', name: 'r', files: { 'a.txt': 'a\n', 'docs/b.yml': 'b: ä\n' } });
  for (const [login, role] of [
    ['ada', 'write'],
    ['mia', 'maintain'],
    ['rob', 'read'],
    ['eve', 'read'],
  ] as const) {
    world.setPermission(name, login, role);
  }
  addBranch(world.gitDir(name));
  const issue = world.openIssue(name, { title: 'A title', body: 'A body', author: 'eve' });
  const token = world.createToken({
    actor: 'github-actions[bot]',
    kind: 'actions',
    permissions: { contents: 'write', issues: 'write', 'pull-requests': 'write' },
    repositories: [name],
  });
  const { apiUrl, graphqlUrl, serverUrl } = world;
  return {
    github: createGitHub({ token, apiUrl, graphqlUrl, serverUrl, repository: name }),
    issue,
    label: (label, by) => void world.label(name, issue, label, by),
    editBody: (by, body) => void world.editIssue(name, issue, by, { body }),
    rename: (by, title) => void world.editIssue(name, issue, by, { title }),
    commentAs: (by, body) => void world.comment(name, issue, by, body),
    close: () => world.closeIssue(name, issue, 'o'),
    lock: () => world.lockIssue(name, issue, 'o'),
    startWorkflowRun: () => world.addWorkflowRun(name, { actor: 'ada' }),
    endWorkflowRun: (id) => world.setWorkflowRun(name, id, { status: 'completed', conclusion: 'success' }),
    forbidPullRequests: () => world.actionsMayOpenPullRequests(name, false),
    labels: () => world.labels(name, issue),
    reactions: () => world.reactions(name, issue).map((each) => each.content),
    comments: () => world.comments(name, issue).map((each) => each.body),
    tick: (ms) => {
      now += ms;
    },
    now: () => now,
    end: async () => {
      await world.close();
      expect(world.violations).toEqual([]);
    },
  };
};
