import { buildReport } from '../core/report/report.js';
import { trackingMarker } from '../core/render/markdown.js';
import { renderTrackingComment } from '../core/render/tracking-comment.js';
import type { RunEvent } from '../core/run/event.js';
import type { Run } from '../core/run/run.js';
import type { Clock } from '../ports/clock.js';
import type { GitHub } from '../ports/github.js';
import type { FactsOf } from './facts.js';
import type { Sink } from '../ports/sink.js';
import { quietly } from './quietly.js';

/** The comment is edited at most this often, ms; the last edit is exempt. */
const editIntervalMs = 10_000;

export interface TrackingOptions {
  readonly github: GitHub;
  readonly clock: Clock;
  /** Issue or pull request where the request was made. */
  readonly number: number;
  readonly facts: FactsOf;
  /** Told when GitHub could not be reached; the run goes on. */
  readonly onFailure: (message: string) => void;
}

/**
 * The tracking comment: made at the first event, edited in place as the run goes on, and once more at its end. Where an
 * earlier run of ours left one, that is gone on with.
 *
 * ```
 * idle -> writing -> idle          an event while writing marks the comment as stale:
 *            '-> waiting -> writing   it is written again after the interval, at the end at once
 * ```
 */
export const trackProgress = (options: TrackingOptions): Sink => {
  const { github, clock, number } = options;
  const hurry = new AbortController();
  let commentId: number | undefined;
  let latest: Run | undefined;
  let writtenAt = -Infinity;
  let stale = false;
  let loop: Promise<void> | undefined;

  const write = (run: Run): Promise<void> =>
    quietly(options.onFailure, 'Writing the tracking comment', async () => {
      const body = renderTrackingComment(buildReport(run, { ...options.facts(run), finishedAt: clock.now() }));
      commentId ??= (await github.findComment(number, trackingMarker))?.id;
      if (commentId === undefined) commentId = (await github.createComment(number, body)).id;
      else await github.updateComment(commentId, body);
    });

  const keepUp = async (): Promise<void> => {
    while (stale && latest !== undefined) {
      const waitMs = writtenAt + editIntervalMs - clock.now();
      if (waitMs > 0 && !hurry.signal.aborted) await clock.sleep(waitMs, hurry.signal);
      stale = false;
      writtenAt = clock.now();
      await write(latest);
    }
    loop = undefined;
  };

  return {
    tell: (event: RunEvent, run: Run) => {
      latest = run;
      stale = true;
      if (event.type === 'run-ended') hurry.abort();
      loop ??= keepUp();
    },
    flush: async () => {
      hurry.abort();
      await loop;
    },
  };
};
