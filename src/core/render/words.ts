import type { Failure } from '../failure.js';
import type { Outcome } from '../outcome.js';
import type { AcceptanceVerdict, TaskStatus } from '../report/summary.js';
import type { ConflictEnd, ConflictResolver, JudgedResult, Phase, RunStatus } from '../run/event.js';

interface Word {
  readonly icon: string;
  readonly word: string;
}

export const taskWord = (status: TaskStatus): Word => {
  switch (status) {
    case 'pending':
      return { icon: '⚪', word: 'waiting' };
    case 'running':
      return { icon: '🔵', word: 'running' };
    case 'landing':
      return { icon: '🔵', word: 'landing' };
    case 'landed':
      return { icon: '✅', word: 'landed' };
    case 'failed':
      return { icon: '❌', word: 'failed' };
    case 'skipped':
      return { icon: '⏭️', word: 'skipped' };
    case 'cancelled':
      return { icon: '🚫', word: 'cancelled' };
  }
};

export const statusWord = (status: RunStatus): Word => {
  switch (status) {
    case 'succeeded':
      return { icon: '✅', word: 'Succeeded' };
    case 'partial':
      return { icon: '🟡', word: 'Partly done' };
    case 'failed':
      return { icon: '❌', word: 'Failed' };
    case 'skipped':
      return { icon: '⏭️', word: 'Skipped' };
    case 'awaiting-approval':
      return { icon: '✋', word: 'Waiting for approval' };
    case 'cancelled':
      return { icon: '🚫', word: 'Cancelled' };
  }
};

export const verdictWord = (verdict: AcceptanceVerdict): Word => {
  switch (verdict) {
    case 'met':
      return { icon: '✅', word: 'met' };
    case 'not-met':
      return { icon: '❌', word: 'not met' };
    case 'judged-met':
      return { icon: '☑️', word: 'judged met' };
    case 'judged-not-met':
      return { icon: '❌', word: 'judged not met' };
    case 'unknown':
      return { icon: '❔', word: 'unknown' };
  }
};

export const phaseWord = (phase: Phase): string => {
  switch (phase) {
    case 'setup':
      return 'Preparing the repository';
    case 'prd':
      return 'Writing the PRD';
    case 'plan':
      return 'Planning';
    case 'tasks':
      return 'Working';
    case 'validation':
      return 'Validating the whole';
    case 'repair':
      return 'Repairing';
    case 'delivery':
      return 'Delivering';
  }
};

/** A command's result, told apart from what was red before the run. */
export const resultWord = ({ verdict, exitCode, newFailures = [], flaky }: JudgedResult): Word => {
  switch (verdict) {
    case 'green':
      return { icon: '✅', word: flaky === true ? 'green, flaky' : 'green' };
    case 'known-failure':
      return { icon: '☑️', word: 'nothing new' };
    case 'new-failure':
      if (exitCode === null) return { icon: '❌', word: 'stopped' };
      return { icon: '❌', word: newFailures.length > 1 ? `${newFailures.length} new failures` : 'new failure' };
    case 'unknown':
      return { icon: '❔', word: 'red before too' };
  }
};

/** How a message to an agent ended, for a person. */
export const outcomeWord = (outcome: Outcome): string =>
  outcome === 'changed' ? 'done' : outcome.replaceAll('-', ' ');

/** Who must act on a failure. */
export const actorWord = (who: Failure['who']): string => {
  switch (who) {
    case 'user':
      return 'What you can do';
    case 'world':
      return 'Not in your hands; what helps';
    case 'us':
      return 'A bug of aider-orchestrator; what helps';
  }
};

/** How a conflict ended and, where it was merged, by what. */
export const conflictWord = ({
  end,
  by,
}: {
  readonly end: ConflictEnd | null;
  readonly by?: ConflictResolver | undefined;
}): string => {
  const word = (end ?? 'open').replaceAll('-', ' ');
  switch (by) {
    case 'rule':
      return `${word} by the rule for its files`;
    case 'model':
      return `${word} by a model`;
    case undefined:
      return word;
  }
};
