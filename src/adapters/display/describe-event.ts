import { formatCount, formatDuration, formatUsd, plural } from '../../core/render/format.js';
import { conflictWord, outcomeWord, phaseWord } from '../../core/render/words.js';
import { isolationWarning } from '../../core/isolation.js';
import type { Failure } from '../../core/failure.js';
import type { JudgedResult, RunEvent } from '../../core/run/event.js';
import type { Run } from '../../core/run/run.js';
import type { Usage } from '../../core/usage.js';
import { endWord } from './end-word.js';
import { safeText } from './safe-text.js';

export type LineTone = 'plain' | 'good' | 'bad' | 'warn' | 'dim';

/** A line for a person. Its text is safe for a terminal and for an action's log. */
export interface Line {
  readonly tone: LineTone;
  readonly text: string;
}

const line = (tone: LineTone, text: string): readonly Line[] => [{ tone, text: safeText(text) }];
const nothing: readonly Line[] = [];

/** What an event says to a person, in no, one or two lines; `run` is the run after it. */
export const describeEvent = (event: RunEvent, run: Run): readonly Line[] => {
  switch (event.type) {
    case 'run-started':
      return line('plain', `Run ${event.runId}: ${event.request.title} (${askedBy(event.request)})`);
    case 'isolation-reached':
      return [
        ...(event.level === 'none'
          ? line('warn', isolationWarning(event.level))
          : line('dim', isolationWarning(event.level) || `Isolation: ${event.level}`)),
        ...event.notes.flatMap((note) => line('dim', note)),
      ];
    case 'phase-started':
      return line('plain', phaseWord(event.phase));
    case 'phase-ended':
      return line('dim', `${phaseWord(event.phase)}: ${formatDuration(event.durationMs)}`);
    case 'model-called':
      return line('dim', `${event.model} ${answered(event)}`);
    case 'prd-written':
      return line(
        'good',
        `PRD: ${event.prd.title} (${plural(event.prd.acceptance.length, 'criterion', 'criteria')}), ${event.path}`,
      );
    case 'plan-made':
      return [
        ...line(
          'good',
          `Plan: ${plural(event.plan.tasks.length, 'task')} (${event.origin}), ${event.hash.slice(0, 8)}`,
        ),
        ...event.notes.flatMap((note) => line('dim', note)),
      ];
    case 'baseline-taken':
      return line(
        'dim',
        `Baseline: ${event.results.map((each) => `${each.name} ${each.exitCode === 0 ? 'green' : 'red'}`).join(', ') || 'no commands'}`,
      );
    case 'sequence-chosen':
      return line('plain', `One task after the other: ${event.why}`);
    case 'task-started':
      return line(
        'plain',
        `${nameOf(run, event.task)} started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''} with ${event.model}`,
      );
    case 'iteration-started':
      return nothing;
    case 'agent-slow':
      return line(
        'warn',
        `${nameOf(run, event.task)} is slow: ${formatDuration(event.elapsedMs)} in iteration ${event.iteration}`,
      );
    case 'agent-extended':
      return line(
        'warn',
        `${nameOf(run, event.task)} still makes progress and gets ${formatDuration(event.extensionMs)} more`,
      );
    case 'iteration-ended':
      return line(
        event.outcome === 'changed' ? 'plain' : 'warn',
        `${nameOf(run, event.task)} iteration ${event.iteration}: ${outcomeWord(event.outcome)} in ${formatDuration(event.durationMs)} (${used(event.usage)})${detailOf(event)}`,
      );
    case 'attempt-failed':
      return line('warn', `${nameOf(run, event.task)} attempt ${event.attempt} failed: ${event.failure.message}`);
    case 'task-landing':
    case 'integration-moving':
    case 'branch-pushing':
    case 'pull-request-opening':
      return nothing;
    case 'task-landed':
      return line(
        'good',
        `${nameOf(run, event.task)} landed: ${plural(event.changes.length, 'file')}, ${run.landings.length} of ${run.tasks.length}`,
      );
    case 'conflict-found':
      return line(
        'warn',
        `${nameOf(run, event.task)} conflicts with ${event.with.join(', ') || 'what landed'} in ${event.files.join(', ')}`,
      );
    case 'conflict-predicted':
      return line(
        'warn',
        `${nameOf(run, event.task)} would conflict with ${event.with.join(', ') || 'what landed'} in ${event.files.join(', ')}: stopped, to be redone on top`,
      );
    case 'conflict-ended':
      return line(
        event.end === 'escalated' ? 'bad' : 'good',
        `${nameOf(run, event.task)} conflict: ${conflictWord(event)}`,
      );
    case 'task-requeued':
      return line('plain', `${nameOf(run, event.task)} waits to be redone on top of what landed`);
    case 'task-failed':
      return failed(`${nameOf(run, event.task)} failed`, event.failure);
    case 'task-skipped':
      return line('warn', `${nameOf(run, event.task)} skipped: ${event.why}`);
    case 'task-cancelled':
      return line('warn', `${nameOf(run, event.task)} cancelled`);
    case 'flaky-found':
      return line(
        'warn',
        `${event.name} is flaky: red, then green on the same files${event.failures.length === 0 ? '' : ` (${event.failures.slice(0, 3).join(', ')})`}`,
      );
    case 'validation-ended':
      return event.results.every((each) => each.verdict === 'green' || each.verdict === 'known-failure')
        ? line('good', `Validation green: ${event.results.map(greenName).join(', ') || 'no commands'}`)
        : line('bad', `Validation red: ${redOf(event.results)}`);
    case 'guilty-found':
      return line(
        'warn',
        `${event.commands.join(', ')} became red by ${nameOf(run, event.task)}${event.with === undefined ? '' : ` together with ${nameOf(run, event.with)}`} (${plural(event.runs, 'run')} to find out)`,
      );
    case 'repair-started':
      return line('plain', `Repair ${event.round}: ${nameOf(run, event.task)} mends ${event.commands.join(', ')}`);
    case 'repair-ended':
      return line(
        event.outcome === 'changed' ? 'plain' : 'warn',
        `Repair ${event.round}: ${outcomeWord(event.outcome)} in ${formatDuration(event.durationMs)} (${used(event.usage)})`,
      );
    case 'task-evicted':
      return failed(`${nameOf(run, event.task)} taken out`, event.failure);
    case 'work-set-aside':
      return line('warn', `Nothing is delivered; the work is kept on ${event.branch} at ${event.sha.slice(0, 12)}`);
    case 'work-kept':
      return line(
        'warn',
        `What could not be pushed is in ${event.file}: ${event.branches.map(({ name }) => name).join(', ')}`,
      );
    case 'branch-pushed':
      return line(
        'good',
        `Branch ${event.branch} at ${event.sha.slice(0, 12)}${event.url === undefined ? '' : ` ${event.url}`}`,
      );
    case 'pull-request-opened':
      return line('good', `${event.draft ? 'Draft pull request' : 'Pull request'} #${event.number} ${event.url}`);
    case 'pull-request-forbidden':
      return line(
        'bad',
        `GitHub did not let us open the pull request: ${event.message}; open it at ${event.compareUrl}`,
      );
    case 'warning':
      return line('warn', event.message);
    case 'run-resumed':
      return line('plain', `Run ${run.runId} goes on: ${resumedWith(run)}`);
    case 'run-ended': {
      const tone = event.status === 'succeeded' ? 'good' : event.status === 'failed' ? 'bad' : 'warn';
      const head = `${endWord(event.status, run)} after ${formatDuration(event.at - run.startedAt)}`;
      return event.failure === undefined ? line(tone, head) : failed(head, event.failure);
    }
  }
};

const askedBy = ({ number, actor }: Run['request']): string => (number === undefined ? actor : `#${number}, ${actor}`);

const resumedWith = ({ landings, tasks }: Run): string =>
  tasks.length === 0 ? 'nothing had landed' : `${landings.length} of ${plural(tasks.length, 'task')} had landed`;

const nameOf = (run: Run, id: string): string => {
  const agent = run.tasks.find((each) => each.task.id === id)?.agent;
  return agent === undefined ? id : `agent-${agent} ${id}`;
};

const used = ({ tokensSent, tokensReceived, costUsd }: Usage): string =>
  `${formatCount(tokensSent)} + ${formatCount(tokensReceived)} tokens${costUsd === null ? '' : `, ${formatUsd(costUsd)}`}`;

const answered = ({ usage, durationMs }: Extract<RunEvent, { type: 'model-called' }>): string =>
  usage.tokensReceived === 0 ? 'gave no answer' : `answered in ${formatDuration(durationMs)} (${used(usage)})`;

const redOf = (results: readonly JudgedResult[]): string =>
  results
    .filter((each) => each.verdict === 'new-failure' || each.verdict === 'unknown')
    .map((each) => (each.verdict === 'unknown' ? `${each.name} (red before too)` : withFailures(each)))
    .join(', ');

const withFailures = ({ name, newFailures = [] }: JudgedResult): string => {
  const shown = newFailures.slice(0, 3).join(', ');
  return newFailures.length === 0 ? name : `${name} (${shown}${newFailures.length > 3 ? ', ...' : ''})`;
};

const greenName = ({ name, verdict }: JudgedResult): string =>
  verdict === 'known-failure' ? `${name} (nothing new)` : name;

const detailOf = ({ detail, validation }: Extract<RunEvent, { type: 'iteration-ended' }>): string => {
  const red = redOf(validation);
  const parts = [red === '' ? '' : `red: ${red}`, detail].filter((part) => part !== '');
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
};

const failed = (what: string, failure: Failure): readonly Line[] => [
  ...line('bad', `${what}: ${failure.message}`),
  ...line('bad', `  -> ${failure.action}`),
];
