import { onAnything, refuse } from '../../demo/model/index.js';
import type { Script } from '../../demo/model/index.js';
import type { Ending } from '../support/e2e-ending.js';
import { broughtAlong, smallPlan, smallTask } from '../support/e2e-plans.js';
import type { Secrets } from '../support/e2e-stage.js';
import { runOn, tellStory } from '../support/e2e-story.js';

/** Providers show the key they refuse; ours show it whole. */
const script = ({ openAiKey, geminiKey }: Secrets): Script => ({
  name: 'dead-key',
  rules: [onAnything(refuse(401, 'invalid_api_key', `Incorrect API key provided: ${openAiKey} ${geminiKey}`))],
});

const expectNothingHalfDone = ({ run, pulls, branches, github, repo }: Ending): void => {
  expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'failed', branch: '' } });
  expect(pulls).toEqual([]);
  expect(branches).toEqual([]);
  expect(github.labels(repo, 1)).toEqual(['aider:failed']);
};

const expectOneMessageNaming = ({ run, trackingComments, github, repo }: Ending, input: string): void => {
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(input)]);
  expect(github.comments(repo, 1)).toHaveLength(1);
  expect(trackingComments(1)[0]?.body).toMatch(/❌ \*\*Failed\*\*/);
  expect(trackingComments(1)[0]?.body).toContain(input);
  expect(run.summaryMarkdown).toContain(input);
};

describe('the key of the planning model is dead', () => {
  const story = tellStory(
    { script },
    runOn((stage) => stage.labelled(stage.openIssue())),
  );

  story.it('stops at the first answer', ({ model }) => {
    expect(model.requests.map(({ protocol, status }) => [protocol, status])).toEqual([['gemini', 401]]);
  });

  story.it('leaves nothing half done', expectNothingHalfDone);

  story.it('names the input of the key, once', (end) => {
    expectOneMessageNaming(end, 'gemini-api-key');
  });
});

describe("the key of the agents' model is dead", () => {
  const plan = smallPlan(smallTask('one'), smallTask('two'), smallTask('three'), smallTask('four'));
  const { files, inputs } = broughtAlong(plan);
  const story = tellStory(
    { script, files },
    runOn((stage) => stage.labelled(stage.openIssue()), { ...inputs, 'max-agents': '2' }),
  );

  story.it('stops before a third agent starts, and refuses later requests without asking', ({ model, journal }) => {
    expect(model.requests.length).toBeGreaterThan(0);
    expect(model.requests.length).toBeLessThanOrEqual(2);
    expect(new Set(journal.flatMap((event) => (event.type === 'task-started' ? [event.task] : [])))).toEqual(
      new Set(['one', 'two']),
    );
  });

  story.it('leaves nothing half done', expectNothingHalfDone);

  story.it('names the input of the key, once', (end) => {
    expectOneMessageNaming(end, 'openai-api-key');
  });
});
