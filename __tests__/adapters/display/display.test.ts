import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createLiveDisplay } from '../../../src/adapters/display/live-display.js';
import { renderFrame, type FrameOptions } from '../../../src/adapters/display/live-frame.js';
import { createPlainDisplay } from '../../../src/adapters/display/plain-display.js';
import { safeText } from '../../../src/adapters/display/safe-text.js';
import { apply, begin } from '../../../src/core/run/apply.js';
import type { RunEvent } from '../../../src/core/run/event.js';
import type { Run } from '../../../src/core/run/run.js';
import type { Sink } from '../../../src/ports/sink.js';
import stringWidth from 'string-width';
import {
  aFailure,
  aPlan,
  aRequest,
  aRun,
  aTask,
  planMade,
  runStarted,
  startOfTime,
  taskId,
  taskStarted,
  timeline,
} from '../../support/builders.js';
import { storyEvents, storyRun } from '../../core/render/story.js';

/** A stream that keeps what was written; a terminal when it has columns. */
const screen = (size?: { columns: number; rows: number }) => {
  const stream = Object.assign(new PassThrough(), size ?? {}, size === undefined ? {} : { isTTY: true });
  let written = '';
  stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  return { stream, written: () => written, text: () => stripVTControlCharacters(written) };
};

const feed = async (sink: Sink, events: readonly RunEvent[]): Promise<void> => {
  let run: Run | undefined;
  for (const event of events) {
    if (run === undefined) run = event.type === 'run-started' ? begin(event) : undefined;
    else run = apply(run, event);
    if (run !== undefined) sink.tell(event, run);
  }
  await sink.flush();
};

describe('the plain display', () => {
  it('writes a line an event worth one, with the time since the start', async () => {
    const { stream, text } = screen();
    await feed(createPlainDisplay(stream), storyEvents);
    const lines = text().split('\n');
    for (const line of [
      '00:00  Run 20260302-090000-42: Export reports as CSV, JSON and Parquet (#42, octocat)',
      '00:24  Plan: 6 tasks (model), 9d3e41f0',
      '01:01  agent-3 json-exporter started with openai/gpt-4o',
      '02:01  agent-2 csv-exporter landed: 2 files, 5 of 6',
      '02:33  -> Run `npm install parquetjs` on the base branch, then comment `/aider`.',
      '02:55  Draft pull request #57 https://github.test/octo/report/pull/57',
      '02:56  Partly done after 2 m 56 s',
    ])
      expect(lines).toContain(line);
  });

  it('does not call it an answer when a model gave none', async () => {
    const usage = { requests: 1, tokensSent: 0, tokensReceived: 0, costUsd: 0 };
    const { stream, text } = screen();
    const asked = { type: 'model-called', phase: 'prd', model: 'openai/m', usage, durationMs: 0 } as const;
    await feed(createPlainDisplay(stream), timeline([0, runStarted()], [1000, asked]));
    expect(text()).toContain('00:01  openai/m gave no answer\n');
  });

  it('calls a dry run that has its plan planned, and one without skipped', async () => {
    const end = { type: 'run-ended', status: 'skipped' } as const;
    const both = [timeline([0, runStarted()], [1, planMade()], [2000, end]), timeline([0, runStarted()], [1000, end])];
    const last = async (events: readonly RunEvent[]): Promise<string | undefined> => {
      const { stream, text } = screen();
      await feed(createPlainDisplay(stream), events);
      return text().trimEnd().split('\n').at(-1);
    };
    expect(await Promise.all(both.map(last))).toEqual(['00:02  Planned after 2 s', '00:01  Skipped after 1 s']);
  });

  it('lets no foreign text make a workflow command, a line or a colour', async () => {
    const evil = '::set-output name=x::y\n::add-mask::z\r\n##[error]no\u001b[31mred\u0007';
    const { stream, written } = screen();
    await feed(
      createPlainDisplay(stream),
      timeline(
        [0, runStarted({ request: aRequest({ title: evil }) })],
        [1, planMade(aPlan(), { notes: [evil] })],
        [2, { type: 'task-failed', task: taskId('one'), failure: aFailure({ message: evil, action: evil }) }],
        [3, { type: 'warning', message: evil }],
      ),
    );
    const lines = written().trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    // eslint-disable-next-line no-control-regex -- they are what must not come through
    for (const line of lines) expect(line).not.toMatch(/^\s*::|##\[|\u001b|\u0007|::/);
  });

  it('is safe for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(':', '#', '[', '\n', '\u001b', 'a', ' ', '\u200b') }), (text) => {
        // eslint-disable-next-line no-control-regex -- they are what must not come through
        expect(safeText(text)).not.toMatch(/::|##\[|[\n\u001b]/);
      }),
    );
    expect(safeText('x'.repeat(5000))).toHaveLength(1000);
  });
});

describe('a frame of the live display', () => {
  const options = (over: Partial<FrameOptions> = {}): FrameOptions => ({
    now: startOfTime + 100_000,
    columns: 100,
    rows: 30,
    tick: 0,
    paint: (_style, text) => text,
    ...over,
  });

  it('shows every task with its state, agent, iteration and time', () => {
    const frame = renderFrame(storyRun(100_000), options());
    expect(frame[0]).toMatch(/^Export reports as CSV, JSON and Parquet +1 m 40 s$/);
    expect(frame[1]).toBe('⠋ Working   setup 8.7 s · prd 12 s · plan 12 s');
    expect(frame[3]).toMatch(/^✔ agent-1 {2}export-types +landed, 1 file, 1 iteration +30 s +\$0\.0205$/);
    expect(frame[4]).toMatch(/^⠋ agent-2 {2}csv-exporter +iteration 2 \(before: validation failed\) +39 s +\$0\.0367$/);
    expect(frame.at(-1)).toBe('3 of 6 landed · 3 agents at work · 7 iterations · $0.1552');
    expect(renderFrame(storyRun(50_000), options()).find((line) => line.includes('parquet'))).toContain(
      'after json-exporter',
    );
  });

  it('is never wider or higher than the terminal', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `task-${index}`);
    const big = aRun(
      [0, runStarted({ request: aRequest({ title: '漢字と🙂'.repeat(40) }) })],
      [1, planMade(aPlan(ids.map((id) => aTask(id))))],
      ...ids.slice(20, 24).map((id) => [2, taskStarted(id)] as const),
      [3, { type: 'task-skipped', task: taskId('task-2'), why: '漢字'.repeat(90) }],
      [4, { type: 'warning', message: 'w'.repeat(500) }],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(big, storyRun(100_000), storyRun()),
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 12, max: 60 }),
        (run, columns, rows) => {
          const frame = renderFrame(run, options({ columns, rows }));
          expect(frame.length).toBeLessThan(rows);
          for (const line of frame) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('keeps those at work in sight when not all tasks fit', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `task-${index}`);
    const run = aRun([1, planMade(aPlan(ids.map((id) => aTask(id))))], [2, taskStarted('task-25')]);
    const frame = renderFrame(run, options({ rows: 14 }));
    expect(frame.some((line) => line.includes('task-25'))).toBe(true);
    expect(frame.find((line) => line.includes('more'))).toMatch(/… and \d+ more tasks/);
  });
});

describe('the live display', () => {
  it('leaves the last picture and tells the failures in full', async () => {
    const { stream, text } = screen({ columns: 100, rows: 30 });
    await feed(createLiveDisplay(stream, { now: () => startOfTime, intervalMs: 60_000 }), storyEvents);
    expect(text()).toContain('Partly done');
    expect(text().trimEnd().split('\n').slice(-2)).toEqual([
      'agent-6 parquet-exporter failed: The package `parquetjs` is not installed, and agents may not add packages.',
      '-> Run `npm install parquetjs` on the base branch, then comment `/aider`.',
    ]);
  });

  it('writes plain lines where there is no screen', async () => {
    const { stream, written } = screen({ columns: 0, rows: 0 });
    await feed(createLiveDisplay(stream), storyEvents);
    expect(stripVTControlCharacters(written())).toContain('\n02:56  Partly done after 2 m 56 s\n');
    expect(written()).not.toContain('\u001b[2K');
  });

  it('writes on below the picture when something is told after the end', async () => {
    const { stream, text } = screen({ columns: 100, rows: 30 });
    const late = timeline(
      ...Array.from({ length: storyEvents.length + 1 }, () => [180_000, { type: 'warning', message: 'late' }] as const),
    ).slice(-1);
    await feed(createLiveDisplay(stream, { now: () => startOfTime }), [...storyEvents, ...late]);
    expect(text().trimEnd().split('\n').at(-1)).toBe('late');
  });

  it('draws anew when the terminal changes its size, and no more after the end', async () => {
    const { stream, written } = screen({ columns: 100, rows: 30 });
    const display = createLiveDisplay(stream, { now: () => startOfTime, intervalMs: 60_000 });
    await feed(display, storyEvents.slice(0, 20));
    const before = written().length;
    Object.assign(stream, { columns: 70 });
    stream.emit('resize');
    await display.flush();
    expect(written().length).toBeGreaterThan(before);
    await feed(display, storyEvents);
    const end = written().length;
    stream.emit('resize');
    await display.flush();
    expect(written()).toHaveLength(end);
  });
});
