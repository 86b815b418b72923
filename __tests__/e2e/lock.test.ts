import { join } from 'node:path';
import { openLedger } from '../../src/adapters/git/ledger/open-ledger.js';
import { broughtAlong, greeting, greetingPlan } from '../support/e2e-plans.js';
import type { Stage } from '../support/e2e-stage.js';
import { runOn, tellStory } from '../support/e2e-story.js';
import { makeTemp, stillClock } from '../support/git-repo.js';

const { files, inputs } = broughtAlong(greetingPlan);
const bot = 'github-actions[bot]';

const locks = async ({ github, repo }: Stage): Promise<readonly string[]> =>
  Object.keys(await github.refs(repo)).filter((ref) => ref.startsWith('refs/aider/locks/'));

describe('a second run is started on an issue while the first is at work', () => {
  const seen = { during: [] as readonly string[], outputs: {}, summary: '' };
  const story = tellStory({ script: greeting, files }, async (stage) => {
    const hold = stage.model.hold(({ task }) => task === 'greeting');
    const issue = stage.openIssue();
    const first = await stage.start(stage.labelled(issue), inputs);
    await hold.arrived(1);
    seen.during = await locks(stage);
    const second = await (await stage.start(stage.commented(issue, '/aider and be quick'), inputs)).ended;
    Object.assign(seen, { outputs: second.outputs, summary: second.summaryMarkdown });
    await second.dispose();
    hold.release();
    return first.ended;
  });

  story.it('does its work in the first', ({ run, pulls }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded' } });
    expect(pulls).toHaveLength(1);
  });

  story.it('skips in the second, which says so on the issue and in its summary', ({ github, repo, run }) => {
    expect(seen.outputs).toEqual({ status: 'skipped' });
    expect(seen.summary).toContain('is at work on #1');
    const ours = github.comments(repo, 1).filter(({ author }) => author === bot);
    expect(ours.map(({ body }) => body).filter((body) => body.includes('Skipped'))).toEqual([
      expect.stringMatching(/run \[\d+-1\]\(.*\/actions\/runs\/\d+\) is at work on #1/),
    ]);
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });

  story.it('holds a lock while the first is at work, and none afterwards', async (end) => {
    expect(seen.during).toEqual(['refs/aider/locks/issue-1']);
    expect(await locks(end)).toEqual([]);
  });
});

describe('a run is killed and another is started', () => {
  const seen = { afterKill: [] as readonly string[] };
  const story = tellStory({ script: greeting, files }, async (stage) => {
    const hold = stage.model.hold(({ task }) => task === 'greeting');
    const issue = stage.openIssue();
    const first = await stage.start(stage.labelled(issue), inputs);
    await hold.arrived(1);
    first.kill('SIGKILL');
    const killed = await first.ended;
    seen.afterKill = await locks(stage);
    await killed.dispose();
    hold.release();
    return (await stage.start(stage.labelled(issue), inputs)).ended;
  });

  story.it('finds the issue released by the post step', ({ run }) => {
    expect(seen.afterKill).toEqual([]);
    expect(run.outputs).toMatchObject({ status: 'succeeded' });
  });

  story.it('goes on in the tracking comment of the first', ({ trackingComments }) => {
    expect(trackingComments(1)).toHaveLength(1);
    expect(trackingComments(1)[0]?.body).toContain('Succeeded');
  });
});

describe('a lock whose run is over', () => {
  const lockFor = async ({ github, repo, secrets }: Stage, issue: number): Promise<void> => {
    const id = github.addWorkflowRun(repo, { actor: 'mona', status: 'completed', conclusion: 'cancelled' });
    const folder = join(await makeTemp(), 'records');
    const source = {
      kind: 'remote',
      remoteUrl: `${github.serverUrl}/${repo}.git`,
      token: () => secrets.token,
    } as const;
    const identity = { name: bot, email: 'bot@example.com' };
    const ledger = await openLedger({ source, baseBranch: 'main', folder, identity, clock: stillClock });
    const holder = { runId: `${id}-1`, workflow: { id, attempt: 1 }, until: Date.now() + 3_600_000 };
    expect(await ledger.locks.take(issue, holder, null)).toBeDefined();
    await ledger.close();
  };

  const story = tellStory({ script: greeting, files }, async (stage) => {
    const issue = stage.openIssue();
    await lockFor(stage, issue);
    return runOn((on) => on.labelled(issue), inputs)(stage);
  });

  story.it('is taken over', async (end) => {
    expect(end.run.outputs).toMatchObject({ status: 'succeeded' });
    expect(await locks(end)).toEqual([]);
  });
});
