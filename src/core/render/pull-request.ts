import type { Report } from '../report/report.js';
import { limit } from '../text/outgoing-limit.js';
import { defuse, defuseLine } from '../text/outgoing.js';
import { blocks, section } from './markdown.js';
import { renderFactsLine, renderStateLine } from './state-line.js';
import { renderStory } from './tracking-comment.js';

/**
 * The body of the pull request. `Closes #<n>` stands in it only when the run succeeded: a partial result must not
 * close the issue when it is merged.
 */
export const renderPullRequestBody = (report: Report): string =>
  limit(
    blocks(
      issueLine(report),
      `${renderStateLine(report)}<br>${renderFactsLine(report)}`,
      section('Goal', defuse(report.run.prd?.prd.goal ?? '')),
      renderStory(report),
    ),
  );

/** Title of the pull request: the PRD's, else the request's. One line of at most 200 characters. */
export const renderPullRequestTitle = ({ run }: Report): string => {
  const title = defuseLine(run.prd?.prd.title ?? run.request.title)
    .slice(0, 200)
    .toWellFormed()
    .trim();
  return title === '' ? `Change of run ${run.runId}` : title;
};

const issueLine = ({ summary }: Report): string => {
  if (summary.request.number === null) return '';
  return summary.status === 'succeeded' ? `Closes #${summary.request.number}` : `For #${summary.request.number}`;
};
