import { after, broughtAlong, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
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
