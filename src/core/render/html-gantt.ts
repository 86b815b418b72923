import type { Report } from '../report/report.js';
import { formatDuration } from './format.js';
import { findBars, type Bar } from './gantt.js';
import { escapeHtml } from './markdown.js';

const width = 1000;
const labelWidth = 230;
const rowHeight = 24;
const groupHeight = 22;
const chartWidth = width - labelWidth - 70;

interface Scale {
  readonly start: number;
  readonly msPerUnit: number;
}

/** What really ran, as inline SVG: a row a bar, its length beside it. '' before anything ran. */
export const renderSvgGantt = (report: Report): string => {
  const groups = findBars(report);
  const bars = groups.flatMap((group) => group.bars);
  if (bars.length === 0) return '';
  const start = report.run.startedAt;
  const end = Math.max(start + 1, ...bars.map((bar) => bar.endedAt));
  const scale: Scale = { start, msPerUnit: (end - start) / chartWidth };
  let y = 6;
  const rows: string[] = [];
  for (const group of groups) {
    rows.push(`<text class="group" x="0" y="${y + 14}">${escapeHtml(group.title)}</text>`);
    y += groupHeight;
    for (const bar of group.bars) {
      rows.push(renderRow(bar, y, scale));
      y += rowHeight;
    }
  }
  const axis = ticks(end - start).map((ms) => renderTick(ms, y, scale));
  return `<svg class="gantt" viewBox="0 0 ${width} ${y + 22}" role="img" aria-label="What ran when">${axis.join('')}${rows.join('')}</svg>`;
};

const renderRow = (bar: Bar, y: number, scale: Scale): string => {
  const x = labelWidth + (bar.startedAt - scale.start) / scale.msPerUnit;
  const length = Math.max(2, (bar.endedAt - bar.startedAt) / scale.msPerUnit);
  const took = formatDuration(bar.endedAt - bar.startedAt);
  const label = bar.label.length > 34 ? `${bar.label.slice(0, 33).toWellFormed()}…` : bar.label;
  return [
    `<g><title>${escapeHtml(`${bar.label}: ${took}`)}</title>`,
    `<text x="10" y="${y + 15}">${escapeHtml(label)}</text>`,
    `<rect class="${bar.kind}" x="${x.toFixed(1)}" y="${y + 4}" width="${length.toFixed(1)}" height="14" rx="3"/>`,
    `<text class="axis" x="${(x + length + 6).toFixed(1)}" y="${y + 15}">${took}</text></g>`,
  ].join('');
};

const renderTick = (ms: number, bottom: number, scale: Scale): string => {
  const x = (labelWidth + ms / scale.msPerUnit).toFixed(1);
  return `<line class="tick" x1="${x}" x2="${x}" y1="0" y2="${bottom}"/><text class="axis" text-anchor="middle" x="${x}" y="${bottom + 16}">${formatDuration(ms)}</text>`;
};

const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];

/** At most eight round moments, from 0. */
const ticks = (totalMs: number): readonly number[] => {
  const step = 1000 * (steps.find((seconds) => totalMs / (seconds * 1000) <= 8) ?? 14_400);
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step);
};
