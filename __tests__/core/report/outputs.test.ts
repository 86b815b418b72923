import { exitCodeOf, outputsOf } from '../../../src/core/report/outputs.js';
import { spentOf } from '../../../src/core/report/cost.js';
import { buildReport, type Report } from '../../../src/core/report/report.js';
import type { RunEventBody, RunStatus } from '../../../src/core/run/event.js';
import {
  aFailure,
  aPlan,
  aRun,
  aTask,
  aUsage,
  iterationEnded,
  planMade,
  runStarted,
  startOfTime,
  taskId,
  taskLanded,
  taskStarted,
} from '../../support/builders.js';
import { storyRun } from '../render/story.js';

type Step = readonly [number, RunEventBody];
const reportOf = (status: RunStatus, finishedMs: number, ...steps: readonly Step[]): Report =>
  buildReport(aRun(...steps), { finishedAt: startOfTime + finishedMs, status });
const files = { summaryPath: 'summary.json', reportPath: 'report.html' };
const abcde = planMade(aPlan(['a', 'b', 'c', 'd', 'e'].map((id) => aTask(id))));

describe('the outputs of the action', () => {
  it('are all there and empty where there is nothing to say', () => {
    expect(outputsOf(reportOf('skipped', 0, [0, runStarted()]), files)).toEqual({
      status: 'skipped',
      'pull-request-number': '',
      'pull-request-url': '',
      branch: '',
      'head-sha': '',
      'plan-hash': '',
      'tasks-total': '0',
      'tasks-succeeded': '0',
      'tasks-failed': '0',
      iterations: '0',
      'total-cost-usd': '0.000000',
      'total-tokens': '0',
      'duration-seconds': '0.0',
      'time-saved-seconds': '0.0',
      'prd-path': '',
      'summary-path': 'summary.json',
      'report-path': 'report.html',
    });
  });

  it('say what the summary says', () => {
    const run = storyRun();
    const report = buildReport(run, { finishedAt: run.updatedAt });
    expect(outputsOf(report, files)).toMatchObject({
      status: 'partial',
      'pull-request-number': '57',
      'pull-request-url': report.summary.pullRequest?.url,
      branch: 'aider/issue-42',
      'head-sha': 'e'.repeat(40),
      'plan-hash': report.summary.planHash,
      iterations: '8',
      'total-cost-usd': report.summary.cost.usd.toFixed(6),
      'total-tokens': '87800',
      'duration-seconds': '176.0',
      'prd-path': 'docs/prd/2026-03-02-export-reports.md',
    });
  });

  it('count as failed what was skipped or cancelled too, and nothing that is open', () => {
    const outputs = outputsOf(
      reportOf(
        'partial',
        9,
        [0, abcde],
        [1, taskLanded('a')],
        [2, { type: 'task-failed', task: taskId('b'), failure: aFailure() }],
        [3, { type: 'task-skipped', task: taskId('c'), why: 'x' }],
        [4, { type: 'task-cancelled', task: taskId('d') }],
        [5, taskStarted('e')],
      ),
      files,
    );
    expect([outputs['tasks-total'], outputs['tasks-succeeded'], outputs['tasks-failed']]).toEqual(['5', '1', '3']);
  });

  it('claim no cost where a price is unknown', () => {
    const unknown = iterationEnded('a', { usage: aUsage({ costUsd: null }) });
    expect(outputsOf(reportOf('partial', 9, [0, abcde], [1, unknown]), files)['total-cost-usd']).toBe('');
  });
});

describe('the exit code', () => {
  it.each<[RunStatus, number]>([
    ['succeeded', 0],
    ['skipped', 0],
    ['awaiting-approval', 0],
    ['partial', 0],
    ['failed', 1],
    ['cancelled', 1],
  ])('of %s is %d', (status, code) => {
    expect(exitCodeOf(reportOf(status, 0, [0, runStarted()]))).toBe(code);
  });

  it('is 1 where the branch was pushed and no pull request could be opened', () => {
    const forbidden: RunEventBody = { type: 'pull-request-forbidden', message: 'x', compareUrl: 'y' };
    expect(exitCodeOf(reportOf('partial', 0, [0, forbidden]))).toBe(1);
    expect(exitCodeOf(reportOf('succeeded', 0, [0, forbidden]))).toBe(0);
  });
});

describe('what a run used of its budget', () => {
  it('is money where the price is known, tokens where it is not, of calls, messages and repairs alike', () => {
    const repaired: RunEventBody = {
      type: 'repair-ended',
      round: 1,
      task: taskId('a'),
      outcome: 'changed',
      usage: aUsage({ costUsd: null, tokensSent: 5, tokensReceived: 6 }),
      durationMs: 1,
      detail: '',
    };
    const run = aRun(
      [0, abcde],
      [1, { type: 'model-called', phase: 'plan', model: 'm', usage: aUsage({ costUsd: 0.5 }), durationMs: 1 }],
      [2, taskStarted('a')],
      [3, iterationEnded('a', { usage: aUsage({ costUsd: 0.25 }) })],
      [4, iterationEnded('b', { usage: aUsage({ costUsd: null, tokensSent: 100, tokensReceived: 20 }) })],
      [5, repaired],
    );
    expect(spentOf(run)).toEqual({ usd: 0.75, tokens: 131 });
    expect(spentOf(aRun([0, runStarted()]))).toEqual({ usd: 0, tokens: 0 });
  });

  it('is of the model the attempt ran with, else of the task, else of the run', () => {
    const plan = planMade(aPlan([aTask('a'), aTask('b', { model: 'own' }), aTask('c')]));
    const repaired = (task: string): RunEventBody => ({
      type: 'repair-ended',
      round: 1,
      task: taskId(task),
      outcome: 'changed',
      usage: aUsage(),
      durationMs: 1,
      detail: '',
    });
    const modelsOf = (...steps: readonly RunEventBody[]) =>
      reportOf('partial', 9, [0, plan], ...steps.map((step, n): Step => [n + 1, step])).summary.cost.byModel.map(
        ({ model }) => model,
      );
    const again = taskStarted('a', { attempt: 2, model: 'second' });
    expect(modelsOf(taskStarted('a', { model: 'first' }), again, iterationEnded('a', { attempt: 2 }))).toEqual([
      'second',
    ]);
    expect(modelsOf(taskStarted('a', { model: 'first' }), iterationEnded('a'), again)).toEqual(['first']);
    expect(modelsOf(iterationEnded('b'), iterationEnded('c'))).toEqual(['own', 'openai/gpt-4o']);
    expect(modelsOf(repaired('b'), repaired('c'))).toEqual(['own', 'openai/gpt-4o']);
  });
});

describe('what ran together', () => {
  const batches = (now: number, ...steps: readonly Step[]) =>
    reportOf('partial', now, [0, abcde], ...steps).summary.batches.map(({ tasks, startedAt, durationMs }) => [
      tasks.join(' '),
      Date.parse(startedAt) - startOfTime,
      durationMs,
    ]);

  it('leaves out what never started, and goes by starts rather than by the order of the plan', () => {
    expect(
      batches(90, [10, taskStarted('c')], [20, taskLanded('c')], [30, taskStarted('b')], [40, taskLanded('b')]),
    ).toEqual([
      ['c', 10, 10],
      ['b', 30, 10],
    ]);
  });

  it('lasts until the last of a batch has ended, and until now while one is at work', () => {
    const both: readonly Step[] = [
      [10, taskStarted('a')],
      [15, taskStarted('b')],
    ];
    expect(batches(90, ...both, [20, taskLanded('a')], [50, taskLanded('b')])).toEqual([['a b', 10, 40]]);
    expect(batches(90, ...both, [20, taskLanded('b')], [50, taskLanded('a')])).toEqual([['a b', 10, 40]]);
    expect(batches(90, ...both, [20, taskLanded('a')])).toEqual([['a b', 10, 80]]);
  });

  it('ends for who starts in the moment in which one of it ended', () => {
    const next: Step = [20, taskStarted('b')];
    expect(batches(90, [10, taskStarted('a')], [20, taskLanded('a')], next, [30, taskLanded('b')])).toEqual([
      ['a', 10, 10],
      ['b', 20, 10],
    ]);
  });
});

describe('time in which nobody was at work', () => {
  it('between a kill and the resume counts for nothing', () => {
    const resumed: RunEventBody = { type: 'run-resumed', lost: [], steps: 0 };
    const { time } = reportOf(
      'partial',
      2_000,
      [0, abcde],
      [100, taskStarted('a')],
      [200, { type: 'warning', message: 'x' }],
      [1_200, resumed],
      [1_300, taskStarted('a')],
      [1_500, taskLanded('a')],
    ).summary;
    expect(time).toMatchObject({ actualMs: 1_000, sequentialMs: 900, savedMs: -100 });
  });
});
