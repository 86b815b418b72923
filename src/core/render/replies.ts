import type { Failure } from '../failure.js';
import type { Report } from '../report/report.js';
import { codeSpan, defuseLine } from '../text/outgoing.js';
import { limit } from '../text/outgoing-limit.js';
import { blocks, dotted, table } from './markdown.js';
import { renderTaskTable } from './sections.js';
import { renderFactsLine, renderStateLine } from './state-line.js';

const commands = [
  ['[text]', 'start on this issue, or follow up'],
  ['plan', 'write the PRD and the plan only'],
  ['approve <hash>', 'run the plan with this hash'],
  ['stop', 'stop the run; its work is kept'],
  ['resume', 'go on where a stopped or killed run ended'],
  ['retry <task>', 'run one task again'],
  ['status', 'say where the run stands'],
  ['review', 'review this pull request'],
  ['fix [text]', 'work on the branch of this pull request'],
  ['rebase', 'put the branch on the newest base'],
  ['help', 'show this'],
] as const;

/** The answer to `help`, and to a command one letter away from a known one (`meant`). */
export const renderHelp = (prefix: string, meant?: string): string =>
  blocks(
    meant === undefined ? '' : `Did you mean ${codeSpan(`${prefix} ${meant}`)}? Nothing was started.`,
    table(
      [{ title: 'Comment' }, { title: 'What it does' }],
      commands.map(([command, does]) => [codeSpan(`${prefix} ${command}`), does]),
    ),
    'The command is the first line of a comment. Anyone with write permission may give it.',
  );

/** The answer to `status`: where the run stands, or that there is none. */
export const renderStatus = (report?: Report): string =>
  report === undefined
    ? 'No run is known here.'
    : limit(blocks(`${renderStateLine(report)}<br>\n${renderFactsLine(report)}`, renderTaskTable(report)));

/** The answer to a request that may not or cannot run: why, and what would have to change. */
export const renderRefusal = (failure: Failure): string =>
  blocks(`🚫 **Not started:** ${defuseLine(failure.message)}`, dotted(`→ ${defuseLine(failure.action)}`));
