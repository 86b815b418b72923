import type { Report } from '../report/report.js';
import { limit } from '../text/outgoing-limit.js';
import { formatCost, formatDuration, formatShare, plural } from './format.js';
import { renderIterationTable } from './iterations.js';
import { blocks, details, dotted } from './markdown.js';
import { renderFailures, renderIsolation, renderTaskTable } from './sections.js';
import { statusWord } from './words.js';

/** The comment with iterations and success on the pull request is found by this line. */
export const summaryMarker = '<!-- aider-orchestrator:summary -->';

/** The comment on the pull request: how many iterations it took and how many tasks succeeded. */
export const renderIterationSummary = (report: Report): string => {
  const { summary } = report;
  const landed = summary.tasks.filter((task) => task.status === 'landed').length;
  const share = summary.tasks.length === 0 ? '' : ` (${formatShare(landed / summary.tasks.length)})`;
  const tasks = `${landed} of ${plural(summary.tasks.length, 'task')} succeeded${share}`;
  return limit(
    blocks(
      summaryMarker,
      `${statusWord(summary.status).icon} **${plural(summary.iterations, 'iteration')}, ${tasks}**<br>${dotted(
        firstTime(report),
        formatDuration(summary.time.actualMs),
        formatCost(summary.cost),
        `${summary.agents.peak} agents at once`,
        summary.isolation === null ? '' : `isolation: ${summary.isolation}`,
      )}`,
      renderTaskTable(report),
      details('Every iteration', renderIterationTable(report)),
      renderFailures(report),
      renderIsolation(report),
    ),
  );
};

const firstTime = ({ summary }: Report): string => {
  const landed = summary.tasks.filter((task) => task.status === 'landed');
  const first = landed.filter((task) => task.iterations === 1).length;
  return landed.length === 0 ? '' : `${first} of ${landed.length} landed with their first iteration`;
};
