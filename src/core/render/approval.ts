import type { Report } from '../report/report.js';
import { codeCell, codeSpan, defuseCell, defuseLine } from '../text/outgoing.js';
import { blocks, details, table } from './markdown.js';
import { renderPrd } from './prd.js';

const left = (title: string) => ({ title });

/** A plan that waits: its tasks with what they write and wait for, how to approve it, and the PRD; '' for any other. */
export const renderApproval = (report: Report): string => {
  const { run, facts, running } = report;
  if (running || run.end?.status !== 'awaiting-approval' || run.plan === undefined) return '';
  const { plan, hash, notes } = run.plan;
  const { commandPrefix = '/aider' } = facts;
  return blocks(
    `Nothing runs until somebody with write permission comments exactly this:`,
    `\`\`\`\n${commandPrefix} approve ${hash}\n\`\`\``,
    `It runs this plan on ${codeSpan(run.base.branch)} at ${codeSpan(run.base.sha.slice(0, 10))}, and nothing else: when the branch moves on or the issue is edited, it is refused. ${codeSpan(`${commandPrefix} plan`)} makes a new one.`,
    table(
      [left('Agent'), left('Task'), left('Writes'), left('After')],
      plan.tasks.map((task, index) => [
        `agent-${index + 1}`,
        `${codeCell(task.id)}: ${defuseCell(task.title)}`,
        task.writes.map(codeCell).join(', '),
        task.dependsOn.map(codeCell).join(', '),
      ]),
    ),
    notes.map((note) => `- ${defuseLine(note)}`).join('\n'),
    details('PRD', run.prd === undefined ? '' : renderPrd(run.prd.prd)),
  );
};
