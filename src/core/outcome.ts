import { z } from 'zod';
import type { AgentFacts } from './agent-facts.js';
import { classifyProviderError } from './provider-error.js';

/** How one message to an agent ended (design section 5). Every value has its rule in `outcome-rules.ts`. */
export const Outcome = z.enum([
  'changed',
  'no-change',
  'out-of-scope',
  'validation-failed',
  'rate-limited',
  'quota-exhausted',
  'auth-failed',
  'context-overflow',
  'timed-out',
  'crashed',
  'budget-reached',
  'answer-cut',
  'edits-unmatched',
  'provider-error',
  'policy-refused',
  'sandbox-failed',
  'cancelled',
]);
export type Outcome = z.infer<typeof Outcome>;

/** What the collected work tree says: files changed in scope, changes refused, and our own validation if it ran. */
export interface Work {
  readonly changed: number;
  readonly refused: number;
  /** Refused only because they lie outside the task's files. */
  readonly outOfScope?: number;
  readonly validationGreen?: boolean;
}

/** An outcome and one sentence for a person. */
export interface Judged {
  readonly outcome: Outcome;
  readonly detail: string;
}

/**
 * How a message ended, from facts alone. Aider exits 0 for nearly every failure, so the order is: what stopped it,
 * what the provider answered last (an earlier refusal that a retry mended does not count), how Aider ended, then
 * what it left in the work tree.
 */
export const verdict = (facts: AgentFacts, work: Work): Judged =>
  ofStop(facts) ?? ofProvider(facts) ?? ofAider(facts) ?? ofWork(work);

const judged = (outcome: Outcome, detail: string): Judged => ({ outcome, detail });

const ofStop = (facts: AgentFacts): Judged | undefined => {
  if (facts.notStarted !== undefined)
    return judged('sandbox-failed', `The agent's process could not be started: ${facts.notStarted}`);
  switch (facts.killedBy) {
    case 'cancel':
      return judged('cancelled', 'The agent was stopped on request.');
    case 'timeout':
      return judged('timed-out', `The agent was stopped after ${seconds(facts.durationMs)} without an end.`);
    case null:
      return undefined;
  }
};

const ofProvider = (facts: AgentFacts): Judged | undefined => {
  const status = facts.statuses.at(-1);
  if (status === undefined) return undefined;
  const said = `${status === 0 ? 'not reached' : status} ${facts.lastError}`.trim();
  const kind = classifyProviderError(status, facts.lastError);
  switch (kind) {
    case 'auth-failed':
      return judged(kind, `The provider refused the key: ${said}.`);
    case 'quota-exhausted':
      return judged(kind, `The account has no credit left: ${said}.`);
    case 'rate-limited':
      return judged(kind, `The provider's rate limit held for all of Aider's tries: ${said}.`);
    case 'context-overflow':
      return judged(kind, `The message and its files do not fit the model's context: ${said}.`);
    case 'provider-error':
      return judged(kind, `The provider failed: ${said}.`);
    case 'model-unknown':
      // It is unknown for every agent: asking again only costs time.
      return judged('auth-failed', `The provider does not know this model, or not for this key: ${said}.`);
    case 'budget-reached':
      return judged(kind, facts.lastError.slice(facts.lastError.indexOf(':') + 1).trim());
    case 'request-refused':
      return judged('crashed', `The provider refused the request: ${said}.`);
    case undefined:
      return undefined;
  }
};

const ofAider = (facts: AgentFacts): Judged | undefined => {
  if (facts.exitCode !== 0) return judged('crashed', `Aider ended with ${exitOf(facts)}. ${facts.tail}`.trim());
  if (!facts.exitEvent?.startsWith('Completed'))
    return judged(
      'crashed',
      `Aider ended early: ${facts.exitEvent ?? 'no exit event in its log'}. ${facts.tail}`.trim(),
    );
  if (facts.sendsStarted === 0 || facts.statuses.length === 0)
    return judged('crashed', `Aider ended without asking the model. ${facts.tail}`.trim());
  if (facts.answerCut)
    return judged('answer-cut', "The model's answer was cut at its output limit; its edits are lost.");
  if (facts.reflectionsExhausted)
    return judged('edits-unmatched', 'The edits of the answer did not match the files, three corrections included.');
  return undefined;
};

const ofWork = (work: Work): Judged => {
  if (work.changed === 0 && work.refused > 0 && work.outOfScope === 0)
    return judged('policy-refused', `All ${work.refused} changed files break the patch policy; none was taken.`);
  if (work.changed === 0 && work.refused > 0)
    return judged('out-of-scope', `All ${work.refused} changed files lie outside the task; none was taken.`);
  if (work.changed === 0) return judged('no-change', 'The answer held no edit.');
  if (work.validationGreen === false) return judged('validation-failed', 'The change is there, but validation is red.');
  return judged('changed', `${work.changed} ${work.changed === 1 ? 'file' : 'files'} changed.`);
};

const exitOf = (facts: AgentFacts): string =>
  facts.exitCode === null ? 'a signal, or it never began' : `exit code ${facts.exitCode}`;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
