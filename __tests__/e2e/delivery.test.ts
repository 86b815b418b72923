import type { EmbeddedGitHub } from '../../demo/github/index.js';
import { broughtAlong, greeting, greetingPlan } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';

const { files, inputs } = broughtAlong(greetingPlan);

describe('GitHub does not let Actions open pull requests', () => {
  const story = tellStory(
    { script: greeting, files },
    runOn((stage) => {
      stage.github.actionsMayOpenPullRequests(stage.repo, false);
      return stage.labelled(stage.openIssue());
    }, inputs),
  );

  story.it('pushes the branch and ends red, as somebody must act', async ({ run, pulls, changedOn }) => {
    expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'partial', branch: 'aider/issue-1' } });
    expect(pulls).toEqual([]);
    expect(await changedOn('aider/issue-1')).toContain('src/greeting.js');
  });

  story.it('gives the link that opens it, and the setting that lets us', ({ trackingComments, run, github, repo }) => {
    const link = `${github.serverUrl}/${repo}/compare/main...aider/issue-1`;
    const errors = run.annotations.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    for (const text of [trackingComments(1)[0]?.body, run.summaryMarkdown, errors[0]?.message]) {
      expect(text).toContain(link);
      expect(text).toContain('Allow GitHub Actions to create and approve pull requests');
    }
  });
});

describe('reactions, labels and comments fail all the time', () => {
  const broken: readonly Parameters<EmbeddedGitHub['failOn']>[0][] = [
    'reactions/create-for-issue',
    'issues/remove-label',
    'issues/add-labels',
    'issues/create-comment',
  ];
  const story = tellStory(
    { script: greeting, files },
    runOn((stage) => {
      const event = stage.labelled(stage.openIssue());
      for (const target of broken) stage.github.failOn(target, { status: 500 });
      return event;
    }, inputs),
  );

  story.it('does not keep the pull request from being opened', ({ run, pulls }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded' } });
    expect(pulls).toMatchObject([{ draft: false, comments: [] }]);
  });

  story.it('is told as warnings that say what failed', ({ run }) => {
    const warnings = run.annotations.map(({ level, message }) => `${level} ${message}`).join('\n');
    for (const what of ['reaction', 'label', 'tracking comment'])
      expect(warnings).toMatch(new RegExp(`warning .*${what}`));
    expect(warnings).not.toContain('error ');
  });
});
