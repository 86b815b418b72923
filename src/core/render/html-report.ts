import type { Failure } from '../failure.js';
import { howToRaise, isolationWarning } from '../isolation.js';
import type { Report } from '../report/report.js';
import type { AcceptanceVerdict } from '../report/summary.js';
import type { RunStatus } from '../run/event.js';
import type { Run } from '../run/run.js';
import { formatCost, formatCount, formatDuration, formatShare, plural } from './format.js';
import { renderSvgGantt } from './html-gantt.js';
import { reportStyle } from './html-style.js';
import { renderHtmlTasks, renderResult } from './html-tasks.js';
import { htmlLink, htmlSection, htmlTable, inlineHtml, pill, type Tone } from './html.js';
import { escapeHtml } from './markdown.js';
import { lastRound } from '../report/validation.js';
import { noPullRequest } from './sections.js';
import { keptNotes } from './kept-notes.js';
import { flakyNotes, guiltyNotes } from './validation-table.js';
import { actorWord, conflictWord, statusWord, verdictWord } from './words.js';

/**
 * The whole run as one HTML file that needs nothing else: no script, font, image or address is loaded, and its own
 * policy forbids it. Readable in light and dark and on paper.
 */
export const renderHtmlReport = (report: Report): string => {
  const title = report.run.prd?.prd.title ?? report.run.request.title;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(`${title}: run ${report.run.runId}`)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${renderHeader(report, title)}
${renderCards(report)}
${renderMends(report)}
${htmlSection('What ran when', renderSvgGantt(report))}
${htmlSection('Tasks', renderHtmlTasks(report))}
${htmlSection('Validation', (lastRound(report.run)?.results ?? []).map(renderResult).join(''))}
${htmlSection('Acceptance', renderAcceptance(report))}
${htmlSection('Cost', renderCost(report))}
${htmlSection('Batches', renderBatches(report))}
${htmlSection('Conflicts', renderConflicts(report))}
${htmlSection('Notes', renderList([...notesOf(report.run), ...keptNotes(report.run), ...flakyNotes(report.run), ...guiltyNotes(report.run)]))}
${htmlSection('Request', renderRequest(report))}
<footer>Run <code>${escapeHtml(report.run.runId)}</code>, ${escapeHtml(report.summary.startedAt)} to ${escapeHtml(report.summary.finishedAt)}</footer>
</main>
</body>
</html>
`;
};

const statusTone = (status: RunStatus): Tone => {
  switch (status) {
    case 'succeeded':
      return 'good';
    case 'failed':
      return 'bad';
    case 'partial':
    case 'awaiting-approval':
      return 'warn';
    case 'skipped':
    case 'cancelled':
      return 'idle';
  }
};

const renderHeader = ({ summary, running, facts }: Report, title: string): string => {
  const pr = summary.pullRequest;
  const parts = [
    htmlLink(`Pull request #${pr?.number ?? ''}`, pr?.url),
    htmlLink('PRD', facts.links?.prd),
    htmlLink('Plan', facts.links?.plan),
    htmlLink('Log', facts.links?.run),
    `<span>${escapeHtml(summary.base.branch)} at <code>${escapeHtml(summary.base.sha.slice(0, 12))}</code></span>`,
    summary.branch === null ? '' : `<span>on <code>${escapeHtml(summary.branch)}</code></span>`,
    summary.isolation === null ? '' : `<span>isolation: ${summary.isolation}</span>`,
    `<span>asked by ${escapeHtml(summary.request.actor)}${summary.request.number === null ? '' : ` in #${summary.request.number}`}</span>`,
  ];
  const state = running ? pill('Running', 'work') : pill(statusWord(summary.status).word, statusTone(summary.status));
  return `<header>${state}<h1>${escapeHtml(title)}</h1><p class="meta">${parts.filter((part) => part !== '').join(' ')}</p></header>`;
};

const renderCards = ({ summary, facts }: Report): string => {
  const { time, tasks, agents, cost, tokens } = summary;
  const landed = tasks.filter((task) => task.status === 'landed').length;
  const share = tasks.length === 0 ? '' : `${formatShare(landed / tasks.length)} landed`;
  const cards: readonly (readonly [string, string, string])[] = [
    ['Tasks', `${landed} of ${tasks.length}`, share],
    ['Iterations', String(summary.iterations), plural(summary.batches.length, 'batch', 'batches')],
    ['Agents at once', String(agents.peak), `at most ${agents.max}`],
    ['Time', formatDuration(time.actualMs), `${formatDuration(time.sequentialMs)} one after the other`],
    [
      'Time saved',
      time.savedMs > 0 ? formatDuration(time.savedMs) : 'none',
      time.efficiency === null ? '' : `schedule at ${formatShare(time.efficiency)} of the bound`,
    ],
    ['Cost', formatCost(cost), facts.priceSource ?? `${formatCount(tokens.sent + tokens.received)} tokens`],
  ];
  return `<dl class="cards">${cards
    .map(
      ([name, value, note]) =>
        `<div><dt>${name}</dt><dd>${escapeHtml(value)}<small>${escapeHtml(note)}</small></dd></div>`,
    )
    .join('')}</dl>`;
};

interface Mend {
  readonly what: string;
  readonly failure: Failure;
}

const renderMends = ({ run }: Report): string => {
  const refused = run.pullRequestForbidden;
  const mends: readonly Mend[] = [
    ...(run.end?.failure === undefined ? [] : [{ what: 'The run', failure: run.end.failure }]),
    ...(refused === undefined ? [] : [{ what: 'The pull request', failure: noPullRequest(refused) }]),
    ...run.tasks.flatMap(({ task, state }) =>
      state.kind === 'failed' ? [{ what: task.id, failure: state.failure }] : [],
    ),
  ];
  return htmlSection('What needs you', `${mends.map(renderMend).join('')}${renderOpenness(run)}`);
};

const renderOpenness = ({ isolation }: Run): string => {
  const level = isolation?.level ?? 'sandbox';
  const warning = isolationWarning(level);
  return warning === ''
    ? ''
    : `<div class="mend"><p><strong>Isolation</strong>: ${inlineHtml(warning)}</p><p>→ <em>What you can do:</em> ${inlineHtml(howToRaise(level))}</p></div>`;
};

const renderMend = ({ what, failure: { message, action, who } }: Mend): string =>
  `<div class="mend"><p><strong>${escapeHtml(what)}</strong>: ${inlineHtml(message)}</p><p>→ <em>${actorWord(who)}:</em> ${inlineHtml(action)}</p></div>`;

const verdictTone = (verdict: AcceptanceVerdict): Tone => {
  switch (verdict) {
    case 'met':
    case 'judged-met':
      return 'good';
    case 'not-met':
    case 'judged-not-met':
      return 'bad';
    case 'unknown':
      return 'idle';
  }
};

const renderAcceptance = ({ summary }: Report): string =>
  summary.acceptance.length === 0
    ? ''
    : htmlTable(
        ['', 'Criterion', 'Verdict', 'Evidence'],
        summary.acceptance.map(({ id, text, verdict, evidence }) => [
          escapeHtml(id),
          inlineHtml(text),
          pill(verdictWord(verdict).word, verdictTone(verdict)),
          inlineHtml(evidence),
        ]),
      );

const renderCost = ({ summary }: Report): string => {
  const { byPhase, byModel } = summary.cost;
  const rows = [
    ...byPhase.map((each) => [escapeHtml(each.phase), each] as const),
    ...byModel.map((each) => [`<code>${escapeHtml(each.model)}</code>`, each] as const),
  ];
  return rows.length === 0
    ? ''
    : htmlTable(
        ['Phase or model', '#Cost', '#Tokens sent', '#Received'],
        rows.map(([name, each]) => [
          name,
          formatCost(each),
          formatCount(each.tokens.sent),
          formatCount(each.tokens.received),
        ]),
      );
};

const renderBatches = ({ summary }: Report): string =>
  summary.batches.length === 0
    ? ''
    : htmlTable(
        ['Batch', 'Tasks that ran together', '#Time'],
        summary.batches.map((batch, index) => [
          String(index + 1),
          batch.tasks.map((id) => `<code>${escapeHtml(id)}</code>`).join(' '),
          formatDuration(batch.durationMs),
        ]),
      );

const renderConflicts = ({ summary }: Report): string =>
  renderList(
    summary.conflicts.map(
      (each) =>
        `\`${each.task}\` with ${each.with.join(', ') || 'the branch'} in ${each.files.join(', ')}${each.predicted ? ', foreseen' : ''}: ${conflictWord(each)}`,
    ),
  );

const notesOf = ({ plan, isolation, warnings }: Run): readonly string[] => [
  ...(plan?.notes ?? []),
  ...(isolation?.notes ?? []),
  ...warnings,
];

const renderList = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${inlineHtml(item)}</li>`).join('')}</ul>`;

const renderRequest = ({ run }: Report): string => {
  const prd = run.prd?.prd;
  const goal = prd === undefined ? '' : `<p>${inlineHtml(prd.goal)}</p>`;
  return `${goal}<details><summary>${escapeHtml(run.request.title)}</summary><pre>${escapeHtml(run.request.body)}</pre></details>`;
};
