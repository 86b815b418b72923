import { trouble } from '../../demo/scenarios/index.js';
import { eventsOf } from '../support/e2e-ending.js';
import { runOn, tellStory } from '../support/e2e-story.js';

const branch = 'aider/issue-1';

describe('a run with three troubles', () => {
  const story = tellStory(
    { script: trouble.script },
    runOn((stage) => stage.labelled(stage.openIssue(trouble.issue.title, trouble.issue.body)), trouble.inputs),
  );

  story.it('delivers everything all the same', async ({ run, pulls, changedOn, runNodeOn }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', 'tasks-succeeded': '5', iterations: '8' });
    expect(pulls).toMatchObject([{ draft: false, mergeable: true }]);
    const changed = (await changedOn(branch)).filter((path) => !/^docs\/prd\/|^\.aider_logs\//.test(path));
    expect(changed).toEqual(trouble.expected.changed);
    const { exitCode, output } = await runNodeOn(branch, '--test');
    expect(output).toContain(`pass ${String(trouble.expected.tests)}`);
    expect(exitCode).toBe(0);
  });

  story.it('repairs a failing first iteration with the failing output in the second message', ({ journal, model }) => {
    const ended = eventsOf(journal, 'iteration-ended').filter(({ task }) => task === 'search-users');
    expect(ended.map(({ attempt, iteration, outcome }) => [attempt, iteration, outcome])).toEqual([
      [1, 1, 'validation-failed'],
      [1, 2, 'changed'],
    ]);
    const second = model.requests.filter(({ question }) => question.task === 'search-users')[1];
    expect(second?.question.text).toContain('node --test test/search-users.test.js');
    expect(second?.question.text).toMatch(/AssertionError|not ok|✖/);
    expect(second?.question.files.has('src/users/search-users.js')).toBe(true);
  });

  story.it('asks again, more sharply, an agent that answered without an edit', ({ journal, model }) => {
    const ended = eventsOf(journal, 'iteration-ended').filter(({ task }) => task === 'listing-guide');
    expect(ended.map(({ attempt, iteration, outcome }) => [attempt, iteration, outcome])).toEqual([
      [1, 1, 'no-change'],
      [1, 2, 'changed'],
    ]);
    const [first, second] = model.requests.filter(({ question }) => question.task === 'listing-guide');
    expect(second?.question.text).not.toBe(first?.question.text);
    expect(second?.question.text).toMatch(/edit/i);
  });

  story.it('redoes conflicting work on top of what landed', ({ journal, summary, model }) => {
    const [conflict] = eventsOf(journal, 'conflict-found');
    const both = ['move-helpers', 'page-helper'];
    expect(both).toContain(conflict?.task);
    expect(conflict?.files).toEqual([expect.stringMatching(/^src\/(util|shared)\/page\.js$/)]);
    expect(eventsOf(journal, 'conflict-ended')).toMatchObject([{ task: conflict?.task, end: 'landed-after-redo' }]);
    expect(summary?.conflicts).toMatchObject([
      { task: conflict?.task, with: both.filter((id) => id !== conflict?.task), end: 'landed-after-redo' },
    ]);
    const redo = model.requests.filter(({ question }) => question.task === conflict?.task);
    expect(redo).toHaveLength(2);
    expect(redo[1]?.question.text).toContain('Your earlier change, made on an older state');
  });

  story.it('lists the conflict where people read', async ({ trackingComments, pulls, run, fileOn }) => {
    const line =
      /(move-helpers conflicted with page-helper|page-helper conflicted with move-helpers) in .*landed after redo/;
    expect(trackingComments(1)[0]?.body).toMatch(line);
    expect(pulls[0]?.body).toMatch(line);
    expect(run.summaryMarkdown).toMatch(line);
    expect(await fileOn(branch, run.outputs['summary-path'] ?? '')).toContain('"landed-after-redo"');
  });

  story.it('keeps every message of an agent in its log', ({ logs }) => {
    const sends = (name: string): number => (logs.get(name) ?? '').split('"event": "message_send"').length - 1;
    expect(sends('agent3_search-users.jsonl')).toBe(2);
    expect(sends('agent4_listing-guide.jsonl')).toBe(2);
    expect(sends('agent5_list-route.jsonl')).toBe(1);
  });
});
