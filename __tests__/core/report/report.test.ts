import { buildReport } from '../../../src/core/report/report.js';
import { Summary } from '../../../src/core/report/summary.js';
import type { RunEventBody } from '../../../src/core/run/event.js';
import {
  aFailure,
  aJudged,
  aPlan,
  aPrd,
  aResult,
  aRun,
  aTask,
  aUsage,
  iterationEnded,
  iterationStarted,
  planMade,
  startOfTime,
  taskId,
  taskLanded,
  taskStarted,
} from '../../support/builders.js';
import { storyRun } from '../render/story.js';

type Step = readonly [number, RunEventBody];

const report = (steps: readonly Step[], finishedMs: number) =>
  buildReport(aRun(...steps), { finishedAt: startOfTime + finishedMs, status: 'partial' }).summary;

const work = (id: string, from: number, to: number): Step[] => [
  [from, taskStarted(id)],
  [to, taskLanded(id)],
];

describe('the summary of the story', () => {
  const run = storyRun();
  const { summary, running } = buildReport(run, { finishedAt: run.updatedAt, events: '.aider_logs/events.ndjson' });

  it('passes its own schema and survives JSON', () => {
    expect(Summary.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
    expect(running).toBe(false);
  });

  it('says what happened', () => {
    expect(summary).toMatchObject({
      version: 1,
      runId: '20260302-090000-42',
      status: 'partial',
      request: { source: 'label', number: 42, actor: 'octocat' },
      branch: 'aider/issue-42',
      headSha: 'e'.repeat(40),
      pullRequest: { number: 57 },
      prdPath: 'docs/prd/2026-03-02-export-reports.md',
      startedAt: '2026-03-02T09:00:00.000Z',
      finishedAt: '2026-03-02T09:02:56.000Z',
      iterations: 8,
      agents: { max: 4, peak: 4 },
      review: null,
      events: '.aider_logs/events.ndjson',
    });
  });

  it('says it of each task', () => {
    expect(summary.tasks.map((task) => [task.id, task.status, task.iterations, task.durationMs])).toEqual([
      ['export-types', 'landed', 1, 30_000],
      ['csv-exporter', 'landed', 2, 60_200],
      ['json-exporter', 'landed', 1, 31_990],
      ['cli-flag', 'landed', 1, 50_980],
      ['docs', 'landed', 1, 26_970],
      ['parquet-exporter', 'failed', 2, 60_050],
    ]);
    expect(summary.tasks[1]).toMatchObject({
      branch: 'agent-2',
      attempts: 1,
      queuedMs: 0,
      tokens: { sent: 20_000, received: 2_100 },
      linesAdded: 112,
      files: ['src/export/csv.ts', '__tests__/csv.test.ts'],
      commit: '2'.repeat(40),
    });
    expect(summary.tasks[1]?.costUsd).toBeCloseTo(0.071);
    expect(summary.tasks[5]?.failure).toMatchObject({ reason: 'validation-failed' });
    expect(summary.tasks[0]?.failure).toBeUndefined();
  });

  it('adds up money by phase and by model', () => {
    expect(summary.cost.byPhase.map((each) => each.phase)).toEqual(['prd', 'plan', 'tasks']);
    expect(summary.cost.byModel.map((each) => each.model)).toEqual(['gemini/gemini-2.5-pro', 'openai/gpt-4o']);
    const sum = (list: readonly { usd: number }[]) => list.reduce((total, each) => total + each.usd, 0);
    expect(sum(summary.cost.byPhase)).toBeCloseTo(summary.cost.usd);
    expect(sum(summary.cost.byModel)).toBeCloseTo(summary.cost.usd);
    expect(summary.cost.known).toBe(true);
    expect(summary.tokens).toEqual({ sent: 77_800, received: 10_000 });
  });

  it('shows who ran together', () => {
    expect(summary.batches.map((batch) => batch.tasks)).toEqual([
      ['export-types'],
      ['csv-exporter', 'json-exporter', 'cli-flag', 'docs'],
      ['parquet-exporter'],
    ]);
  });
});

describe('figures of time', () => {
  const plan = planMade(aPlan([aTask('a'), aTask('b'), aTask('c', { dependsOn: ['a'] })]));

  it('compare running side by side with one after the other', () => {
    const { time } = report(
      [[1000, plan], ...work('a', 1000, 5000), ...work('b', 1000, 9000), ...work('c', 5000, 7000)],
      10_000,
    );
    expect(time).toEqual({
      actualMs: 10_000,
      sequentialMs: 4000 + 8000 + 2000 + 2000,
      savedMs: 6000,
      lowerBoundMs: 8000 + 2000,
      efficiency: 1,
    });
  });

  it('do not count the waits between attempts as work', () => {
    const { tasks, time } = report(
      [
        [0, plan],
        [1000, taskStarted('a')],
        [2000, { type: 'attempt-failed', task: taskId('a'), attempt: 1, failure: aFailure() }],
        [9000, taskStarted('a', { attempt: 2 })],
        [9500, taskLanded('a', { attempt: 2 })],
      ],
      10_000,
    );
    expect(tasks[0]).toMatchObject({ durationMs: 1500, attempts: 2, queuedMs: 1000 });
    expect(time).toMatchObject({ savedMs: 1500 - 8500, efficiency: 1500 / 8500 });
  });

  it('count the queue from the moment tasks may start', () => {
    const { tasks } = report(
      [[0, plan], [600, { type: 'phase-started', phase: 'tasks' }], ...work('a', 1000, 2000)],
      3000,
    );
    expect(tasks[0]?.queuedMs).toBe(400);
  });

  it('claim no efficiency where nothing ran', () => {
    expect(report([[0, plan]], 500).time).toEqual({
      actualMs: 500,
      sequentialMs: 500,
      savedMs: 0,
      lowerBoundMs: 500,
      efficiency: null,
    });
  });
});

describe('cost', () => {
  it('is a lower bound once a price is unknown', () => {
    const { cost, tasks } = report(
      [
        [0, planMade()],
        [1, taskStarted('one', { model: 'openai/local' })],
        [2, iterationEnded('one', { usage: aUsage({ costUsd: null }) })],
        [3, { type: 'model-called', phase: 'prd', model: 'm', usage: aUsage({ costUsd: 0.5 }), durationMs: 1 }],
      ],
      10,
    );
    expect(cost).toMatchObject({ usd: 0.5, known: false });
    expect(cost.byModel).toMatchObject([
      { model: 'm', usd: 0.5, known: true },
      { model: 'openai/local', usd: 0, known: false },
    ]);
    expect(tasks[0]?.costUsd).toBeNull();
  });

  it('holds repairs, in their phase and at their task', () => {
    const repaired: RunEventBody = {
      type: 'repair-ended',
      round: 1,
      task: taskId('one'),
      outcome: 'changed',
      usage: aUsage({ costUsd: 0.25 }),
      durationMs: 1,
      detail: '',
    };
    const { cost, tasks, iterations } = report(
      [
        [0, planMade()],
        [1, iterationEnded('one')],
        [2, repaired],
      ],
      10,
    );
    expect(cost.byPhase).toMatchObject([
      { phase: 'tasks', usd: 0.01 },
      { phase: 'repair', usd: 0.25 },
    ]);
    expect(tasks[0]).toMatchObject({ iterations: 2, costUsd: 0.26 });
    expect(iterations).toBe(2);
  });
});

describe('validation', () => {
  it('is the last round, held against the baseline', () => {
    const { validation } = report(
      [
        [0, { type: 'baseline-taken', results: [aResult('lint', { exitCode: 1 }), aResult('test')] }],
        [1, { type: 'validation-ended', round: 0, head: 'x', results: [aJudged('old')] }],
        [
          2,
          {
            type: 'validation-ended',
            round: 1,
            head: 'y',
            results: [
              aJudged('lint', { exitCode: 1, verdict: 'unknown' }),
              aJudged('test', { exitCode: null, timedOut: true, verdict: 'new-failure' }),
            ],
          },
        ],
      ],
      3,
    );
    expect(validation).toMatchObject([
      { name: 'lint', exitCode: 1, newFailures: 0, baselineFailures: 1 },
      { name: 'test', exitCode: null, newFailures: 1, baselineFailures: 0 },
    ]);
  });

  it('counts tests where they have names', () => {
    const tests = (passed: number, ...ids: readonly string[]) => ({
      formats: ['jest'],
      passed,
      total: passed + ids.length,
      failures: ids.map((id) => ({ id })),
      complete: true,
    });
    const { validation } = report(
      [
        [0, { type: 'baseline-taken', results: [aResult('test', { exitCode: 1, tests: tests(9, 'a', 'b') })] }],
        [
          1,
          {
            type: 'validation-ended',
            round: 0,
            head: 'y',
            results: [
              aJudged('test', {
                exitCode: 1,
                verdict: 'new-failure',
                newFailures: ['c', 'd', 'e'],
                tests: tests(8, 'a', 'c', 'd', 'e'),
              }),
            ],
          },
        ],
      ],
      3,
    );
    expect(validation).toMatchObject([{ passed: 8, total: 12, newFailures: 3, baselineFailures: 2 }]);
  });
});

describe('acceptance', () => {
  const criteria = aPrd({ acceptance: [{ id: 'AC1', text: 'It works.' }] });
  const carrier = (verify: readonly string[] = ['npm run one']) =>
    aTask('one', { acceptance: ['AC1'], verify: verify.map((run) => ({ run, timeoutSeconds: 9 })) });
  const proven: Step = [3, iterationEnded('one', { validation: [aJudged('verify', { command: 'npm run one' })] })];
  const green: Step = [9, { type: 'validation-ended', round: 0, head: 'x', results: [aJudged('test')] }];
  const red: Step = [
    9,
    {
      type: 'validation-ended',
      round: 0,
      head: 'x',
      results: [aJudged('test', { exitCode: 1, verdict: 'unknown' })],
    },
  ];
  const known: Step = [
    9,
    {
      type: 'validation-ended',
      round: 0,
      head: 'x',
      results: [aJudged('test', { exitCode: 1, verdict: 'known-failure' })],
    },
  ];
  const verdictOf = (plan: ReturnType<typeof aPlan>, ...steps: readonly Step[]) =>
    report([[0, { type: 'prd-written', prd: criteria, path: 'p', origin: 'file' }], [1, planMade(plan)], ...steps], 20)
      .acceptance[0];
  const landed: Step = [4, taskLanded('one')];
  const failed: Step = [4, { type: 'task-failed', task: taskId('one'), failure: aFailure() }];

  it.each<[string, readonly Step[], string, string]>([
    ['met when its own command and the whole are green', [proven, landed, green], 'met', '`npm run one` exit 0'],
    ['not met when its task failed', [proven, failed, green], 'not-met', 'one failed'],
    ['unknown while its task has not landed', [proven, green], 'unknown', 'Not landed: one'],
    ['unknown when the whole is not green', [proven, landed, red], 'unknown', 'red on the whole: test'],
    ['met when only what failed before fails', [proven, landed, known], 'met', 'without a new failure'],
    ['unknown when the whole was not validated', [proven, landed], 'unknown', 'was not validated'],
    ['unknown when its command was not seen green', [landed, green], 'unknown', 'no command of its own'],
  ])('is %s', (_name, steps, verdict, evidence) => {
    expect(verdictOf(aPlan([carrier()]), [2, iterationStarted('one')], ...steps)).toMatchObject({
      id: 'AC1',
      verdict,
      evidence: expect.stringContaining(evidence) as string,
    });
  });

  it('is unknown when no task carries it or no command speaks for it', () => {
    expect(verdictOf(aPlan([aTask('one')]), proven, landed, green)).toMatchObject({
      verdict: 'unknown',
      evidence: 'No task of the plan carries it.',
    });
    expect(verdictOf(aPlan([carrier([])]), proven, landed, green)).toMatchObject({ verdict: 'unknown' });
  });

  it('is not met when one of two carriers failed', () => {
    const two = aPlan([carrier(), aTask('two', { acceptance: ['AC1'] })]);
    const other: Step = [5, { type: 'task-failed', task: taskId('two'), failure: aFailure() }];
    expect(verdictOf(two, proven, landed, other, green)?.verdict).toBe('not-met');
  });
});

describe('a run under way', () => {
  it('has a report too, which says that it is not over', () => {
    const run = storyRun(90_000);
    const { running, summary } = buildReport(run, { finishedAt: startOfTime + 90_000 });
    expect(running).toBe(true);
    expect(summary.tasks.map((task) => task.status)).toEqual([
      'landed',
      'running',
      'running',
      'running',
      'landed',
      'pending',
    ]);
    expect(summary.tasks[1]?.durationMs).toBe(29_000);
  });
});
