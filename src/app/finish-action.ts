import { z } from 'zod';
import type { Failure } from '../core/failure.js';
import { buildReport } from '../core/report/report.js';
import { renderTrackingComment } from '../core/render/tracking-comment.js';
import { trackingMarker } from '../core/render/markdown.js';
import type { Result } from '../core/result.js';
import { apply, replay } from '../core/run/apply.js';
import type { RunEvent, RunEventBody } from '../core/run/event.js';
import type { Run } from '../core/run/run.js';
import { unfinishedTasks } from '../core/run/task-record.js';
import type { GitHub } from '../ports/github.js';
import type { Ledger } from '../ports/ledger.js';
import type { Runner } from '../ports/runner.js';
import { markEnded } from './labels.js';
import { quietly } from './quietly.js';

/** Names under which the main step leaves word for `post`. */
export const states = { journal: 'journal', finished: 'finished', lock: 'lock', prefix: 'prefix' } as const;

/** What is saved under `lock`. */
export const HeldIssue = z.strictObject({ issue: z.int().positive(), version: z.string() });
export type HeldIssue = z.infer<typeof HeldIssue>;

export interface FinishParts {
  readonly runner: Runner;
  readonly github: GitHub;
  readonly readJournal: (path: string) => Result<readonly RunEvent[], Failure>;
  readonly now: () => number;
  readonly openLedger: () => Promise<Ledger>;
  /** Ends what a killed run left at work on this machine, and removes its folder. */
  readonly sweep: (runId: string) => Promise<void>;
}

/**
 * After the main step, whatever became of it: when it was killed before it had told its end, the tracking comment says
 * so and the issue is labelled; what it left at work is ended. Resolves with the exit code, which is never a reason to
 * fail the job.
 */
export const finishAction = async (parts: FinishParts): Promise<number> => {
  if (parts.runner.readState(states.finished) === 'true') return 0;
  const { runner, sweep } = parts;
  const run = readRun(parts);
  // First of all: until then they may cost money.
  await quietly(runner.warn, 'Ending what the killed step left', () => sweep(run?.runId ?? runner.runId));
  await tellKilled(parts, run);
  await releaseIssue(parts);
  return 0;
};

const readRun = ({ runner, readJournal }: FinishParts): Run | undefined => {
  const journal = runner.readState(states.journal);
  if (journal === '') return undefined;
  const events = readJournal(journal);
  if (!events.ok) runner.warn(`${events.failure.message} ${events.failure.action}`);
  return events.ok ? replay(events.value) : undefined;
};

const tellKilled = async ({ runner, github, now }: FinishParts, run: Run | undefined): Promise<void> => {
  if (run?.request.number === undefined) return;
  const ended = run.end === undefined ? endKilled(run, now()) : run;
  await tellEnd({ runner, github }, ended, run.request.number);
};

/** The lock that the killed main step held; one that somebody took over is left alone. */
const releaseIssue = async ({ runner, openLedger }: FinishParts): Promise<void> => {
  const state = runner.readState(states.lock);
  if (state === '') return;
  const { issue, version } = HeldIssue.parse(JSON.parse(state));
  await quietly(runner.warn, `Releasing issue #${issue}`, async () => {
    const ledger = await openLedger();
    await ledger.locks.release(issue, version).finally(() => ledger.close());
  });
};

/** What the main step would have recorded, had it been given the time. */
const endKilled = (run: Run, at: number): Run => {
  const bodies: readonly RunEventBody[] = [
    ...unfinishedTasks(run).map((task) => ({ type: 'task-cancelled', task }) as const),
    { type: 'run-ended', status: 'cancelled' },
  ];
  // Only the fold counts here: these events are not journalled, so their numbers are nobody's.
  return bodies.reduce((ended, body) => apply(ended, { ...body, seq: 1, at }), run);
};

/** The settings file is not read again. */
const prefixOf = (runner: Runner): { readonly commandPrefix?: string } => {
  const commandPrefix = runner.readState(states.prefix);
  return commandPrefix === '' ? {} : { commandPrefix };
};

const tellEnd = async (
  { runner, github }: Pick<FinishParts, 'runner' | 'github'>,
  run: Run,
  number: number,
): Promise<void> => {
  const { status = 'cancelled', at: finishedAt = run.updatedAt } = run.end ?? {};
  const report = buildReport(run, { finishedAt, links: { run: runner.runUrl }, ...prefixOf(runner) });
  const body = renderTrackingComment(report);
  await quietly(runner.warn, 'Telling how the run ended', async () => {
    const comment = await github.findComment(number, trackingMarker);
    if (comment === undefined) await github.createComment(number, body);
    else await github.updateComment(comment.id, body);
  });
  await quietly(runner.warn, 'Setting the label', () => markEnded(github, number, status));
  runner.warn('The main step was killed before it had told its end; the tracking comment says it now.');
};
