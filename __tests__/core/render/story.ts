import type { RunEvent, RunEventBody } from '../../../src/core/run/event.js';
import { replay } from '../../../src/core/run/apply.js';
import type { Run } from '../../../src/core/run/run.js';
import {
  aChange,
  aFailure,
  aJudged,
  aPlan,
  aPrd,
  aRequest,
  aResult,
  aTask,
  aUsage,
  iterationEnded,
  iterationStarted,
  planMade,
  runStarted,
  taskId,
  taskLanded,
  taskLanding,
  taskStarted,
  timeline,
} from '../../support/builders.js';

type Step = readonly [number, RunEventBody];

const sha = (digit: string): string => digit.repeat(40);

/** Six tasks: one contract, four side by side (one needs a second iteration), and one that cannot be done. */
export const storyPlan = aPlan(
  [
    aTask('export-types', {
      title: 'Define the Exporter interface',
      kind: 'contract',
      writes: ['src/export/types.ts'],
      acceptance: ['AC1'],
      verify: [{ run: 'npx tsc --noEmit', timeoutSeconds: 60 }],
    }),
    aTask('csv-exporter', {
      title: 'Write rows as RFC 4180 CSV',
      writes: ['src/export/csv.ts', '__tests__/csv.test.ts'],
      dependsOn: ['export-types'],
      acceptance: ['AC1'],
      verify: [{ run: 'npx jest csv', timeoutSeconds: 60 }],
    }),
    aTask('json-exporter', {
      title: 'Write rows as JSON lines',
      writes: ['src/export/json.ts', '__tests__/json.test.ts'],
      dependsOn: ['export-types'],
      acceptance: ['AC2'],
      verify: [{ run: 'npx jest json', timeoutSeconds: 60 }],
    }),
    aTask('cli-flag', {
      title: 'Add --format to the report command',
      kind: 'wiring',
      writes: ['src/cli.ts'],
      dependsOn: ['export-types'],
      acceptance: ['AC3'],
    }),
    aTask('docs', {
      title: 'Describe the export formats',
      kind: 'docs',
      writes: ['README.md'],
      dependsOn: ['export-types'],
    }),
    aTask('parquet-exporter', {
      title: 'Stream rows into a Parquet file',
      writes: ['src/export/parquet.ts'],
      dependsOn: ['json-exporter'],
      acceptance: ['AC4'],
      verify: [{ run: 'npx jest parquet', timeoutSeconds: 60 }],
    }),
  ],
  { title: 'Export reports as CSV, JSON and Parquet' },
);

const prd = aPrd({
  title: 'Export reports as CSV, JSON and Parquet',
  goal: 'People can take the figures of a report into a spreadsheet or another program.',
  scope: ['`report --format csv|json|parquet`', 'One module per format below src/export'],
  nonGoals: ['Excel files', 'Importing'],
  acceptance: [
    { id: 'AC1', text: '`report --format csv` writes RFC 4180 CSV with a header row' },
    { id: 'AC2', text: '`report --format json` writes one JSON object a line' },
    { id: 'AC3', text: 'An unknown format ends with exit code 2 and names the known ones' },
    { id: 'AC4', text: '`report --format parquet` writes a file that pyarrow can read' },
  ],
  risks: ['Large reports must be streamed, not built in memory'],
  openQuestions: ['Which line ending should CSV have on Windows?'],
});

const csvRed = [
  'FAIL __tests__/csv.test.ts',
  '  ● quotes a field that holds a newline',
  '',
  '    expect(received).toBe(expected)',
  '    Expected: "\\"a\\\\nb\\""',
  '    Received: "a\\\\nb"',
  '',
  '      14 |   expect(toCsv([["a\\nb"]])).toBe(`"a\\nb"`);',
  '',
  'Tests: 1 failed, 5 passed, 6 total',
].join('\n');

const parquetRed = "src/export/parquet.ts(3,26): error TS2307: Cannot find module 'parquetjs' or its declarations.";

const usage = (tokensSent: number, tokensReceived: number) =>
  aUsage({ tokensSent, tokensReceived, costUsd: (tokensSent * 2.5 + tokensReceived * 10) / 1e6 });

const phase = (
  at: number,
  name: 'setup' | 'prd' | 'plan' | 'tasks' | 'validation' | 'delivery',
  end: number,
): Step[] => [
  [at, { type: 'phase-started', phase: name }],
  [end, { type: 'phase-ended', phase: name, durationMs: end - at }],
];

interface Sprint {
  readonly id: string;
  readonly agent: number;
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly [number, number];
  readonly changes: readonly ReturnType<typeof aChange>[];
  readonly verify?: string;
}

/** A task that lands with its first iteration. */
const sprint = ({ id, agent, from, to, tokens, changes, verify }: Sprint): Step[] => [
  [from, taskStarted(id, { agent })],
  [from + 200, iterationStarted(id)],
  [
    to - 400,
    iterationEnded(id, {
      usage: usage(...tokens),
      durationMs: to - 600 - from,
      changes: [...changes],
      validation: [
        aJudged('lint', { command: 'npm run lint', durationMs: 2100 }),
        ...(verify === undefined ? [] : [aJudged(`verify: ${verify}`, { command: verify })]),
      ],
    }),
  ],
  [to - 300, taskLanding(id)],
  [to, taskLanded(id, { commit: sha(String(agent)), changes: [...changes] })],
];

const csv: Step[] = [
  [61_000, taskStarted('csv-exporter', { agent: 2 })],
  [61_200, iterationStarted('csv-exporter')],
  [
    98_000,
    iterationEnded('csv-exporter', {
      outcome: 'validation-failed',
      usage: usage(9_100, 1_400),
      durationMs: 36_800,
      detail: 'npx jest csv: 1 of 6 tests failed',
      changes: [aChange('src/export/csv.ts', { kind: 'added', linesAdded: 61, linesDeleted: 0 })],
      validation: [
        aJudged('lint', { command: 'npm run lint' }),
        aJudged('verify: npx jest csv', {
          command: 'npx jest csv',
          exitCode: 1,
          verdict: 'new-failure',
          output: csvRed,
        }),
      ],
    }),
  ],
  [98_100, iterationStarted('csv-exporter', 1, 2)],
  [
    121_000,
    iterationEnded('csv-exporter', {
      iteration: 2,
      usage: usage(10_900, 700),
      durationMs: 22_900,
      changes: [
        aChange('src/export/csv.ts', { kind: 'added', linesAdded: 68, linesDeleted: 0 }),
        aChange('__tests__/csv.test.ts', { kind: 'added', linesAdded: 44, linesDeleted: 0 }),
      ],
      validation: [
        aJudged('lint', { command: 'npm run lint' }),
        aJudged('verify: npx jest csv', { command: 'npx jest csv' }),
      ],
    }),
  ],
  [121_100, taskLanding('csv-exporter')],
  [
    121_200,
    taskLanded('csv-exporter', {
      commit: sha('2'),
      changes: [
        aChange('src/export/csv.ts', { kind: 'added', linesAdded: 68, linesDeleted: 0 }),
        aChange('__tests__/csv.test.ts', { kind: 'added', linesAdded: 44, linesDeleted: 0 }),
      ],
    }),
  ],
];

const parquetFailure = aFailure({
  reason: 'validation-failed',
  message: 'The package `parquetjs` is not installed, and agents may not add packages.',
  action: 'Run `npm install parquetjs` on the base branch, then comment `/aider`.',
});

const parquet: Step[] = [
  [93_050, taskStarted('parquet-exporter', { agent: 6 })],
  ...[1, 2].flatMap((iteration): Step[] => [
    [93_100 + (iteration - 1) * 30_000, iterationStarted('parquet-exporter', 1, iteration)],
    [
      123_000 + (iteration - 1) * 30_000,
      iterationEnded('parquet-exporter', {
        iteration,
        outcome: 'validation-failed',
        usage: usage(8_000 + iteration * 900, 1_100),
        durationMs: 29_900,
        detail: 'npx tsc --noEmit: 1 error',
        changes: [aChange('src/export/parquet.ts', { kind: 'added', linesAdded: 73, linesDeleted: 0 })],
        refused: iteration === 2 ? [{ path: 'package.json', why: 'not in the writes of the task' }] : [],
        validation: [
          aJudged('types', {
            command: 'npx tsc --noEmit',
            exitCode: 2,
            verdict: 'new-failure',
            output: parquetRed,
          }),
        ],
      }),
    ],
  ]),
  [153_100, { type: 'attempt-failed', task: taskId('parquet-exporter'), attempt: 1, failure: parquetFailure }],
  [153_200, { type: 'task-failed', task: taskId('parquet-exporter'), failure: parquetFailure }],
];

const steps: Step[] = [
  [
    0,
    runStarted({
      runId: '20260302-090000-42',
      request: aRequest({ title: 'Export reports as CSV, JSON and Parquet', actor: 'octocat' }),
      base: { branch: 'main', sha: '4f1c2ab9'.repeat(5) },
    }),
  ],
  ...phase(300, 'setup', 9_000),
  ...phase(400, 'prd', 12_000),
  [
    11_900,
    {
      type: 'model-called',
      phase: 'prd',
      model: 'gemini/gemini-2.5-pro',
      usage: usage(3_200, 900),
      durationMs: 11_500,
    },
  ],
  [12_000, { type: 'prd-written', prd, path: 'docs/prd/2026-03-02-export-reports.md', origin: 'model' }],
  ...phase(12_000, 'plan', 24_000),
  [
    23_900,
    {
      type: 'model-called',
      phase: 'plan',
      model: 'gemini/gemini-2.5-pro',
      usage: usage(5_100, 1_800),
      durationMs: 11_800,
    },
  ],
  [24_000, planMade(storyPlan, { hash: '9d3e41f0'.repeat(8), notes: ['docs now waits for export-types'] })],
  [
    31_000,
    {
      type: 'baseline-taken',
      results: [aResult('lint'), aResult('types', { command: 'npx tsc --noEmit' }), aResult('test')],
    },
  ],
  ...phase(31_000, 'tasks', 153_300),
  ...sprint({
    id: 'export-types',
    agent: 1,
    from: 31_000,
    to: 61_000,
    tokens: [6_200, 500],
    changes: [aChange('src/export/types.ts', { kind: 'added', linesAdded: 24, linesDeleted: 0 })],
    verify: 'npx tsc --noEmit',
  }),
  ...csv,
  ...sprint({
    id: 'json-exporter',
    agent: 3,
    from: 61_010,
    to: 93_000,
    tokens: [7_900, 1_000],
    changes: [
      aChange('src/export/json.ts', { kind: 'added', linesAdded: 31, linesDeleted: 0 }),
      aChange('__tests__/json.test.ts', { kind: 'added', linesAdded: 38, linesDeleted: 0 }),
    ],
    verify: 'npx jest json',
  }),
  ...sprint({
    id: 'cli-flag',
    agent: 4,
    from: 61_020,
    to: 112_000,
    tokens: [11_300, 800],
    changes: [aChange('src/cli.ts', { linesAdded: 29, linesDeleted: 6 })],
  }),
  ...sprint({
    id: 'docs',
    agent: 5,
    from: 61_030,
    to: 88_000,
    tokens: [5_400, 700],
    changes: [aChange('README.md', { linesAdded: 33, linesDeleted: 1 })],
  }),
  ...parquet,
  ...phase(153_300, 'validation', 172_000),
  [
    171_900,
    {
      type: 'validation-ended',
      round: 0,
      head: sha('e'),
      results: [
        aJudged('lint', { durationMs: 2_300 }),
        aJudged('types', { command: 'npx tsc --noEmit', durationMs: 5_900 }),
        aJudged('test', { durationMs: 10_400 }),
      ],
    },
  ],
  ...phase(172_000, 'delivery', 176_000),
  [
    174_000,
    {
      type: 'branch-pushed',
      branch: 'aider/issue-42',
      sha: sha('e'),
      url: 'https://github.test/octo/report/tree/aider/issue-42',
    },
  ],
  [175_000, { type: 'pull-request-opened', number: 57, url: 'https://github.test/octo/report/pull/57', draft: true }],
  [176_000, { type: 'run-ended', status: 'partial' }],
];

/** The whole story in order of time. */
export const storyEvents: readonly RunEvent[] = timeline(...[...steps].sort((a, b) => a[0] - b[0]));

/** The run as it stood `ms` after its start; by default at its end. */
export const storyRun = (ms = Infinity): Run => {
  const started = storyEvents[0]?.at ?? 0;
  const run = replay(storyEvents.filter((event) => event.at - started <= ms));
  if (run === undefined) throw new Error('the story opens with run-started');
  return run;
};
