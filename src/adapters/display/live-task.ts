import type { styleText } from 'node:util';
import { formatDuration, formatUsd, plural } from '../../core/render/format.js';
import { outcomeWord } from '../../core/render/words.js';
import { summarizeTask } from '../../core/report/tasks.js';
import type { Run, TaskRecord } from '../../core/run/run.js';
import { clip, fit, fitRight } from './fit.js';
import { safeText } from './safe-text.js';

/** A style of `styleText`. */
export type Style = Parameters<typeof styleText>[0];

export interface Row {
  readonly run: Run;
  readonly task: TaskRecord;
  readonly now: number;
  readonly columns: number;
  readonly tick: number;
  readonly paint: (style: Style, text: string) => string;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

export const spinner = (tick: number): string => frames[tick % frames.length] ?? frames[0];

/** State, agent, task, what it is doing, time and cost, in one line of the terminal's width. */
export const renderTaskRow = (row: Row): string => {
  const { run, task, now, columns, tick, paint } = row;
  const { sign, color } = signOf(task, tick);
  const { durationMs, costUsd, tokens } = summarizeTask(run, task, now);
  const cost = tokens.sent === 0 ? '' : costUsd === null ? 'unknown' : formatUsd(costUsd);
  const width = Math.min(columns, 110);
  const idWidth = Math.min(28, Math.max(10, Math.floor(width / 4)));
  const doing = clip(safeText(doingOf(task, run)), Math.max(0, width - 2 - 9 - idWidth - 2 - 9 - 10 - 2));
  return [
    `${paint(color, sign)} `,
    paint('dim', fit(`agent-${task.agent}`, 9)),
    `${fit(task.task.id, idWidth)} `,
    paint(color, fit(doing, Math.max(0, width - 2 - 9 - idWidth - 2 - 9 - 10 - 2))),
    fitRight(durationMs === 0 ? '' : formatDuration(durationMs), 9),
    paint('dim', fitRight(cost, 10)),
  ].join('');
};

const signOf = (task: TaskRecord, tick: number): { readonly sign: string; readonly color: Style } => {
  switch (task.state.kind) {
    case 'pending':
      return { sign: '·', color: 'dim' };
    case 'running':
    case 'landing':
      return { sign: spinner(tick), color: 'cyan' };
    case 'landed':
      return { sign: '✔', color: 'green' };
    case 'failed':
      return { sign: '✖', color: 'red' };
    case 'skipped':
    case 'cancelled':
      return { sign: '-', color: 'yellow' };
  }
};

const doingOf = (task: TaskRecord, run: Run): string => {
  switch (task.state.kind) {
    case 'pending':
      return waiting(task, run);
    case 'running':
      return working(task);
    case 'landing':
      return 'landing';
    case 'landed':
      return `landed, ${plural(task.changes.length, 'file')}, ${plural(task.iterations.length, 'iteration')}`;
    case 'failed':
      return task.state.failure.message;
    case 'skipped':
      return `skipped: ${task.state.why}`;
    case 'cancelled':
      return 'cancelled';
  }
};

const waiting = (task: TaskRecord, run: Run): string => {
  const open = task.task.dependsOn.filter((id) => !run.landings.includes(id));
  if (open.length > 0) return `after ${open.join(', ')}`;
  return task.attempts === 0 ? 'waiting' : 'waiting for its next attempt';
};

/** The iteration and, of an earlier one, why it was not the last. */
const working = (task: TaskRecord): string => {
  const last = task.iterations.at(-1);
  if (last === undefined) return 'starting';
  const attempt = task.attempts > 1 ? `attempt ${task.attempts}, ` : '';
  const before = task.iterations.findLast((each) => each.outcome !== undefined);
  const why = before?.outcome === undefined ? '' : ` (before: ${outcomeWord(before.outcome)})`;
  return `${attempt}iteration ${last.iteration}${last.endedAt === undefined ? why : ' ended'}`;
};
