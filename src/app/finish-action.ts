import { buildReport } from '../core/report/report.js';
import { renderTrackingComment } from '../core/render/tracking-comment.js';
import { trackingMarker } from '../core/render/markdown.js';
import { apply, replay } from '../core/run/apply.js';
import type { RunEvent } from '../core/run/event.js';
import type { GitHub } from '../ports/github.js';
import type { Runner } from '../ports/runner.js';
import { markEnded } from './labels.js';
import { quietly } from './quietly.js';

/** Names under which the main step leaves word for `post`. */
export const states = { journal: 'journal', finished: 'finished' } as const;

export interface FinishParts {
  readonly runner: Runner;
  readonly github: GitHub;
  readonly readJournal: (path: string) => readonly RunEvent[];
  readonly now: () => number;
}

/**
 * After the main step, whatever became of it: when it was killed before it could tell its end, the tracking comment
 * says so and the issue is labelled. Resolves with the exit code, which is never a reason to fail the job.
 */
export const finishAction = async ({ runner, github, readJournal, now }: FinishParts): Promise<number> => {
  const journal = runner.readState(states.journal);
  if (journal === '' || runner.readState(states.finished) === 'true') return 0;
  const events = readJournal(journal);
  const run = replay(events);
  if (run === undefined || run.end !== undefined) return 0;
  const ended = apply(run, { type: 'run-ended', status: 'cancelled', seq: events.length + 1, at: now() });
  const { number } = run.request;
  if (number === undefined) return 0;
  await quietly(runner.warn, 'Telling that the run was killed', async () => {
    const body = renderTrackingComment(buildReport(ended, { finishedAt: now(), links: { run: runner.runUrl } }));
    const comment = await github.findComment(number, trackingMarker);
    if (comment === undefined) await github.createComment(number, body);
    else await github.updateComment(comment.id, body);
    await markEnded(github, number, 'cancelled');
  });
  runner.warn('The main step was killed; its tracking comment says so now.');
  return 0;
};
