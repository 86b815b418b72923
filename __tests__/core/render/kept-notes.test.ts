import { renderHtmlReport } from '../../../src/core/render/html-report.js';
import { renderTrackingComment } from '../../../src/core/render/tracking-comment.js';
import { buildReport } from '../../../src/core/report/report.js';
import { aPlan, aRun, aTask, planMade, runStarted } from '../../support/builders.js';

describe('work that could not be pushed', () => {
  const file = '.aider_logs/work-r1.bundle';
  const run = aRun(
    [0, runStarted()],
    [1, planMade(aPlan([aTask('one')]))],
    [2, { type: 'work-kept', file, branches: [{ name: 'aider/issue-1', commit: 'c' }] }],
    [3, { type: 'run-ended', status: 'failed' }],
  );
  const report = buildReport(run, { finishedAt: run.updatedAt });

  it.each([
    ['the tracking comment', renderTrackingComment],
    ['the HTML report', renderHtmlReport],
  ])('is found by what %s says', (_, render) => {
    expect(render(report).replaceAll('\\', '')).toContain(`git fetch ${file} aider/issue-1:aider/issue-1`);
  });
});
