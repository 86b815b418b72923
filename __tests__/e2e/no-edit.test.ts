import { onTask, text } from '../../demo/model/index.js';
import { eventsOf } from '../support/e2e-ending.js';
import { after, broughtAlong, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';

const shy = onTask('shy', text('I would rather talk it over first.'));

describe('an agent that never edits, beside one that does', () => {
  const plan = smallPlan(
    smallTask('shy', { maxAttempts: 1 }),
    smallTask('bold'),
    smallTask('after', { dependsOn: after('shy') }),
  );
  const story = tellStory(
    { script: smallScript(plan, shy) },
    runOn((stage) => stage.labelled(stage.openIssue())),
  );

  story.it('is asked twice, then given up with its dependants', ({ journal, summary, model }) => {
    expect(
      eventsOf(journal, 'iteration-ended')
        .filter(({ task }) => task === 'shy')
        .map(({ outcome }) => outcome),
    ).toEqual(['no-change', 'no-change']);
    expect(summary?.tasks.map(({ id, status }) => [id, status])).toEqual([
      ['shy', 'failed'],
      ['bold', 'landed'],
      ['after', 'skipped'],
    ]);
    expect(eventsOf(journal, 'task-skipped')).toMatchObject([{ task: 'after', because: 'shy' }]);
    expect(model.requests.filter(({ question }) => question.task === 'after')).toEqual([]);
  });

  story.it('leaves a draft that closes nothing', ({ run, pulls, github, repo }) => {
    expect(run).toMatchObject({
      exitCode: 0,
      outputs: { status: 'partial', 'tasks-succeeded': '1', 'tasks-failed': '2' },
    });
    expect(pulls).toMatchObject([{ draft: true }]);
    expect(pulls[0]?.body).toContain('For #1');
    expect(pulls[0]?.body).not.toContain('Closes');
    expect(github.labels(repo, 1)).toEqual(['aider:failed']);
    expect(run.annotations).toMatchObject([{ level: 'warning' }]);
  });

  story.it(
    'is told with evidence and advice, in the comment and on the pull request',
    ({ trackingComments, pulls }) => {
      for (const body of [trackingComments(1)[0]?.body, pulls[0]?.body, pulls[0]?.comments[0]?.body]) {
        expect(body).toContain('1 attempt and 2 iterations');
        expect(body).toContain('The answer held no edit');
        expect(body).toMatch(/What you can do:.*set a stronger/);
        expect(body).toMatch(/⏭️.*`after`.*shy/);
      }
    },
  );
});

describe('a run whose only agent never edits', () => {
  const plan = smallPlan(smallTask('shy', { maxAttempts: 1 }));
  const { files, inputs } = broughtAlong(plan);
  const story = tellStory(
    { script: smallScript(plan, shy), files },
    runOn((stage) => stage.labelled(stage.openIssue()), inputs),
  );

  story.it(
    'fails without a branch or a pull request, and says why',
    ({ run, pulls, branches, trackingComments, github, repo }) => {
      expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'failed', branch: '', 'pull-request-url': '' } });
      expect(pulls).toEqual([]);
      expect(branches).toEqual([]);
      expect(trackingComments(1)[0]?.body).toMatch(/❌ \*\*Failed\*\*: 0 of 1 task landed/);
      expect(trackingComments(1)[0]?.body).toContain('The answer held no edit');
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(github.labels(repo, 1)).toEqual(['aider:failed']);
    },
  );
});
