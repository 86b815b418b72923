import { holds, type Goal, type Measured, type Rival, type Row, type Unit } from './bench.js';

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return String(Math.round(value));
  return size >= 10 ? value.toFixed(1) : value.toFixed(size >= 1 ? 2 : 3);
};

/** A figure as people read it: `1.02x`, `48 ms`. */
export const formatFigure = (value: number, unit: Unit): string => {
  if (unit === 'n') return digits(value);
  return unit === 'x' || unit === '%' ? `${digits(value)}${unit}` : `${digits(value)} ${unit}`;
};

const formatGoal = (unit: Unit, goal?: Goal): string => {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `<= ${formatFigure(goal.atMost, unit)}` : `>= ${formatFigure(goal.atLeast, unit)}`;
};

/** How many times ours the other's figure is, where that says something. */
const formatRival = ({ value, unit }: Row, rival: Rival): string => {
  const ratio = value > 0 && Number.isFinite(rival.value) ? ` (${digits(rival.value / value)} times)` : '';
  return `${rival.name} ${formatFigure(rival.value, unit)}${ratio}`;
};

const verdictOf = (row: Row): string => {
  const held = holds(row);
  return held === undefined ? '' : held ? 'yes' : 'NO';
};

const heading = ['bench', 'what', 'measured', 'goal', 'holds', 'beside it, in the same run'];

const cellsOf = (bench: string, row: Row): readonly string[] => [
  bench,
  row.note === undefined ? row.what : `${row.what} (${row.note})`,
  formatFigure(row.value, row.unit),
  formatGoal(row.unit, row.goal),
  verdictOf(row),
  row.beside.map((rival) => formatRival(row, rival)).join('; '),
];

/** Every row of every benchmark as one table, in Markdown, its columns aligned for a terminal. */
export const renderTable = (measured: readonly Measured[]): string => {
  const lines = [heading, ...measured.flatMap(({ bench, rows }) => rows.map((row) => cellsOf(bench, row)))];
  const escaped = lines.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = heading.map((_, column) => Math.max(...escaped.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...rest] = escaped;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(first), rule, ...rest.map(line)].join('\n');
};
