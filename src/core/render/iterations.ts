import type { Report } from '../report/report.js';
import type { IterationRecord, TaskRecord } from '../run/run.js';
import { codeCell, defuseCell } from '../text/outgoing.js';
import { formatDuration, formatUsd } from './format.js';
import { table } from './markdown.js';
import { outcomeWord, resultWord } from './words.js';

/** Every message to an agent in plan order, repairs last: how it ended, what was validated, what it took. */
export const renderIterationTable = ({ run }: Report): string =>
  table(
    [
      { title: 'Task' },
      { title: 'Attempt' },
      { title: 'Iteration' },
      { title: 'Outcome' },
      { title: 'Validation' },
      { title: 'Time', align: 'right' },
      { title: 'Cost', align: 'right' },
    ],
    [...run.tasks.flatMap((task) => task.iterations.map((each) => iterationRow(task, each))), ...repairRows(run)],
  );

const iterationRow = (task: TaskRecord, each: IterationRecord): readonly string[] => [
  codeCell(task.task.id),
  String(each.attempt),
  String(each.iteration),
  each.outcome === undefined
    ? '🔵 running'
    : `${each.outcome === 'changed' ? '✅' : '❌'} ${outcomeWord(each.outcome)}`,
  (each.validation ?? []).map((result) => `${resultWord(result).icon} ${defuseCell(result.name)}`).join(', '),
  each.endedAt === undefined ? '' : formatDuration(each.endedAt - each.startedAt),
  each.usage === undefined ? '' : each.usage.costUsd === null ? 'unknown' : formatUsd(each.usage.costUsd),
];

const repairRows = (run: Report['run']): readonly (readonly string[])[] =>
  run.repairs.map((each) => [
    codeCell(each.task),
    'repair',
    String(each.round),
    each.outcome === undefined
      ? '🔵 running'
      : `${each.outcome === 'changed' ? '✅' : '❌'} ${outcomeWord(each.outcome)}`,
    each.commands.map((name) => `❌ ${defuseCell(name)}`).join(', '),
    each.endedAt === undefined ? '' : formatDuration(each.endedAt - each.startedAt),
    each.usage === undefined ? '' : each.usage.costUsd === null ? 'unknown' : formatUsd(each.usage.costUsd),
  ]);
