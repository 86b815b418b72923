import { renderHtmlReport } from '../../../src/core/render/html-report.js';
import { renderPrd } from '../../../src/core/render/prd.js';
import { renderRefusal } from '../../../src/core/render/replies.js';
import { buildReport } from '../../../src/core/report/report.js';
import {
  aFailure,
  aJudged,
  aPlan,
  aPrd,
  aRequest,
  aRun,
  aTask,
  iterationEnded,
  planMade,
  runStarted,
  startOfTime,
  taskId,
  taskStarted,
} from '../../support/builders.js';
import { storyRun } from './story.js';

const story = (ms = Infinity) => {
  const run = storyRun(ms);
  return buildReport(run, { finishedAt: run.updatedAt });
};

describe('the HTML report', () => {
  const html = renderHtmlReport(story());

  it('needs nothing from anywhere and forbids itself to ask', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=|\son\w+=/i);
  });

  it('shows tasks, iterations, output, acceptance and money', () => {
    for (const part of [
      '<h1>Export reports as CSV, JSON and Parquet</h1>',
      '<code>csv-exporter</code><small>Write rows as RFC 4180 CSV</small>',
      'Attempt 1, iteration 2',
      '● quotes a field that holds a newline',
      'Refused <code>package.json</code>: not in the writes of the task',
      '<code>report --format parquet</code> writes a file that pyarrow can read',
      'Run <code>npm install parquetjs</code> on the base branch',
      '$0.2945',
      '<svg class="gantt"',
      'prefers-color-scheme: dark',
      '@media print',
    ])
      expect(html).toContain(part);
  });

  it('closes every element it opens', () => {
    for (const tag of [
      'details',
      'table',
      'section',
      'div',
      'p',
      'code',
      'small',
      'span',
      'svg',
      'g',
      'tr',
      'td',
      'pre',
    ])
      expect([tag, html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length]).toEqual([
        tag,
        html.match(new RegExp(`</${tag}>`, 'g'))?.length,
      ]);
  });

  it('shows foreign text as text', () => {
    const evil = `<script>alert(1)</script>"'><img src=x onerror=y> \`<b>\``;
    const run = aRun(
      [
        0,
        runStarted({ request: aRequest({ title: evil, body: evil, actor: evil }), base: { branch: evil, sha: evil } }),
      ],
      [
        1,
        {
          type: 'prd-written',
          prd: aPrd({ title: evil, goal: evil, acceptance: [{ id: 'AC1', text: evil }] }),
          path: evil,
          origin: 'model',
        },
      ],
      [2, planMade(aPlan([aTask('one', { title: evil, instructions: evil })]), { notes: [evil] })],
      [3, taskStarted('one')],
      [
        4,
        iterationEnded('one', {
          detail: evil,
          refused: [{ path: evil, why: evil }],
          validation: [aJudged(evil, { command: evil, output: evil })],
        }),
      ],
      [5, { type: 'task-failed', task: taskId('one'), failure: aFailure({ message: evil, action: evil }) }],
      [6, { type: 'conflict-found', task: taskId('one'), attempt: 1, files: [evil], with: [] }],
      [7, { type: 'pull-request-forbidden', message: evil, compareUrl: evil }],
      [8, { type: 'warning', message: evil }],
    );
    const page = renderHtmlReport(
      buildReport(run, { finishedAt: startOfTime + 9, links: { prd: 'javascript:alert(1)' }, priceSource: evil }),
    );
    expect(page).not.toMatch(/<script|<img|<b>|javascript:/);
  });

  it('exists for a run under way and for one that never had a plan', () => {
    expect(renderHtmlReport(story(90_000))).toContain('>Running</span>');
    const failure = aFailure({ message: 'No key is set.' });
    const run = aRun([5, { type: 'run-ended', status: 'failed', failure }]);
    const page = renderHtmlReport(buildReport(run, { finishedAt: startOfTime + 9 }));
    expect(page).toContain('No key is set.');
    expect(page).not.toMatch(/undefined|NaN/);
  });
});

describe('the PRD file', () => {
  it('has every part that is not empty', () => {
    expect(renderPrd(aPrd({ nonGoals: ['Excel', '@mona'], risks: [] }))).toBe(
      [
        '# A change',
        '## Goal',
        'The thing works.',
        '## Scope',
        '- src',
        '## Non-goals',
        '- Excel\n- @\u200bmona',
        '## Acceptance criteria',
        '- **AC1**: It works.',
      ].join('\n\n') + '\n',
    );
  });
});

describe('replies', () => {
  it('a refusal says why and what would have to change', () => {
    const failure = aFailure({ message: '@eve has no write permission.', action: 'Ask a maintainer.' });
    expect(renderRefusal(failure)).toBe(
      '🚫 **Not started:** @\u200beve has no write permission.\n\n→ Ask a maintainer.',
    );
  });
});
