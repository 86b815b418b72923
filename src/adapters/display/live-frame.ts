import { formatCost, formatDuration, plural } from '../../core/render/format.js';
import { phaseWord } from '../../core/render/words.js';
import { summarizeCost } from '../../core/report/cost.js';
import type { Run, TaskRecord } from '../../core/run/run.js';
import { endWord } from './end-word.js';
import { clip, fit, fitRight } from './fit.js';
import { renderTaskRow, spinner, type Row, type Style } from './live-task.js';
import { safeText } from './safe-text.js';

export type Paint = (style: Style, text: string) => string;

export interface FrameOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** Counts up with every drawing; turns the spinner. */
  readonly tick: number;
  readonly paint: Paint;
}

/** The live view of a run as lines, none wider than the terminal, no more than fit on it. */
export const renderFrame = (run: Run, options: FrameOptions): readonly string[] => {
  const head = [renderTitle(run, options), renderPhases(run, options), ''];
  const foot = ['', renderTotals(run, options), ...renderWarnings(run, options)];
  const room = Math.max(1, options.rows - head.length - foot.length - 2);
  return [...head, ...renderTasks(run, options, room), ...(run.tasks.length === 0 ? foot.slice(1) : foot)];
};

const renderTitle = (run: Run, { now, columns, paint }: FrameOptions): string => {
  const elapsed = formatDuration((run.end?.at ?? now) - run.startedAt);
  const width = Math.min(columns, 110) - 2;
  const title = safeText(run.prd?.prd.title ?? run.request.title);
  return `${paint('bold', fit(title, width - 12))}${paint('dim', fitRight(elapsed, 12))}`;
};

/** What is over in grey, what is under way with a spinner. */
const renderPhases = (run: Run, { tick, paint, columns }: FrameOptions): string => {
  if (run.end !== undefined) {
    const tone = run.end.status === 'succeeded' ? 'green' : run.end.status === 'failed' ? 'red' : 'yellow';
    return paint(tone, paint('bold', endWord(run.end.status, run)));
  }
  const open = run.phases.filter((each) => each.durationMs === undefined).map((each) => phaseWord(each.phase));
  const done = run.phases
    .filter((each) => each.durationMs !== undefined)
    .map((each) => `${each.phase} ${formatDuration(each.durationMs ?? 0)}`);
  const now = open.length > 0 ? open.join(', ') : run.phase === undefined ? 'Starting' : phaseWord(run.phase);
  const left = Math.max(0, columns - now.length - 6);
  return `${paint('cyan', spinner(tick))} ${now}   ${paint('dim', clip(done.join(' · '), left))}`;
};

const openStates = ['running', 'landing', 'failed'];

/** All tasks in plan order; where they do not fit, those at work and the failed ones, and how many more there are. */
const renderTasks = (run: Run, options: FrameOptions, room: number): readonly string[] => {
  const row = (task: TaskRecord): string => renderTaskRow({ run, task, ...options } satisfies Row);
  if (run.tasks.length <= room) return run.tasks.map(row);
  const first = run.tasks.filter((task) => openStates.includes(task.state.kind));
  const others = run.tasks.filter((task) => !first.includes(task));
  const shown = new Set([...first, ...others].slice(0, room - 1));
  const more = run.tasks.length - shown.size;
  return [
    ...run.tasks.filter((task) => shown.has(task)).map(row),
    options.paint('dim', `  … and ${plural(more, 'more task')}`),
  ];
};

const renderTotals = (run: Run, { paint, columns }: FrameOptions): string => {
  const running = run.tasks.filter((task) => task.state.kind === 'running').length;
  const iterations = run.tasks.reduce((sum, task) => sum + task.iterations.length, run.repairs.length);
  const cost = summarizeCost(run);
  const parts = [
    run.tasks.length === 0 ? '' : `${run.landings.length} of ${run.tasks.length} landed`,
    running === 0 ? '' : `${plural(running, 'agent')} at work`,
    iterations === 0 ? '' : plural(iterations, 'iteration'),
    cost.tokens.sent === 0 ? '' : formatCost(cost),
    run.pullRequest === undefined ? '' : run.pullRequest.url,
  ];
  return paint('dim', clip(parts.filter((part) => part !== '').join(' · '), columns - 1));
};

const renderWarnings = (run: Run, { paint, columns }: FrameOptions): readonly string[] =>
  run.warnings.slice(-2).map((warning) => paint('yellow', clip(`! ${safeText(warning)}`, columns - 1)));
