import { describeEvent } from '../../../src/adapters/display/describe-event.js';
import { renderHtmlReport } from '../../../src/core/render/html-report.js';
import { renderIterationSummary } from '../../../src/core/render/iteration-summary.js';
import { renderJobSummary } from '../../../src/core/render/job-summary.js';
import { renderPullRequestBody } from '../../../src/core/render/pull-request.js';
import { renderTrackingComment } from '../../../src/core/render/tracking-comment.js';
import { buildReport, type Report } from '../../../src/core/report/report.js';
import type { Isolation } from '../../../src/core/isolation.js';
import { aRun, startOfTime } from '../../support/builders.js';

const reached = (level: Isolation, notes: string[] = []) => ({ type: 'isolation-reached', level, notes }) as const;

const reportOf = (level: Isolation, notes: string[] = []): Report =>
  buildReport(aRun([1, reached(level, notes)], [2, { type: 'run-ended', status: 'partial' }]), {
    finishedAt: startOfTime + 9,
  });

const places = {
  'the tracking comment': renderTrackingComment,
  'the body of the pull request': renderPullRequestBody,
  'the comment on the pull request': renderIterationSummary,
  'the job summary': renderJobSummary,
  'the HTML report': renderHtmlReport,
};

describe.each(Object.entries(places))('%s', (_name, render) => {
  it('says which isolation was reached', () => {
    expect(render(reportOf('sandbox'))).toContain('isolation: sandbox');
    expect(render(reportOf('none'))).toContain('isolation: none');
  });

  it('warns of none and says what raises it, and does neither in a sandbox', () => {
    const text = render(reportOf('none'));
    expect(text).toContain('all rights of this user');
    expect(text).toContain('apt-get install bubblewrap');
    expect(render(reportOf('sandbox'))).not.toMatch(/all rights|bubblewrap/);
  });

  it('says of another user what is open and what raises it', () => {
    const text = render(reportOf('user'));
    expect(text).toContain('isolation: user');
    expect(text).toContain('what every user of the machine may read');
    expect(text).toContain('apt-get install bubblewrap');
    expect(text).not.toContain('all rights of this user');
  });

  it('says nothing of it before it is known', () => {
    const run = aRun([2, { type: 'run-ended', status: 'failed' }]);
    expect(render(buildReport(run, { finishedAt: startOfTime + 9 }))).not.toContain('isolation');
  });
});

it.each([
  ['the tracking comment', renderTrackingComment],
  ['the HTML report', renderHtmlReport],
])('%s holds what was done to get it', (_name, render) => {
  expect(render(reportOf('sandbox', ['User namespaces were opened.']))).toContain('User namespaces were opened.');
});

it('the summary holds the level as data', () => {
  expect(reportOf('none').summary.isolation).toBe('none');
  expect(buildReport(aRun(), { finishedAt: startOfTime }).summary.isolation).toBeNull();
});

it('the log says it in a line, and warns of none', () => {
  const lines = (level: Isolation, notes: string[]) =>
    describeEvent({ ...reached(level, notes), seq: 2, at: startOfTime }, aRun());
  expect(lines('sandbox', ['opened by us'])).toEqual([
    { tone: 'dim', text: 'Isolation: sandbox' },
    { tone: 'dim', text: 'opened by us' },
  ]);
  expect(lines('user', ['no sandbox here'])).toEqual([
    { tone: 'dim', text: expect.stringContaining('ran as other users') },
    { tone: 'dim', text: 'no sandbox here' },
  ]);
  expect(lines('none', [])).toEqual([{ tone: 'warn', text: expect.stringContaining('all rights of this user') }]);
});
