import type { Report } from '../report/report.js';
import { formatCost, formatDuration, plural } from './format.js';
import { dotted, link } from './markdown.js';
import { phaseWord, statusWord } from './words.js';

/** One line that says where the run stands, as a sentence: icon, state, what was delivered. Markdown. */
export const renderStateLine = (report: Report): string => {
  if (report.running) return `⏳ **${runningState(report)}**`;
  const { icon, word } = statusWord(report.summary.status);
  return `${icon} **${word}**${delivered(report)}`;
};

const runningState = ({ run, summary }: Report): string => {
  if (run.phase === undefined) return 'Acknowledged, starting';
  if (run.phase !== 'tasks') return phaseWord(run.phase);
  const working = summary.tasks.filter((task) => task.status === 'running').length;
  const landed = summary.tasks.filter((task) => task.status === 'landed').length;
  return `${plural(working, 'agent')} at work, ${landed} of ${plural(summary.tasks.length, 'task')} landed`;
};

const delivered = ({ summary, run }: Report): string => {
  const landed = summary.tasks.filter((task) => task.status === 'landed').length;
  if (summary.tasks.length === 0) return '';
  const what = `: ${landed} of ${plural(summary.tasks.length, 'task')} landed`;
  if (summary.pullRequest === null) return what;
  const draft = run.pullRequest?.draft === true ? 'draft pull request' : 'pull request';
  return `${what} in ${draft} ${link(`#${summary.pullRequest.number}`, summary.pullRequest.url)}`;
};

/** The second line: how long, how many iterations, how much, and where to read on. Markdown. */
export const renderFactsLine = ({ summary, facts }: Report): string => {
  const { links = {} } = facts;
  const prd =
    summary.prdPath === null ? '' : links.prd === undefined ? `PRD \`${summary.prdPath}\`` : link('PRD', links.prd);
  const hash = summary.planHash === null ? '' : `\`${summary.planHash.slice(0, 8)}\``;
  const plan = hash === '' ? '' : `${links.plan === undefined ? 'Plan' : link('Plan', links.plan)} ${hash}`;
  return dotted(
    formatDuration(summary.time.actualMs),
    summary.iterations === 0 ? '' : plural(summary.iterations, 'iteration'),
    summary.tokens.sent + summary.tokens.received === 0 ? '' : formatCost(summary.cost),
    prd,
    plan,
    summary.isolation === null ? '' : `isolation: ${summary.isolation}`,
    links.report === undefined ? '' : link('Report', links.report),
    links.run === undefined ? '' : link('Log', links.run),
  );
};
