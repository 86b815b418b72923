import { summaryMarker } from '../../src/core/render/iteration-summary.js';
import { tellResult } from '../../src/app/tell-result.js';
import { aTask } from '../support/builders.js';
import { aBench, type Bench } from '../support/bench.js';
import { FakeGitHub } from '../support/fake-github.js';

/** A run that has ended, with pull request 1 open unless `none`. */
const ended = (
  pullRequest: 'open' | 'none' = 'open',
): Bench & { github: FakeGitHub; tell: () => ReturnType<typeof tellResult> } => {
  const bench = aBench({ tasks: [aTask('one')] });
  const { recorder, artifacts, clock } = bench;
  const github = new FakeGitHub();
  github.addIssue({ isPullRequest: true });
  if (pullRequest === 'open')
    recorder.record({ type: 'pull-request-opened', number: 1, url: 'https://github.test/o/r/pull/1', draft: false });
  recorder.record({ type: 'run-ended', status: 'failed' });
  return { ...bench, github, tell: () => tellResult({ recorder, artifacts, clock, github, facts: () => ({}) }) };
};

describe('the result of a run', () => {
  it('is kept as a summary and as a report', async () => {
    const { tell, artifacts } = ended();
    const told = await tell();
    expect(told).toMatchObject({
      summaryFile: '.aider_logs/summary-r1.json',
      reportFile: '.aider_logs/report-r1.html',
      report: { running: false, summary: { status: 'failed' } },
    });
    expect(JSON.parse(artifacts.files.get('summary-r1.json') ?? '')).toEqual(told.report.summary);
    expect(artifacts.files.get('report-r1.html')).toMatch(/^<!doctype html>/i);
  });

  it('is a comment on the pull request, edited by the next run', async () => {
    const { tell, github } = ended();
    await tell();
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain(summaryMarker);
    github.commentAs('eve', 1, summaryMarker);
    await tell();
    expect(github.comments.map(({ by }) => by)).toEqual(['github-actions[bot]', 'eve']);
    expect(github.calls.filter((call) => call === 'updateComment')).toHaveLength(1);
  });

  it('is no comment where there is no pull request', async () => {
    const { tell, github } = ended('none');
    await tell();
    expect(github.comments).toEqual([]);
  });

  it('has been shown by every sink when it is told', async () => {
    const { tell, sink } = ended();
    await tell();
    expect(sink.flushed).toBe(1);
  });

  it('stands though neither the comment nor the files can be written', async () => {
    const { tell, github, artifacts, recorder } = ended();
    github.failOn('findComment');
    artifacts.failOn('write', new Error('read-only'));
    expect(await tell()).toMatchObject({ summaryFile: '', reportFile: '', report: { summary: { status: 'failed' } } });
    expect(recorder.run.warnings).toHaveLength(3);
    expect(recorder.run.end?.status).toBe('failed');
  });
});
