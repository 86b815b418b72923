import type { Report } from '../report/report.js';
import { isUnfinished } from '../run/resume.js';
import { limit } from '../text/outgoing-limit.js';
import { renderApproval } from './approval.js';
import { renderGantt } from './gantt.js';
import { renderIterationTable } from './iterations.js';
import { blocks, details, link, section, trackingMarker } from './markdown.js';
import {
  renderAcceptanceTable,
  renderChecksNote,
  renderCostTable,
  renderFailures,
  renderIsolation,
  renderNotes,
  renderTaskTable,
  renderTotals,
} from './sections.js';
import { renderValidationTable } from './validation-table.js';
import { renderFactsLine, renderStateLine } from './state-line.js';

/**
 * The one comment that is edited in place, from "acknowledged" to the end. Its first lines say where the run stands
 * and who must act; depth is folded. At most `bodyLimit` long; secrets are redacted by the caller, before.
 */
export const renderTrackingComment = (report: Report): string =>
  limit(
    blocks(
      trackingMarker,
      `${renderStateLine(report)}<br>${renderFactsLine(report)}`,
      renderStory(report),
      stopHint(report),
      resumeHint(report),
    ),
  );

/** Tasks, failures, chart, validation, acceptance, totals: what the comment and the pull request both show. */
export const renderStory = (report: Report): string =>
  blocks(
    renderApproval(report) || renderTaskTable(report),
    renderFailures(report),
    renderIsolation(report),
    renderChecksNote(report),
    renderGantt(report),
    section('Validation', renderValidationTable(report)),
    report.running ? '' : section('Acceptance', renderAcceptanceTable(report)),
    report.running ? '' : section('Totals', renderTotals(report)),
    details('Iterations', renderIterationTable(report)),
    details('Cost by phase and model', report.running ? '' : renderCostTable(report)),
    details('Notes', renderNotes(report)),
  );

/** Of a run that was killed or stopped what is done is not paid for again. */
const resumeHint = ({ running, facts, run }: Report): string => {
  if (running || !isUnfinished(run) || run.request.source === 'cli' || run.request.number === undefined) return '';
  const { commandPrefix = '/aider' } = facts;
  return `<sub>Comment \`${commandPrefix} resume\`, or run the job again, to go on with it: what is done is kept.</sub>`;
};

const stopHint = ({ running, facts }: Report): string => {
  if (!running) return '';
  const { commandPrefix = '/aider', links } = facts;
  const stop = links?.run === undefined ? '' : `Cancel the ${link('workflow run', links.run)} to stop. `;
  return `<sub>${stop}Comment \`${commandPrefix} help\` for what else can be asked.</sub>`;
};
