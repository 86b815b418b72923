import type { Report } from '../report/report.js';
import { limit } from '../text/outgoing-limit.js';
import { codeBlock, defuseLine } from '../text/outgoing.js';
import { blocks, details } from './markdown.js';
import { renderFactsLine, renderStateLine } from './state-line.js';
import { renderStory } from './tracking-comment.js';

/** GitHub takes 1 MiB a step; half of it in UTF-16 units leaves room for characters of several bytes. */
const summaryLimit = 400_000;

/** Output of a red command in the digest, in UTF-16 units from its end. */
const outputLimit = 4_000;

/** The job summary: what the comment shows, and of every red validation the end of its output. */
export const renderJobSummary = (report: Report): string =>
  limit(
    blocks(
      `## ${defuseLine(report.run.prd?.prd.title ?? report.run.request.title)}`,
      `${renderStateLine(report)}<br>${renderFactsLine(report)}`,
      renderStory(report),
      ...renderDigest(report),
    ),
    summaryLimit,
  );

const renderDigest = ({ run }: Report): readonly string[] =>
  run.tasks.flatMap((task) =>
    task.iterations.flatMap(({ attempt, iteration, validation = [] }) =>
      validation
        .filter((result) => result.verdict !== 'green' && result.output !== '')
        .map((result) =>
          details(
            `${task.task.id}, attempt ${attempt}, iteration ${iteration}: ${result.name}`,
            codeBlock(result.output.slice(-outputLimit).toWellFormed(), 'text'),
          ),
        ),
    ),
  );
