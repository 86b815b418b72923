import type { EmbeddedGitHub } from '../../demo/github/index.js';
import { broughtAlong, fileOf, greeting, greetingPlan } from '../support/e2e-plans.js';
import { openStage, type Stage } from '../support/e2e-stage.js';
import { runOn, tellStory } from '../support/e2e-story.js';
import { files, inputs, issueBody, issueTitle, script, vectors } from './bundle/hostile-request.js';
import { strangers } from './bundle/strangers.js';

const brought = broughtAlong(greetingPlan);

/** Everything a run asks of GitHub beside its git. */
const asides: readonly Parameters<EmbeddedGitHub['failOn']>[0][] = [
  ...['reactions/create-for-issue', 'issues/remove-label', 'issues/add-labels', 'issues/create-comment'],
  ...['issues/list-comments', 'issues/update-comment', 'pulls/list', 'pulls/create', 'pulls/update'],
];

describe('hostile corpus: whole runs of the bundle (dist/index.js)', () => {
  describe('a request, a repository, a model, an agent and a test that all lie', () => {
    const story = tellStory(
      { script, files },
      runOn((stage) => stage.labelled(stage.openIssue(issueTitle, issueBody)), inputs),
    );
    for (const { id, holds } of vectors) story.it(id, holds);
  });

  describe('who may not start a run', () => {
    let stage: Stage | undefined;
    beforeEach(async () => {
      stage = await openStage({ script: greeting });
    });
    afterEach(() => stage?.close());

    it.each(strangers)(
      '$id',
      async ({ event, inputs: given }) => {
        if (stage === undefined) throw new Error('there is no stage');
        const { ended } = await stage.start(event(stage), given ?? {});
        const run = await ended;
        await run.dispose();
        expect(stage.model.requests).toEqual([]);
        expect(run.outputs['status'] ?? 'skipped').toMatch(/^(skipped|failed)$/);
        expect(Object.keys(await stage.github.refs(stage.repo))).toEqual(['refs/heads/main']);
        expect(await stage.github.pullRequests(stage.repo)).toEqual([]);
      },
      60_000,
    );
  });

  describe('GitHub that forbids everything but the branch', () => {
    const story = tellStory(
      { script: greeting, files: brought.files },
      runOn((stage) => {
        const event = stage.labelled(stage.openIssue());
        for (const target of asides) stage.github.failOn(target, { status: 403, body: { message: 'Forbidden' } });
        return event;
      }, brought.inputs),
    );

    story.it('does not lose the branch', async ({ run, changedOn }) => {
      expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'partial', branch: 'aider/issue-1' } });
      expect(await changedOn('aider/issue-1')).toContain(fileOf('greeting'));
    });

    story.it('is told where it still can be: in the log and the summary', ({ run }) => {
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(run.summaryMarkdown).toContain('aider/issue-1');
    });
  });

  describe('GitHub that stumbles at every push and every list', () => {
    const story = tellStory(
      { script: greeting, files: brought.files },
      runOn((stage) => {
        const event = stage.labelled(stage.openIssue());
        for (const target of ['git-receive-pack', 'pulls/list', 'pulls/create'])
          stage.github.failOn(target, { status: 502, body: 'Bad gateway', times: 1 });
        return event;
      }, brought.inputs),
    );

    story.it('is asked again', async ({ run, pulls, changedOn }) => {
      expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded', branch: 'aider/issue-1' } });
      expect(pulls).toMatchObject([{ draft: false }]);
      expect(await changedOn('aider/issue-1')).toContain(fileOf('greeting'));
    });
  });
});
