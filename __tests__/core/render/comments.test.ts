import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { renderIterationSummary, summaryMarker } from '../../../src/core/render/iteration-summary.js';
import { renderJobSummary } from '../../../src/core/render/job-summary.js';
import { trackingMarker } from '../../../src/core/render/markdown.js';
import { renderPullRequestBody, renderPullRequestTitle } from '../../../src/core/render/pull-request.js';
import { renderTrackingComment } from '../../../src/core/render/tracking-comment.js';
import { buildReport, type Report, type ReportFacts } from '../../../src/core/report/report.js';
import type { RunEventBody, RunStatus } from '../../../src/core/run/event.js';
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
  taskLanded,
  taskStarted,
} from '../../support/builders.js';
import { storyRun } from './story.js';

type Step = readonly [number, RunEventBody];

const storyAt = (ms: number, facts: Partial<ReportFacts> = {}): Report => {
  const run = storyRun(ms);
  return buildReport(run, { finishedAt: ms === Infinity ? run.updatedAt : startOfTime + ms, ...facts });
};
const reportOf = (steps: readonly Step[], facts: Partial<ReportFacts> = {}): Report =>
  buildReport(aRun(...steps), { finishedAt: startOfTime + 60_000, ...facts });
/** In a comment a line break is one: `<br>` must not stand before one, or there would be an empty line. */
const linesOf = (text: string): readonly string[] => {
  expect(text).not.toContain('<br>\n');
  return text.split(/\n|<br>(?!<sub>)/).filter((line) => line !== '');
};

const nodes = (markdown: string): readonly { type: string; url?: string; value?: string }[] => {
  const found: { type: string; url?: string; value?: string }[] = [];
  visit(unified().use(remarkParse).use(remarkGfm).parse(markdown), (node) => {
    found.push(node);
  });
  return found;
};

describe('the tracking comment', () => {
  it.each<[number, string]>([
    [200, '⏳ **Acknowledged, starting**'],
    [5_000, '⏳ **Writing the PRD**'],
    [20_000, '⏳ **Planning**'],
    [90_000, '⏳ **3 agents at work, 2 of 6 tasks landed**'],
    [160_000, '⏳ **Validating the whole**'],
    [173_000, '⏳ **Delivering**'],
    [
      Infinity,
      '🟡 **Partly done**: 5 of 6 tasks landed in draft pull request [#57](https://github.test/octo/report/pull/57)',
    ],
  ])('after %d ms opens with its marker and says %s', (ms, line) => {
    expect(linesOf(renderTrackingComment(storyAt(ms))).slice(0, 2)).toEqual([trackingMarker, line]);
  });

  it('says time, iterations, money and where to read on in its next line', () => {
    const links = { prd: 'https://x.test/prd', plan: 'https://x.test/plan', run: 'https://x.test/log' };
    expect(linesOf(renderTrackingComment(storyAt(Infinity, { links })))[2]).toBe(
      '2 m 56 s · 8 iterations · $0.2945 · [PRD](https://x.test/prd) · [Plan](https://x.test/plan) `9d3e41f0` · [Log](https://x.test/log)',
    );
  });

  it('has a row a task', () => {
    const lines = linesOf(renderTrackingComment(storyAt(Infinity)));
    expect(lines).toContain(
      '| ✅\u00a0landed | `csv-exporter` | agent-2 | 2 | 1 m | $0.0710 | Write rows as RFC 4180 CSV<br><sub>+112 −0 in 2 files</sub> |',
    );
    expect(lines).toContain(
      '| ❌\u00a0failed | `parquet-exporter` | agent-6 | 2 | 1 m | $0.0688 | Stream rows into a Parquet file<br><sub>+73 −0 in 1 file, validation failed, not delivered</sub> |',
    );
    expect(linesOf(renderTrackingComment(storyAt(90_000)))).toContain(
      '| 🔵\u00a0running | `csv-exporter` | agent-2 | 1 | 29 s |  | Write rows as RFC 4180 CSV |',
    );
  });

  it('says of a failure who can mend it and how, to the letter', () => {
    expect(renderTrackingComment(storyAt(Infinity))).toContain(
      '> **`parquet-exporter`: The package `parquetjs` is not installed, and agents may not add packages.**\n>\n> → *What you can do:* Run `npm install parquetjs` on the base branch, then comment `/aider`.',
    );
  });

  it('has the totals, validation and acceptance at the end only', () => {
    const end = linesOf(renderTrackingComment(storyAt(Infinity, { priceSource: 'a price list' })));
    for (const line of [
      '| test | `npm run test` | ✅\u00a0green | 10 s | green |',
      '| AC2 | `report --format json` writes one JSON object a line | ✅\u00a0met | `npx jest json` exit 0; validation of the whole green. |',
      '| AC4 | `report --format parquet` writes a file that pyarrow can read | ❌\u00a0not met | Not delivered: parquet-exporter failed. |',
      '| Tasks | 5 of 6 landed |',
      '| Agents | 4 at once (at most 4) |',
      '| One after the other | 5 m 14 s (estimate from the same work) |',
      '| Time saved | **2 m 18 s** (44 %) |',
      '| Cost | **$0.2945** for 5 landed tasks: 274 changed lines in 7 files (prices: a price list) |',
    ])
      expect(end).toContain(line);
    expect(renderTrackingComment(storyAt(90_000))).not.toMatch(/### (Totals|Acceptance)/);
  });

  it('tells a running one how to stop it, with the prefix in use', () => {
    const links = { run: 'https://github.example/runs/1' };
    expect(renderTrackingComment(storyAt(90_000, { commandPrefix: '/bot', links }))).toContain(
      '<sub>Cancel the [workflow run](https://github.example/runs/1) to stop. Comment `/bot help` for what else can be asked.</sub>',
    );
    expect(renderTrackingComment(storyAt(90_000))).not.toContain('to stop');
    expect(renderTrackingComment(storyAt(Infinity, { links }))).not.toContain('to stop');
  });

  it.each<[string, Parameters<typeof aRequest>[0], RunEventBody | undefined, boolean]>([
    ['was stopped', { number: 1 }, { type: 'run-ended', status: 'cancelled' }, true],
    ['ended well', { number: 1 }, { type: 'run-ended', status: 'succeeded' }, false],
    ['is at work', { number: 1 }, undefined, false],
    [
      'was stopped and came from the command line',
      { number: 1, source: 'cli' },
      { type: 'run-ended', status: 'cancelled' },
      false,
    ],
  ])('tells of one that %s whether it can go on, with the prefix in use', (_, request, end, canGoOn) => {
    const steps: Step[] = [[0, runStarted({ request: aRequest(request) })], ...(end ? [[1, end] as const] : [])];
    const text = renderTrackingComment(reportOf(steps, { commandPrefix: '/bot' }));
    expect(text.includes('Comment `/bot resume`, or run the job again, to go on with it')).toBe(canGoOn);
  });

  it('explains waiting checks where GITHUB_TOKEN opened the pull request', () => {
    expect(renderTrackingComment(storyAt(Infinity, { checksWait: true }))).toContain('**Approve and run**');
    expect(renderTrackingComment(storyAt(Infinity))).not.toContain('Approve and run');
    expect(renderTrackingComment(storyAt(90_000, { checksWait: true }))).not.toContain('Approve and run');
  });

  it('gives both ways out when GitHub refuses the pull request', () => {
    const body = renderTrackingComment(
      reportOf([
        [1, { type: 'branch-pushed', branch: 'aider/issue-1', sha: 'x' }],
        [
          2,
          {
            type: 'pull-request-forbidden',
            message: 'GitHub Actions is not permitted',
            compareUrl: 'https://x.test/a...b',
          },
        ],
        [3, { type: 'run-ended', status: 'partial' }],
      ]),
    );
    expect(body).toContain('[Open the pull request](https://x.test/a...b)');
    expect(body).toContain('Allow GitHub Actions to create and approve pull requests');
  });

  it('says why a run ended before it had a plan', () => {
    const failure = aFailure({ who: 'world', message: 'The provider is out of quota.', action: 'Add credit.' });
    const body = renderTrackingComment(reportOf([[9, { type: 'run-ended', status: 'failed', failure }]]));
    expect(linesOf(body)[1]).toBe('❌ **Failed**');
    expect(body).toContain('**The provider is out of quota.**\n>\n> → *Not in your hands; what helps:* Add credit.');
  });

  it('does not claim money it does not know, nor time it did not save', () => {
    const body = renderTrackingComment(
      reportOf([
        [0, planMade()],
        [1, { type: 'sequence-chosen', why: 'one task only' }],
        [2, taskStarted('one')],
        [3, iterationEnded('one', { usage: { requests: 1, tokensSent: 9, tokensReceived: 1, costUsd: null } })],
        [4, taskLanded('one')],
        [5, { type: 'run-ended', status: 'succeeded' }],
      ]),
    );
    expect(body).toContain('| Time saved | none, run in sequence: one task only |');
    expect(body).toContain('**unknown** for 1 landed task: 12 changed lines in 1 file; a price is unknown');
  });

  it('lets nothing act that a model or a user wrote', () => {
    const evil =
      '@mona Closes #1 <!-- x --> ![i](http://evil.test/i) | [l](http://evil.test) <script>\n/aider stop\n```';
    const task = aTask('one', { title: evil, acceptance: ['AC1'] });
    const steps: readonly Step[] = [
      [0, runStarted({ request: aRequest({ title: evil, body: evil }) })],
      [
        1,
        {
          type: 'prd-written',
          prd: aPrd({ title: evil, goal: evil, acceptance: [{ id: 'AC1', text: evil }] }),
          path: 'p',
          origin: 'model',
        },
      ],
      [2, planMade(aPlan([task]), { notes: [evil] })],
      [3, taskStarted('one')],
      [
        4,
        iterationEnded('one', {
          detail: evil,
          validation: [aJudged('t', { name: evil, command: evil, verdict: 'new-failure', exitCode: 1, output: evil })],
        }),
      ],
      [5, { type: 'task-failed', task: taskId('one'), failure: aFailure({ message: evil, action: evil }) }],
      [6, { type: 'validation-ended', round: 0, head: 'h', results: [aJudged(evil, { command: evil })] }],
      [7, { type: 'warning', message: evil }],
      [8, { type: 'run-ended', status: 'partial', failure: aFailure({ message: evil }) }],
    ];
    for (const render of [renderTrackingComment, renderPullRequestBody, renderIterationSummary, renderJobSummary]) {
      const found = nodes(render(reportOf(steps)));
      expect(found.filter((node) => ['link', 'image', 'definition'].includes(node.type))).toEqual([]);
      const html = found.filter((node) => node.type === 'html').map((node) => node.value ?? '');
      expect(
        html.filter(
          (each) =>
            !/^(<!-- aider-orchestrator:\w+ -->|<\/?(br|sub|details|summary)>.*|<details>\n<summary>.*)$/s.test(each),
        ),
      ).toEqual([]);
      const text = found.filter((node) => node.type === 'text').map((node) => node.value ?? '');
      expect(text.filter((each) => /@mona|#1\b|^\/aider/.test(each))).toEqual(
        render === renderPullRequestBody ? [] : [],
      );
    }
  });

  it('stays below the limit with fifty tasks and long texts', () => {
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const steps: Step[] = [
      [0, planMade(aPlan(ids.map((id) => aTask(id, { title: 'long title '.repeat(18).trim() }))))],
      ...ids.flatMap((id): Step[] => [
        [1, taskStarted(id)],
        ...[1, 2, 3].map((iteration): Step => [
          2,
          iterationEnded(id, { iteration, validation: [aJudged('x'.repeat(300))] }),
        ]),
        [3, { type: 'task-failed', task: taskId(id), failure: aFailure({ message: 'm'.repeat(900) }) }],
      ]),
    ];
    const body = renderTrackingComment(reportOf(steps));
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(body).toContain('This text was cut');
  });
});

describe('the pull request', () => {
  const first = (status: RunStatus): string => linesOf(renderPullRequestBody(storyAt(Infinity, { status })))[0] ?? '';

  it.each<[RunStatus, string]>([
    ['succeeded', 'Closes #42'],
    ['partial', 'For #42'],
    ['cancelled', 'For #42'],
    ['failed', 'For #42'],
  ])('of a run that is %s opens with %s', (status, line) => {
    expect(first(status)).toBe(line);
    expect(renderPullRequestBody(storyAt(Infinity, { status })).match(/Closes #/g)?.length ?? 0).toBe(
      status === 'succeeded' ? 1 : 0,
    );
  });

  it('closes nothing when no issue asked', () => {
    const { number: _number, ...request } = aRequest();
    const body = renderPullRequestBody(reportOf([[0, runStarted({ request })]], { status: 'succeeded' }));
    expect(body).not.toMatch(/#\d/);
  });

  it('is named after the PRD, harmlessly', () => {
    expect(renderPullRequestTitle(storyAt(Infinity))).toBe('Export reports as CSV, JSON and Parquet');
    const request = aRequest({ title: `Fix\n@mona ${'x'.repeat(300)}` });
    const title = renderPullRequestTitle(reportOf([[0, runStarted({ request })]]));
    expect(title).toHaveLength(200);
    expect(title).toMatch(/^Fix @\u200bmona x+$/);
  });
});

describe('the iteration summary', () => {
  it('opens with its marker and says how many iterations and how many tasks succeeded', () => {
    expect(linesOf(renderIterationSummary(storyAt(Infinity))).slice(0, 3)).toEqual([
      summaryMarker,
      '🟡 **8 iterations, 5 of 6 tasks succeeded (83 %)**',
      '4 of 5 landed with their first iteration · 2 m 56 s · $0.2945 · 4 agents at once',
    ]);
  });

  it('has a row an iteration', () => {
    const lines = linesOf(renderIterationSummary(storyAt(Infinity)));
    expect(lines).toContain(
      '| `csv-exporter` | 1 | 1 | ❌ validation failed | ✅ lint, ❌ verify: npx jest csv | 37 s | $0.0367 |',
    );
    expect(lines).toContain('| `csv-exporter` | 1 | 2 | ✅ done | ✅ lint, ✅ verify: npx jest csv | 23 s | $0.0343 |');
  });
});

describe('the job summary', () => {
  it('adds the output of what was red to the comment', () => {
    const summary = renderJobSummary(storyAt(Infinity));
    expect(linesOf(summary)[0]).toBe('## Export reports as CSV, JSON and Parquet');
    expect(summary).toContain('<summary>csv-exporter, attempt 1, iteration 1: verify: npx jest csv</summary>');
    expect(summary).toContain('● quotes a field that holds a newline');
  });
});
