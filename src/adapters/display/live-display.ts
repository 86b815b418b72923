import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Run } from '../../core/run/run.js';
import type { Sink } from '../../ports/sink.js';
import { describeEvent } from './describe-event.js';
import { renderFrame, type Paint } from './live-frame.js';
import { flushStream, type Output } from './output.js';
import { createPlainDisplay } from './plain-display.js';

export interface LiveOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Between two drawings without an event, ms: turns spinners and clocks. */
  readonly intervalMs?: number;
}

/**
 * A live table of tasks for a terminal, redrawn in place. With the end of the run the last picture stays, the cursor
 * is given back, and the failures are told in full below it. Without colours where `NO_COLOR` says so. A stream that
 * has no size is no screen: it gets plain lines.
 */
export const createLiveDisplay = (stream: Output, { now = Date.now, intervalMs = 100 }: LiveOptions = {}): Sink => {
  if (!stream.columns || !stream.rows) return createPlainDisplay(stream);
  const log = createLogUpdate(stream);
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  let latest: Run | undefined;
  let tick = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    if (latest === undefined) return;
    const { columns = 80, rows = 24 } = stream;
    log(renderFrame(latest, { now: now(), columns, rows, tick: tick++, paint }).join('\n'));
  };
  // The terminal has wrapped the old lines anew: they cannot be found again, so they are cleared.
  const redraw = (): void => {
    log.clear();
    draw();
  };
  const start = (): void => {
    timer = setInterval(draw, intervalMs);
    timer.unref();
    stream.on('resize', redraw);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    stream.off('resize', redraw);
    draw();
    log.done();
  };

  return {
    tell: (event, run) => {
      const over = latest?.end !== undefined;
      latest = run;
      if (over) for (const line of describeEvent(event, run)) stream.write(`${line.text}\n`);
      else if (event.type === 'run-ended') {
        stop();
        for (const text of lastWords(run)) stream.write(`${text}\n`);
      } else {
        if (timer === undefined) start();
        draw();
      }
    },
    flush: () => flushStream(stream),
  };
};

/** Failures in full, since a row of the table has room for a few words only. */
const lastWords = (run: Run): readonly string[] => {
  const at = { at: run.updatedAt, seq: 1 };
  const failures = run.tasks.flatMap(({ task, state }) =>
    state.kind === 'failed'
      ? describeEvent({ type: 'task-failed', task: task.id, failure: state.failure, ...at }, run)
      : [],
  );
  const end = run.end?.failure;
  const whole =
    end === undefined
      ? []
      : describeEvent({ type: 'run-ended', status: run.end?.status ?? 'failed', failure: end, ...at }, run);
  return [...failures, ...whole].map((line) => line.text);
};
