import type { Report } from '../report/report.js';
import type { TaskStatus, TaskSummary } from '../report/summary.js';
import type { JudgedResult } from '../run/event.js';
import type { IterationRecord, TaskRecord } from '../run/run.js';
import { formatCount, formatDuration, formatUsd, plural } from './format.js';
import { htmlTable, inlineHtml, pill, type Tone } from './html.js';
import { escapeHtml } from './markdown.js';
import { outcomeWord, resultWord, taskWord } from './words.js';

const toneOf = (status: TaskStatus): Tone => {
  switch (status) {
    case 'landed':
      return 'good';
    case 'failed':
      return 'bad';
    case 'running':
    case 'landing':
      return 'work';
    case 'pending':
    case 'skipped':
    case 'cancelled':
      return 'idle';
  }
};

const usdOf = (usd: number | null): string => (usd === null ? 'unknown' : formatUsd(usd));

/** The table of tasks, then every task folded with its iterations and the output of what was red. */
export const renderHtmlTasks = ({ summary, run }: Report): string =>
  summary.tasks.length === 0
    ? ''
    : htmlTable(
        ['State', 'Task', 'Agent', '#Iterations', '#Queued', '#Time', '#Cost', '#Lines'],
        summary.tasks.map((task) => [
          pill(taskWord(task.status).word, toneOf(task.status)),
          `<code>${escapeHtml(task.id)}</code><small>${inlineHtml(task.title)}</small>`,
          escapeHtml(task.branch),
          String(task.iterations),
          formatDuration(task.queuedMs),
          formatDuration(task.durationMs),
          usdOf(task.costUsd),
          `+${task.linesAdded} −${task.linesDeleted}`,
        ]),
      ) + summary.tasks.map((task, index) => renderTask(task, run.tasks[index])).join('');

const renderTask = (task: TaskSummary, record: TaskRecord | undefined): string =>
  record === undefined
    ? ''
    : `<details><summary>${pill(taskWord(task.status).word, toneOf(task.status))} <code>${escapeHtml(task.id)}</code><small>${plural(record.iterations.length, 'iteration')}, ${plural(task.files.length, 'file')}, ${formatCount(task.tokens.sent)} tokens sent, ${formatCount(task.tokens.received)} received</small></summary>
<p>${inlineHtml(record.task.instructions)}</p>${renderEvidence(task)}${renderFiles(record)}${record.iterations.map(renderIteration).join('')}</details>`;

const renderEvidence = ({ failure }: TaskSummary): string =>
  failure === undefined
    ? ''
    : `<p>${inlineHtml(failure.message)}</p><p>→ ${inlineHtml(failure.action)}</p>${
        failure.evidence === undefined ? '' : `<pre>${escapeHtml(failure.evidence)}</pre>`
      }`;

const renderFiles = ({ changes, commit }: TaskRecord): string =>
  changes.length === 0
    ? ''
    : `<p>${commit === undefined ? '' : `Commit <code>${escapeHtml(commit.slice(0, 12))}</code>: `}${changes
        .map((change) => `<code>${escapeHtml(change.path)}</code> +${change.linesAdded} −${change.linesDeleted}`)
        .join(', ')}</p>`;

const renderIteration = (each: IterationRecord): string => {
  const took = each.endedAt === undefined ? 'running' : formatDuration(each.endedAt - each.startedAt);
  const used =
    each.usage === undefined
      ? ''
      : `, ${usdOf(each.usage.costUsd)}, ${plural(each.usage.requests, 'model request')}, ${formatCount(each.usage.tokensSent)} tokens sent`;
  const outcome =
    each.outcome === undefined
      ? pill('running', 'work')
      : pill(outcomeWord(each.outcome), each.outcome === 'changed' ? 'good' : 'bad');
  return `<p>${outcome} Attempt ${each.attempt}, iteration ${each.iteration}<small> ${took}${used}</small></p>${
    each.detail === undefined || each.detail === '' ? '' : `<p>${inlineHtml(each.detail)}</p>`
  }${(each.refused ?? [])
    .map((refused) => `<p>Refused <code>${escapeHtml(refused.path)}</code>: ${inlineHtml(refused.why)}</p>`)
    .join('')}${(each.validation ?? []).map(renderResult).join('')}`;
};

/** A command's output folded away; the plain line when it printed nothing. */
export const renderResult = (result: JudgedResult): string => {
  const head = `${pill(resultWord(result).word, toneOfResult(result))} ${escapeHtml(result.name)} <code>${escapeHtml(result.command)}</code><small>${countsOf(result)}${formatDuration(result.durationMs)}</small>`;
  return result.output === ''
    ? `<p>${head}</p>${renderNewFailures(result)}`
    : `<details><summary>${head}</summary>${renderNewFailures(result)}<pre>${escapeHtml(result.output)}</pre></details>`;
};

const toneOfResult = ({ verdict }: JudgedResult): Tone => {
  switch (verdict) {
    case 'green':
      return 'good';
    case 'new-failure':
      return 'bad';
    case 'known-failure':
    case 'unknown':
      return 'warn';
  }
};

const countsOf = ({ tests }: JudgedResult): string =>
  tests?.passed === undefined || tests.total === undefined
    ? ''
    : `${tests.passed} of ${plural(tests.total, 'test')} passed, `;

/** Each with the first words of what went wrong. */
const renderNewFailures = ({ newFailures = [], tests }: JudgedResult): string => {
  const messages = new Map(tests?.failures.map(({ id, message }) => [id, message ?? '']));
  const items = newFailures.map(
    (id) => `<li><code>${escapeHtml(id)}</code> ${escapeHtml(messages.get(id) ?? '')}</li>`,
  );
  return items.length === 0 ? '' : `<ul>${items.join('')}</ul>`;
};
