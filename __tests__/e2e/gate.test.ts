import { greeting } from '../support/e2e-plans.js';
import type { Ending } from '../support/e2e-ending.js';
import { runOn, tellStory } from '../support/e2e-story.js';

/** Operations of GitHub's API that were asked for, in order; the checkout of the runner aside. */
const asked = ({ github }: Ending): readonly string[] =>
  github.requests.flatMap(({ operationId }) => (operationId === null ? [] : [operationId])).filter(isApi);

/** The settings file of the default branch, which may name the label and the prefix: read for every event. */
const settings = 'repos/get-content';

const isApi = (operation: string): boolean => !operation.startsWith('git-');

const expectNothingStarted = ({ run, model, journal, pulls, branches, ledger, logs }: Ending): void => {
  expect(model.requests).toEqual([]);
  expect(journal).toEqual([]);
  expect(pulls).toEqual([]);
  expect(branches).toEqual([]);
  expect(ledger).toEqual([]);
  expect([...logs.keys()]).toEqual([]);
  expect(run.summaryMarkdown).toBe('');
};

describe('somebody without rights labels an issue', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.labelled(stage.openIssue(), 'otto')),
  );

  story.it('is refused in one comment, and nothing else is asked or done', (end) => {
    expectNothingStarted(end);
    expect(end.run).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
    expect(asked(end)).toEqual([settings, 'repos/get-collaborator-permission-level', 'issues/create-comment']);
    const { comments, labels, reactions } = end.github.issueState(end.repo, 1);
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('no write permission')]);
    expect(comments[0]?.body).toContain('otto');
    expect(labels).toEqual(['aider']);
    expect(reactions).toEqual([]);
  });
});

describe('somebody without rights writes a command', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.commented(stage.openIssue(), '/aider add a greeting', 'otto')),
  );

  story.it('is refused in one comment', (end) => {
    expectNothingStarted(end);
    expect(end.github.comments(end.repo, 1).map(({ author }) => author)).toEqual(['otto', 'github-actions[bot]']);
    expect(asked(end)).toEqual([settings, 'repos/get-collaborator-permission-level', 'issues/create-comment']);
  });
});

describe('a bot that nobody allowed labels an issue', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => {
      stage.github.createUser('renovate[bot]', { type: 'Bot' });
      return stage.labelled(stage.openIssue(), 'renovate[bot]');
    }),
  );

  story.it('is refused in the log only', (end) => {
    expectNothingStarted(end);
    expect(asked(end)).toEqual([settings]);
    expect(end.run.stdout).toContain('renovate[bot]');
    expect(end.github.comments(end.repo, 1)).toEqual([]);
  });
});

describe('commands that need no model', () => {
  const answers = {
    'help is answered with the commands': ['/aider help', '`/aider status`'],
    'status is answered where no run is known': ['/aider status', 'No run is known on issue #1.'],
    'a misspelt command is answered with what was meant': ['/aider statsu', '`/aider status`'],
    'a command this version lacks is answered with help': ['/aider retry greeting', '`retry`'],
  };
  for (const [name, [comment = '', answer = '']] of Object.entries(answers))
    describe(name, () => {
      const story = tellStory(
        { script: greeting },
        runOn((stage) => stage.commented(stage.openIssue(), comment)),
      );

      story.it('in one comment, and nothing starts', (end) => {
        expectNothingStarted(end);
        expect(end.run).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
        const ours = end.github.comments(end.repo, 1).filter(({ author }) => author !== 'mona');
        expect(ours.map(({ body }) => body)).toEqual([expect.stringContaining(answer)]);
      });
    });
});

describe('a comment that is not for us', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.commented(stage.openIssue(), 'I would not use `/aider help` here.')),
  );

  story.it('is left alone', (end) => {
    expectNothingStarted(end);
    expect(asked(end)).toEqual([settings]);
  });
});

describe('settings that are wrong in four places', () => {
  const story = tellStory(
    { script: greeting, files: { '.github/aider-orchestrator.yml': 'failure-mode: shrug\n' } },
    runOn((stage) => stage.labelled(stage.openIssue()), {
      model: '',
      'max-agents': '99',
      'max-agnets': '2',
      'api-base': 'not a url',
    }),
  );

  story.it('are all told at once, before anybody is asked anything else', (end) => {
    expectNothingStarted(end);
    expect(end.run).toMatchObject({ exitCode: 1, outputs: { status: 'failed' } });
    expect(end.run.annotations).toHaveLength(1);
    const [error] = end.run.annotations;
    expect(error?.level).toBe('error');
    for (const key of ['model', 'max-agents', 'max-agnets', 'api-base', 'failure-mode'])
      expect(error?.message).toContain(`- ${key} (`);
    expect(asked(end)).toEqual([settings]);
  });
});
