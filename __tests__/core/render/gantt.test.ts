import fc from 'fast-check';
import { buildReport, type Report } from '../../../src/core/report/report.js';
import { findBars, renderGantt } from '../../../src/core/render/gantt.js';
import { renderSvgGantt } from '../../../src/core/render/html-gantt.js';
import {
  aFailure,
  aPlan,
  aRun,
  aTask,
  planMade,
  startOfTime,
  taskId,
  taskLanded,
  taskStarted,
} from '../../support/builders.js';
import { mermaid } from '../../support/mermaid.js';
import { storyRun } from './story.js';

const source = (chart: string): string => chart.replace(/^```mermaid\n/, '').replace(/\n```$/, '');
const reportOf = (run: ReturnType<typeof aRun>, ms = 10_000): Report =>
  buildReport(run, { finishedAt: startOfTime + ms });

const runOf = (ids: readonly string[]): ReturnType<typeof aRun> =>
  aRun(
    [1, planMade(aPlan(ids.map((id) => aTask(id))))],
    ...ids.map((id, index) => [index + 2, taskStarted(id)] as const),
  );

describe('the Gantt chart', () => {
  it('is nothing before anything ran', () => {
    expect(renderGantt(reportOf(aRun()))).toBe('');
    expect(renderSvgGantt(reportOf(aRun()))).toBe('');
  });

  it('shows what really ran and how it ended', () => {
    const run = storyRun();
    const chart = renderGantt(buildReport(run, { finishedAt: run.updatedAt }));
    expect(chart.split('\n')).toEqual(
      expect.arrayContaining([
        'gantt',
        '  section Agents',
        `  agent-2 csv-exporter :done, agents1, ${startOfTime + 61_000}, ${startOfTime + 121_200}`,
        `  agent-6 parquet-exporter :crit, agents5, ${startOfTime + 93_050}, ${startOfTime + 153_100}`,
        '  section Integrate',
      ]),
    );
  });

  it.each([
    [900, '1second'],
    [8_000, '1second'],
    [84_000, '15second'],
    [260_000, '1minute'],
    [5 * 3_600_000, '1hour'],
  ])(
    'of %d ms has no more times on its axis than can be read, and mermaid knows their distance',
    async (ms, interval) => {
      const run = aRun([0, { type: 'phase-started', phase: 'setup' }]);
      const chart = renderGantt(buildReport(run, { finishedAt: startOfTime + ms }));
      expect(chart).toContain(`  tickInterval ${interval}\n`);
      await expect(mermaid.parse(source(chart))).resolves.toBeTruthy();
    },
  );

  it('has a bar an attempt', () => {
    const failed = { type: 'attempt-failed', task: taskId('one'), attempt: 1, failure: aFailure() } as const;
    const run = aRun([1, planMade()], [2, taskStarted('one')], [5, failed], [9, taskStarted('one', { attempt: 2 })]);
    expect(findBars(reportOf(run))).toMatchObject([
      {
        title: 'Agents',
        bars: [
          { label: 'agent-1 one (1)', kind: 'failed', endedAt: startOfTime + 5 },
          { label: 'agent-1 one (2)', kind: 'active', endedAt: startOfTime + 10_000 },
        ],
      },
    ]);
  });

  it('is valid mermaid for the story at any moment', async () => {
    for (let ms = 1000; ms <= 177_000; ms += 8000) {
      const chart = renderGantt(reportOf(storyRun(ms), ms));
      expect(await mermaid.parse(source(chart))).toMatchObject({ diagramType: 'gantt' });
    }
  });

  it('is valid mermaid for ids that mean something to mermaid, and for any other', async () => {
    const words = [
      'end',
      'section',
      'title',
      'click',
      'call',
      'href',
      'done',
      'crit',
      'vert',
      'date-format',
      'x-1',
      '0',
    ];
    await expect(mermaid.parse(source(renderGantt(reportOf(runOf(words)))))).resolves.toBeTruthy();
    const slug = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,4}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(slug, { minLength: 1, maxLength: 6 }), async (ids) => {
        await expect(mermaid.parse(source(renderGantt(reportOf(runOf(ids)))))).resolves.toBeTruthy();
      }),
      { numRuns: 30 },
    );
  });

  it('stays within what GitHub draws for fifty tasks', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `task-with-a-rather-long-name-that-goes-on-${index}`);
    const chart = renderGantt(reportOf(runOf(ids)));
    expect(chart.length).toBeLessThan(50_000);
    expect(chart.match(/agent-/g)).toHaveLength(50);
    await expect(mermaid.parse(source(chart))).resolves.toBeTruthy();
  });

  it('is well-formed SVG with a bar a row', () => {
    const run = storyRun();
    const svg = renderSvgGantt(buildReport(run, { finishedAt: run.updatedAt }));
    expect(svg.match(/<rect /g)).toHaveLength(11);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draws a run of no length', () => {
    const run = aRun([0, planMade()], [0, taskStarted('one')], [0, taskLanded('one')]);
    expect(renderSvgGantt(buildReport(run, { finishedAt: startOfTime }))).not.toMatch(/NaN|Infinity/);
  });
});
