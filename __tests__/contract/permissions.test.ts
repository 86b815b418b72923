import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Octokit } from '@octokit/rest';
import { at, pushBranch, refusal, repo, type Rig, startRig } from '../demo/github/support.js';

/*
 * The permissions the workflow gives a run, held against the embedded GitHub in a private repository: with all of them
 * each kind of thing a run does is done, and without any one of them something is refused.
 */

type Permissions = Readonly<Record<string, 'read' | 'write'>>;

const { jobs } = parse(
  readFileSync(fileURLToPath(new URL('../../.github/workflows/aider.yml', import.meta.url)), 'utf8'),
) as {
  jobs: { run: { permissions: Permissions } };
};
const given = jobs.run.permissions;

const lowered = (scope: string): Permissions =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, level]) => {
      if (name !== scope) return [[name, level]];
      return level === 'write' ? [[name, 'read' as const]] : [];
    }),
  );

let rig: Rig;
let workflowRun: number;
beforeEach(async () => {
  rig = await startRig({ private: true });
  rig.github.openIssue(repo, { title: 'Add tax', body: '', author: 'ann' });
  workflowRun = rig.github.addWorkflowRun(repo, { actor: 'ann' });
  await pushBranch(rig, 'work', { 'a.txt': 'a\n' });
});
afterEach(() => rig.close());

const acts: Readonly<Record<string, (octokit: Octokit) => Promise<unknown>>> = {
  issues: (octokit) => octokit.rest.reactions.createForIssue({ ...at, issue_number: 1, content: 'eyes' }),
  'pull-requests': (octokit) => octokit.rest.pulls.create({ ...at, head: 'work', base: 'main', title: 'X' }),
  actions: (octokit) => octokit.rest.actions.getWorkflowRun({ ...at, run_id: workflowRun }),
};

describe('the permissions of the job that runs', () => {
  it('are those whose need is shown here', () => {
    expect(Object.keys(given).toSorted()).toEqual(['contents', ...Object.keys(acts)].toSorted());
  });

  it.each(Object.entries(acts))('are enough and not too much for %s', async (scope, act) => {
    await act(rig.octokitFor({ permissions: given }));
    expect(await refusal(act(rig.octokitFor({ permissions: lowered(scope) })))).toMatchObject({ status: 403 });
  });

  it('are enough and not too much for contents', async () => {
    const push = async (branch: string, permissions: Permissions) => {
      const token = rig.github.createToken({
        actor: 'github-actions[bot]',
        kind: 'actions',
        permissions,
        repositories: [repo],
      });
      return (await pushBranch(rig, branch, { 'b.txt': 'b\n' }, token)).pushed.exitCode === 0;
    };
    expect([await push('one', given), await push('two', lowered('contents'))]).toEqual([true, false]);
  });
});
