import type { Failure } from './failure.js';
import type { Outcome } from './outcome.js';

/**
 * What the task loop does after a message: `cancel` and `stop-run` end more than this message. After `stop-starting`
 * nothing new begins, but what is at work goes on.
 */
export type NextStep =
  'done' | 'next-message' | 'new-attempt' | 'wait-and-retry' | 'escalate' | 'stop-starting' | 'stop-run' | 'cancel';

/** The rule of one outcome (design section 5). `failure` is what to tell when this outcome was the last word. */
export interface OutcomeRule {
  readonly usesIteration: boolean;
  readonly usesAttempt: boolean;
  readonly next: NextStep;
  failure(detail: string): Failure;
}

type Blame = Omit<Failure, 'message'>;

const rule = (next: NextStep, uses: 'nothing' | 'iteration' | 'attempt', blame: Blame): OutcomeRule => ({
  next,
  usesIteration: uses !== 'nothing',
  usesAttempt: uses === 'attempt',
  failure: (detail) => ({ ...blame, message: detail }),
});

const user = (reason: Outcome, action: string): Blame => ({ reason, who: 'user', action });
const world = (reason: Outcome, action: string): Blame => ({ reason, who: 'world', action });

const noChange = user(
  'no-change',
  'Say in the request which files are to change and how, or set a stronger `model`; then put the label on again or comment `/aider`.',
);

const rules: Readonly<Record<Outcome, OutcomeRule>> = {
  changed: rule('done', 'iteration', { reason: 'changed', who: 'us', action: 'Nothing: the task has its change.' }),
  'no-change': rule('next-message', 'iteration', noChange),
  'out-of-scope': rule(
    'next-message',
    'iteration',
    user('out-of-scope', "Add the refused files to the task's `writes` in a plan of your own, or ask for less."),
  ),
  'policy-refused': rule(
    'next-message',
    'iteration',
    user(
      'policy-refused',
      'Ask for a change the patch policy lets through, or set `protected-files` for what is yours to open.',
    ),
  ),
  'sandbox-failed': rule(
    'stop-run',
    'nothing',
    user(
      'sandbox-failed',
      'Run `aider-orchestrator doctor` on this machine; it tries the sandbox and says what mends it.',
    ),
  ),
  'validation-failed': rule(
    'next-message',
    'iteration',
    user('validation-failed', 'Read the failing output, raise `max-iterations` or set a stronger `model`.'),
  ),
  'answer-cut': rule(
    'next-message',
    'iteration',
    user('answer-cut', 'Set `edit-format: diff`, or ask for less at once.'),
  ),
  'edits-unmatched': rule(
    'next-message',
    'iteration',
    user('edits-unmatched', 'Set `edit-format: whole` or a stronger `model`.'),
  ),
  'rate-limited': rule(
    'wait-and-retry',
    'nothing',
    world('rate-limited', 'Lower `max-agents`, raise the limit at the provider, or run again later.'),
  ),
  'provider-error': rule(
    'wait-and-retry',
    'nothing',
    world('provider-error', "Look at the provider's status page and run again when it answers."),
  ),
  'timed-out': rule(
    'new-attempt',
    'attempt',
    user('timed-out', 'Raise `agent-timeout-minutes`, or ask for less at once.'),
  ),
  crashed: rule('new-attempt', 'attempt', {
    reason: 'crashed',
    who: 'us',
    action: "Read the agent's log among the artifacts and report it with the run's id.",
  }),
  'context-overflow': rule(
    'escalate',
    'attempt',
    user('context-overflow', 'Ask for less at once, or set a `model` with a larger context window.'),
  ),
  'auth-failed': rule(
    'stop-run',
    'nothing',
    user('auth-failed', "Check the provider's API key secret and that it may use the `model` that is set."),
  ),
  'quota-exhausted': rule(
    'stop-run',
    'nothing',
    user('quota-exhausted', "Add credit to the provider's account or set another key, then run again."),
  ),
  'budget-reached': rule(
    'stop-starting',
    'nothing',
    user(
      'budget-reached',
      'Raise `max-cost-usd` (for models without a known price `max-tokens`) or ask for less at once.',
    ),
  ),
  cancelled: rule('cancel', 'nothing', user('cancelled', 'To start anew, put the label on again or comment `/aider`.')),
};

/**
 * The rule of an outcome. `previous` is the outcome of the message before in the same attempt: no change gets one
 * sharper message, a second one in a row ends the attempt.
 */
export const ruleOf = (outcome: Outcome, previous?: Outcome): OutcomeRule =>
  outcome === 'no-change' && previous === 'no-change' ? rule('new-attempt', 'attempt', noChange) : rules[outcome];

/** How often one message is sent again after `wait-and-retry` before its outcome becomes a failure. */
export const maxWaits = 5;

/** `waits` is how many waits this message has had. */
export const mayWait = (waits: number): boolean => waits < maxWaits;

/** Milliseconds before the retry after `waits` earlier ones: 15 s doubling to 4 min, full jitter; `random` in [0, 1). */
export const retryDelayMs = (waits: number, random: number): number => {
  const ceiling = 15_000 * 2 ** Math.min(waits, maxWaits - 1);
  return Math.round(ceiling * random);
};
