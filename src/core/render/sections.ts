import type { Failure } from '../failure.js';
import { howToRaise, isolationWarning } from '../isolation.js';
import type { Report } from '../report/report.js';
import type { TaskSummary } from '../report/summary.js';
import type { TaskState } from '../run/run.js';
import { codeBlock, codeCell, defuseCell, defuseLine } from '../text/outgoing.js';
import { formatCost, formatCount, formatDuration, formatShare, formatUsd, plural } from './format.js';
import { alert, blocks, link, table, type Column } from './markdown.js';
import { keptNotes } from './kept-notes.js';
import { flakyNotes, guiltyNotes } from './validation-table.js';
import { actorWord, conflictWord, taskWord, verdictWord } from './words.js';

const right = (title: string): Column => ({ title, align: 'right' });
const left = (title: string): Column => ({ title });

/** State, task, agent, iterations, time, cost and what it did, a row a task in plan order. */
export const renderTaskTable = ({ summary, run }: Report): string =>
  table(
    [
      left('State'),
      left('Task'),
      left('Agent'),
      right('Iterations'),
      right('Time'),
      right('Cost'),
      left('What it did'),
    ],
    summary.tasks.map((task, index) => [
      `${taskWord(task.status).icon}\u00a0${taskWord(task.status).word}`,
      codeCell(task.id),
      task.branch,
      task.iterations === 0 ? '' : String(task.iterations),
      task.durationMs === 0 ? '' : formatDuration(task.durationMs),
      costOfTask(task),
      [defuseCell(task.title), didWhat(task, run.tasks[index]?.state)].filter((part) => part !== '').join('<br>'),
    ]),
  );

/** Nothing before the first message has ended. */
const costOfTask = ({ tokens, costUsd }: TaskSummary): string => {
  if (tokens.sent + tokens.received === 0) return '';
  return costUsd === null ? 'unknown' : formatUsd(costUsd);
};

const didWhat = (task: TaskSummary, state: TaskState | undefined): string => {
  if (state?.kind === 'skipped') return `<sub>${defuseCell(state.why)}</sub>`;
  const failed = task.failure === undefined ? '' : `, ${task.failure.reason.replaceAll('-', ' ')}`;
  if (task.files.length === 0) return failed === '' ? '' : `<sub>${failed.slice(2)}</sub>`;
  const lines = `+${task.linesAdded} −${task.linesDeleted} in ${plural(task.files.length, 'file')}`;
  return `<sub>${lines}${failed}${task.status === 'failed' ? ', not delivered' : ''}</sub>`;
};

/** Every failure with what mends it: of the run, of its tasks, and a pull request that could not be opened. */
export const renderFailures = ({ run }: Report): string =>
  blocks(
    run.end?.failure === undefined ? '' : alert('CAUTION', mend('', run.end.failure)),
    run.pullRequestForbidden === undefined
      ? ''
      : alert(
          'WARNING',
          `${mend('', noPullRequest(run.pullRequestForbidden))}\n\n${link('Open the pull request', run.pullRequestForbidden.compareUrl)}`,
        ),
    ...run.tasks.flatMap(({ task, state }) =>
      state.kind === 'failed' ? [alert('WARNING', mend(`${codeCell(task.id)}: `, state.failure))] : [],
    ),
  );

/** GitHub's refusal of the pull request with both ways out of it. */
export const noPullRequest = (refused: { readonly message: string; readonly compareUrl: string }): Failure => ({
  reason: 'pull-request-forbidden',
  who: 'user',
  message: `The branch is pushed, but GitHub did not let us open the pull request: ${refused.message}`,
  action: `Open it at \`${refused.compareUrl}\`. To have it opened the next time, allow it in Settings → Actions → General → "Allow GitHub Actions to create and approve pull requests".`,
});

const mend = (what: string, { message, action, who, evidence }: Failure): string =>
  `**${what}${defuseLine(message)}**\n\n→ *${actorWord(who)}:* ${defuseLine(action)}${evidence === undefined ? '' : folded(evidence)}`;

/** Characters; the report has all of it. */
const maxEvidence = 4_000;

const folded = (evidence: string): string => {
  const shown = evidence.length > maxEvidence ? `${evidence.slice(0, maxEvidence).toWellFormed()}\n...` : evidence;
  return `\n\n<details><summary>What there is to look at</summary>\n\n${codeBlock(shown)}\n\n</details>`;
};

/** What the isolation of this run left open, and what raises it; '' in a sandbox. */
export const renderIsolation = ({ run }: Report): string => {
  const level = run.isolation?.level ?? 'sandbox';
  const warning = isolationWarning(level);
  if (warning === '') return '';
  return alert(level === 'none' ? 'WARNING' : 'NOTE', `${warning}\n\n→ *What you can do:* ${howToRaise(level)}`);
};

/** Each acceptance criterion with what is known and how. */
export const renderAcceptanceTable = ({ summary }: Report): string =>
  table(
    [left('Acceptance'), left('Criterion'), left('Verdict'), left('Evidence')],
    summary.acceptance.map(({ id, text, verdict, evidence }) => [
      id,
      defuseCell(text),
      `${verdictWord(verdict).icon}\u00a0${verdictWord(verdict).word}`,
      defuseCell(evidence),
    ]),
  );

/** Tasks, agents, one after the other against side by side, and money with what it bought. */
export const renderTotals = (report: Report): string => {
  const { summary } = report;
  if (summary.tasks.length === 0) return '';
  const { time, tasks, agents, tokens } = summary;
  const landed = tasks.filter((task) => task.status === 'landed').length;
  return table(
    [left('Tasks'), left(`${landed} of ${tasks.length} landed`)],
    [
      ['Agents', `${agents.peak} at once (at most ${agents.max})`],
      ['One after the other', `${formatDuration(time.sequentialMs)} (estimate from the same work)`],
      ['In parallel', `${formatDuration(time.actualMs)}${efficiencyOf(report)}`],
      ['Time saved', savedOf(report)],
      ['Tokens', `${formatCount(tokens.sent)} sent, ${formatCount(tokens.received)} received`],
      ['Cost', costOf(report)],
    ],
  );
};

const efficiencyOf = ({ summary }: Report): string =>
  summary.time.efficiency === null ? '' : ` (schedule at ${formatShare(summary.time.efficiency)} of the best possible)`;

const savedOf = ({ summary, run }: Report): string => {
  const { savedMs, sequentialMs } = summary.time;
  if (run.sequence !== undefined) return `none, run in sequence: ${defuseCell(run.sequence.why)}`;
  return savedMs > 0 ? `**${formatDuration(savedMs)}** (${formatShare(savedMs / sequentialMs)})` : 'none';
};

/** The sum, and what it bought: landed tasks, lines, files. */
export const costOf = ({ summary, facts }: Report): string => {
  const landed = summary.tasks.filter((task) => task.status === 'landed');
  const lines = landed.reduce((sum, task) => sum + task.linesAdded + task.linesDeleted, 0);
  const files = new Set(landed.flatMap((task) => task.files)).size;
  const bought =
    landed.length === 0
      ? 'nothing was delivered for it'
      : `for ${plural(landed.length, 'landed task')}: ${plural(lines, 'changed line')} in ${plural(files, 'file')}`;
  const source = facts.priceSource === undefined ? '' : ` (prices: ${defuseCell(facts.priceSource)})`;
  return `**${formatCost(summary.cost)}** ${bought}${summary.cost.known ? '' : '; a price is unknown'}${source}`;
};

/** Money by phase and by model. */
export const renderCostTable = ({ summary }: Report): string => {
  const { byPhase, byModel } = summary.cost;
  const rows = [
    ...byPhase.map((each) => [each.phase, each] as const),
    ...byModel.map((each) => [codeCell(each.model), each] as const),
  ];
  return table(
    [left('Phase or model'), right('Cost'), right('Sent'), right('Received')],
    rows.map(([name, each]) => [
      name,
      formatCost(each),
      formatCount(each.tokens.sent),
      formatCount(each.tokens.received),
    ]),
  );
};

/** What was told on the way: notes of the plan, warnings, flaky commands and conflicts. */
export const renderNotes = ({ run, summary }: Report): string =>
  [
    ...(run.plan?.notes ?? []),
    ...(run.isolation?.notes ?? []),
    ...run.warnings,
    ...keptNotes(run),
    ...flakyNotes(run),
    ...guiltyNotes(run),
    ...summary.conflicts.map(
      (each) =>
        `${each.task} ${each.predicted ? 'would have conflicted' : 'conflicted'} with ${each.with.join(', ') || 'the branch'} in ${each.files.join(', ')}: ${conflictWord(each)}`,
    ),
  ]
    .map((note) => `- ${defuseLine(note)}`)
    .join('\n');

/** Said where checks wait for a person, as on every pull request that `GITHUB_TOKEN` opened. */
export const renderChecksNote = ({ facts, run, running }: Report): string =>
  facts.checksWait !== true || running || run.branch === undefined || run.pullRequestForbidden !== undefined
    ? ''
    : alert(
        'NOTE',
        'Checks on this pull request start only after a maintainer presses **Approve and run**, because `GITHUB_TOKEN` opened it. To have them start by themselves, give `github-token` an App token or a personal token.',
      );
