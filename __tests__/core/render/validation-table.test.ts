import { renderHtmlReport } from '../../../src/core/render/html-report.js';
import { renderTrackingComment } from '../../../src/core/render/tracking-comment.js';
import { flakyNotes, guiltyNotes, renderValidationTable } from '../../../src/core/render/validation-table.js';
import { buildReport } from '../../../src/core/report/report.js';
import type { JudgedResult } from '../../../src/core/run/event.js';
import { aJudged, aResult, aRun, startOfTime, taskId } from '../../support/builders.js';

const tests = (passed: number, ...ids: readonly string[]) => ({
  formats: ['jest'],
  passed,
  total: passed + ids.length,
  failures: ids.map((id) => ({ id, message: `why ${id}` })),
  complete: true,
});

const before = [
  aResult('named', { exitCode: 1, tests: tests(40, 'old') }),
  aResult('mute', { exitCode: 1 }),
  aResult('test'),
];

const reportOf = (...results: readonly JudgedResult[]) =>
  buildReport(
    aRun(
      [1, { type: 'baseline-taken', results: before }],
      [2, { type: 'flaky-found', name: 'test', command: 'npm run test', commit: 'c', failures: ['a @mona'] }],
      [3, { type: 'flaky-found', name: 'test', command: 'npm run test', commit: 'd', failures: ['a @mona', 'b'] }],
      [4, { type: 'validation-ended', round: 0, head: 'h', results: [...results] }],
      [5, { type: 'run-ended', status: 'partial' }],
    ),
    { finishedAt: startOfTime + 9 },
  );

const rowOf = (result: JudgedResult): string => renderValidationTable(reportOf(result)).split('\n').at(-1) ?? '';

describe('the table of validation', () => {
  it.each<[string, JudgedResult, string]>([
    [
      'green with its counts',
      aJudged('test', { tests: tests(41) }),
      '✅\u00a0green, 41 of 41 tests passed | 1.2 s | green |',
    ],
    ['green at the second time', aJudged('test', { flaky: true }), '✅\u00a0green, flaky | 1.2 s | green |'],
    [
      'red only by what was red before',
      aJudged('named', { exitCode: 1, verdict: 'known-failure', tests: tests(40, 'old') }),
      '☑️\u00a0nothing new, 40 of 41 tests passed | 1.2 s | 1 failure |',
    ],
    [
      'newly red, with the names',
      aJudged('named', {
        exitCode: 1,
        verdict: 'new-failure',
        newFailures: ['x > y', 'z'],
        tests: tests(39, 'old', 'x > y', 'z'),
      }),
      '❌\u00a02 new failures, 39 of 42 tests passed<br><sub>`x > y`</sub><br><sub>`z`</sub> | 1.2 s | 1 failure |',
    ],
    [
      'red as before, who knows why',
      aJudged('mute', { exitCode: 1, verdict: 'unknown' }),
      '❔\u00a0red before too | 1.2 s | red |',
    ],
  ])('says of a command that it is %s', (_, result, end) => {
    expect(rowOf(result)).toContain(end);
  });

  it('names ten new failures and counts the rest', () => {
    const newFailures = Array.from({ length: 12 }, (_, n) => `t${n}`);
    const row = rowOf(aJudged('test', { exitCode: 1, verdict: 'new-failure', newFailures }));
    expect(row).toContain('12 new failures');
    expect(row).toContain('`t9`</sub><br><sub>and 2 more</sub>');
    expect(row).not.toContain('t10');
  });
});

describe('a flaky command', () => {
  it('is told once, with its tests, in the comment and in the report', () => {
    const report = reportOf(aJudged('test'));
    expect(flakyNotes(report.run)).toEqual([
      'test is flaky (a @mona, b): red, then green on the same files, 2 times. Nobody was blamed for it.',
    ]);
    expect(renderTrackingComment(report)).toMatch(/test is flaky/);
    expect(renderTrackingComment(report)).not.toMatch(/ @mona/);
    expect(renderHtmlReport(report)).toContain('test is flaky');
  });
});

describe('who made the whole red', () => {
  it('is told once, with the other one where it takes two', () => {
    const found = { type: 'guilty-found' as const, task: taskId('b'), commands: ['test'], runs: 3 };
    const run = aRun([1, found], [2, { ...found, runs: 0 }], [3, { ...found, task: taskId('c'), with: taskId('a') }]);
    expect(guiltyNotes(run)).toEqual([
      'test became red by b; found in 3 runs.',
      'test became red by c, together with a (each alone is green); found in 3 runs.',
    ]);
  });
});

describe('the report', () => {
  it('has every new failure with its message', () => {
    const result = aJudged('test', {
      exitCode: 1,
      verdict: 'new-failure',
      newFailures: ['<b>'],
      tests: tests(1, '<b>'),
    });
    expect(renderHtmlReport(reportOf(result))).toContain('<li><code>&lt;b&gt;</code> why &lt;b&gt;</li>');
  });
});
