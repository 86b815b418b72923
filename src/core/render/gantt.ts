import type { Report } from '../report/report.js';
import type { Phase } from '../run/event.js';
import type { TaskRecord } from '../run/run.js';

/** One bar of what really ran; times in epoch milliseconds. */
export interface Bar {
  readonly label: string;
  readonly kind: 'phase' | 'done' | 'failed' | 'active' | 'stopped';
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** What ran, in three groups: before the tasks, the tasks (one bar an attempt), after them. Empty groups are gone. */
export const findBars = (report: Report): readonly BarGroup[] => {
  const { run, facts } = report;
  const now = facts.finishedAt;
  const phases = (wanted: readonly Phase[]): readonly Bar[] =>
    run.phases
      .filter((each) => wanted.includes(each.phase))
      .map(({ phase, startedAt, durationMs }) => ({
        label: phase === 'prd' ? 'PRD' : phase,
        kind: durationMs === undefined && report.running ? 'active' : 'phase',
        startedAt,
        endedAt: durationMs === undefined ? now : startedAt + durationMs,
      }));
  return [
    { title: 'Prepare', bars: phases(['setup', 'prd', 'plan']) },
    { title: 'Agents', bars: run.tasks.flatMap((task) => taskBars(task, now)) },
    { title: 'Integrate', bars: phases(['validation', 'repair', 'delivery']) },
  ].filter((group) => group.bars.length > 0);
};

const taskBars = (task: TaskRecord, now: number): readonly Bar[] =>
  task.spans.map((span, index) => {
    const again = task.spans.length > 1 ? ` (${index + 1})` : '';
    return {
      label: `agent-${task.agent} ${task.task.id}${again}`,
      kind: index < task.spans.length - 1 ? 'failed' : lastKind(task),
      startedAt: span.startedAt,
      endedAt: span.endedAt ?? now,
    };
  });

const lastKind = (task: TaskRecord): Bar['kind'] => {
  switch (task.state.kind) {
    case 'landed':
      return 'done';
    case 'failed':
      return 'failed';
    case 'running':
    case 'landing':
      return 'active';
    case 'pending':
    case 'skipped':
    case 'cancelled':
      return 'stopped';
  }
};

/** GitHub draws at most 50,000 characters; a chart of more bars cannot be read anyway. */
const mostBars = 60;

/**
 * A mermaid Gantt chart of what really ran, in the reader's own time of day; '' before anything ran. Labels hold
 * letters, digits and a few harmless signs only, and never begin with a word mermaid knows.
 */
export const renderGantt = (report: Report): string => {
  const groups = findBars(report);
  if (groups.length === 0) return '';
  let count = 0;
  const lines = groups.flatMap((group) => [
    `  section ${group.title}`,
    ...group.bars.filter(() => count++ < mostBars).map((bar, index) => `  ${renderBar(bar, `${group.title}${index}`)}`),
  ]);
  const axis = ['  dateFormat x', '  axisFormat %H:%M:%S', `  tickInterval ${tickIntervalOf(groups)}`];
  return ['```mermaid', 'gantt', ...axis, '  todayMarker off', ...lines, '```'].join('\n');
};

/** Left alone mermaid may draw twenty times of day into the width of a comment, one over the other. */
const mostTicks = 8;

const seconds = [1, 2, 5, 10, 15, 30].map((count) => ({ name: `${count}second`, ms: count * 1000 }));
const minutes = [1, 2, 5, 10, 15, 30].map((count) => ({ name: `${count}minute`, ms: count * 60_000 }));

const tickIntervalOf = (groups: readonly BarGroup[]): string => {
  const bars = groups.flatMap((group) => group.bars);
  const spanMs = Math.max(...bars.map((bar) => bar.endedAt)) - Math.min(...bars.map((bar) => bar.startedAt));
  return [...seconds, ...minutes].find(({ ms }) => spanMs / ms <= mostTicks)?.name ?? '1hour';
};

const renderBar = (bar: Bar, id: string): string => {
  const tag = { phase: '', done: 'done, ', failed: 'crit, ', active: 'active, ', stopped: '' }[bar.kind];
  const start = Math.round(bar.startedAt);
  return `${safeLabel(bar.label)} :${tag}${id.toLowerCase()}, ${start}, ${Math.max(start + 1, Math.round(bar.endedAt))}`;
};

/** A colon ends a label, `#` and `;` begin entities; the agent's number in front keeps keywords out. */
const safeLabel = (label: string): string =>
  label
    .replace(/[^\p{L}\p{N} _.()/+-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 48);
