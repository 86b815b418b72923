import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findLeftovers, type Leftover } from '../../demo/runner/leftovers.js';
import type { ActionRun } from '../../demo/runner/index.js';
import { after, broughtAlong, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
import { openStage, type Stage } from '../support/e2e-stage.js';
import { tellStory } from '../support/e2e-story.js';

const plan = smallPlan(
  smallTask('first'),
  smallTask('second', { dependsOn: after('first') }),
  smallTask('third', { dependsOn: after('first') }),
  smallTask('fourth', { dependsOn: after('second') }),
);

const { files, inputs } = broughtAlong(plan);

describe('a run is cancelled while two agents wait for their answers', () => {
  let toldAfterMs = Infinity;
  let endedAfterMs = Infinity;
  const story = tellStory({ script: smallScript(plan), files }, async (stage) => {
    const { github, model, repo } = stage;
    const hold = model.hold(({ task }) => task === 'second' || task === 'third');
    const running = await stage.start(stage.labelled(stage.openIssue()), inputs);
    await hold.arrived(2);
    const at = Date.now();
    running.cancel();
    const saysSo = (): boolean => github.comments(repo, 1).some(({ body }) => body.includes('🚫 **Cancelled**'));
    await github.waitFor(saysSo, { timeoutMs: 20_000, what: 'the comment to say that the run was cancelled' });
    toldAfterMs = Date.now() - at;
    const run = await running.ended;
    endedAfterMs = Date.now() - at;
    return run;
  });

  story.it('is told within 5 s of the signal', () => {
    expect(toldAfterMs).toBeLessThan(5000);
  });

  story.it('ends by itself, with 1, before the platform would kill it', ({ run }) => {
    expect(endedAfterMs).toBeLessThan(7500);
    expect(run).toMatchObject({ exitCode: 1, endedBy: null, outputs: { status: 'cancelled' } });
  });

  story.it('keeps what had landed on the branch and opens no pull request', async ({ run, pulls, changedOn }) => {
    expect(pulls).toEqual([]);
    expect(run.outputs['branch']).toBe('aider/issue-1');
    expect(await changedOn('aider/issue-1')).toContain('src/first.js');
    expect(await changedOn('aider/issue-1')).not.toContain('src/second.js');
  });

  story.it('tells apart what landed from what was stopped', ({ summary, github, repo, trackingComments }) => {
    expect(summary?.tasks.map(({ id, status }) => [id, status])).toEqual([
      ['first', 'landed'],
      ['second', 'cancelled'],
      ['third', 'cancelled'],
      ['fourth', 'cancelled'],
    ]);
    expect(github.labels(repo, 1)).toEqual(['aider:failed']);
    expect(trackingComments(1)).toHaveLength(1);
  });
});

describe('a run is ended with SIGTERM, by whoever runs the machine', () => {
  let toldAfterMs = Infinity;
  const story = tellStory({ script: smallScript(plan), files }, async (stage) => {
    const { github, model, repo } = stage;
    const hold = model.hold(({ task }) => task === 'second' || task === 'third');
    const running = await stage.start(stage.labelled(stage.openIssue()), inputs);
    await hold.arrived(2);
    const at = Date.now();
    running.kill('SIGTERM');
    const saysSo = (): boolean => github.comments(repo, 1).some(({ body }) => body.includes('🚫 **Cancelled**'));
    await github.waitFor(saysSo, { timeoutMs: 20_000, what: 'the comment to say that the run was cancelled' });
    toldAfterMs = Date.now() - at;
    return running.ended;
  });

  story.it('is told within 5 s of the signal, and what had landed is kept', async ({ run, changedOn }) => {
    expect(toldAfterMs).toBeLessThan(5000);
    expect(run).toMatchObject({
      exitCode: 1,
      endedBy: null,
      outputs: { status: 'cancelled', branch: 'aider/issue-1' },
    });
    expect(await changedOn('aider/issue-1')).toContain('src/first.js');
  });
});

describe('a run is killed with SIGKILL while two agents are at work outside of a sandbox', () => {
  let killed: ActionRun | undefined;
  let atWork: readonly Leftover[] = [];
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await openStage({ script: smallScript(plan), files });
    const hold = stage.model.hold(({ task }) => task === 'second' || task === 'third');
    const plain = { ...inputs, isolation: 'none', 'agent-start': 'plain' };
    const running = await stage.start(stage.labelled(stage.openIssue()), plain);
    await hold.arrived(2);
    const machine = join(await readlink(`/proc/${running.pid}/cwd`), '../../..');
    atWork = (await findLeftovers(machine)).filter(({ pid }) => pid !== running.pid);
    running.kill('SIGKILL');
    killed = await running.ended;
  }, 180_000);
  afterAll(async () => {
    await killed?.dispose();
    await stage?.close();
  });

  it('has its agents ended and its folder removed by the post step', async () => {
    expect(atWork.length).toBeGreaterThan(0);
    expect(killed).toMatchObject({ exitCode: null, endedBy: 'SIGKILL', leftovers: [], post: { exitCode: 0 } });
    expect(await readdir(join(killed?.temp ?? '', 'aider-orchestrator')).catch(() => [])).toEqual([]);
  });

  it('is told as cancelled by the post step, in its own comment, with what had landed', () => {
    const { github, repo } = stage ?? {};
    const [comment, ...more] = (github?.comments(repo ?? '', 1) ?? []).filter(({ body }) => body.includes('Cancelled'));
    expect(more).toEqual([]);
    expect(comment?.body).toContain('1 of 4 tasks landed');
    expect(github?.labels(repo ?? '', 1)).toEqual(['aider:failed']);
  });
});
