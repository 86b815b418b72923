import { renderPrd } from '../../src/core/render/prd.js';
import { eventsOf } from '../support/e2e-ending.js';
import { greeting, smallPlan, smallPrd, smallTask } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';

const inputs = { prd: 'docs/prd.md', plan: 'docs/plan.json' };
const prd = renderPrd({ ...smallPrd, title: 'Our own words' });

describe('a PRD and a plan of our own', () => {
  const plan = JSON.stringify(smallPlan(smallTask('greeting')));
  const story = tellStory(
    { script: greeting, files: { 'docs/prd.md': prd, 'docs/plan.json': plan } },
    runOn((stage) => stage.labelled(stage.openIssue()), inputs),
  );

  story.it('are used without asking a model for them', ({ run, model, journal }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', 'prd-path': 'docs/prd.md' });
    expect(model.requests.map(({ question }) => question.kind)).toEqual(['task']);
    expect(eventsOf(journal, 'prd-written')).toMatchObject([{ origin: 'file', prd: { title: 'Our own words' } }]);
    expect(eventsOf(journal, 'plan-made')).toMatchObject([{ origin: 'file' }]);
  });

  story.it('stay as they are in the branch', async ({ changedOn, run, pulls }) => {
    expect(await changedOn('aider/issue-1')).toEqual([run.outputs['summary-path'], 'src/greeting.js']);
    expect(pulls[0]?.title).toBe('Our own words');
  });
});

describe('a plan of our own with four faults', () => {
  const [task] = smallPlan(smallTask('greeting')).tasks;
  const plan = JSON.stringify({
    version: 1,
    title: 'Broken',
    tasks: [
      { ...task, dependsOn: ['nobody'] },
      { ...task, writes: ['../outside.js'] },
      { ...task, id: 'other', writes: ['.github/workflows/ci.yml'] },
    ],
  });
  const story = tellStory(
    { script: greeting, files: { 'docs/prd.md': prd, 'docs/plan.json': plan } },
    runOn((stage) => stage.labelled(stage.openIssue()), inputs),
  );

  story.it(
    'fails with every fault named, before any agent or model',
    ({ run, model, pulls, branches, trackingComments }) => {
      expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'failed' } });
      expect(model.requests).toEqual([]);
      expect([...pulls, ...branches]).toEqual([]);
      const errors = run.annotations.filter(({ level }) => level === 'error');
      expect(errors).toHaveLength(1);
      for (const text of [errors[0]?.message, trackingComments(1)[0]?.body]) {
        for (const fault of ['docs/plan.json', 'nobody', '../outside.js', '.github/workflows/ci.yml', 'greeting'])
          expect(text).toContain(fault);
      }
    },
  );
});

describe('a PRD of our own that is not there', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.labelled(stage.openIssue()), { prd: 'docs/nowhere.md' }),
  );

  story.it('fails before any model, naming the path and what to do', ({ run, model }) => {
    expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'failed' } });
    expect(model.requests).toEqual([]);
    expect(run.annotations[0]?.message).toMatch(/docs\/nowhere\.md on main; there is none[^]*Commit docs\/nowhere\.md/);
  });
});
