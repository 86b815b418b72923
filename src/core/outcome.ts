import { z } from 'zod';
import type { AgentFacts } from './agent-facts.js';

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
  'answer-cut',
  'edits-unmatched',
  'provider-error',
  'cancelled',
]);
export type Outcome = z.infer<typeof Outcome>;

/** What the collected work tree says: files changed in scope, changes refused, and our own validation if it ran. */
export interface Work {
  readonly changed: number;
  readonly refused: number;
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
  switch (facts.killedBy) {
    case 'cancel':
      return judged('cancelled', 'The agent was stopped on request.');
    case 'timeout':
      return judged('timed-out', `The agent was stopped after ${seconds(facts.durationMs)} without an end.`);
    case null:
      return undefined;
  }
};

// Codes and types: OpenAI `insufficient_quota`, DeepSeek 402, Anthropic `billing_error`, OpenRouter 402 (credits).
const quotaCodes = /insufficient[_ ](quota|balance|credits?|funds)|billing|credit balance|payment[_ ]required/i;
// Gemini answers 400 with reason API_KEY_INVALID for a key it does not know.
const keyCodes = /api[_ ]key[_ ]?(is )?(invalid|not[_ ]valid|expired)|invalid_api_key|authentication_error/i;
// OpenAI `context_length_exceeded`; Anthropic "prompt is too long"; Gemini "input token count exceeds".
const contextCodes =
  /context[_ ](length|window|limit)|maximum context|prompt is too long|(token count|tokens?).{0,40}exceed|exceed.{0,40}(token|context)|too many (input )?tokens|request_too_large|reduce the length/i;

const ofProvider = (facts: AgentFacts): Judged | undefined => {
  const status = facts.statuses.at(-1);
  if (status === undefined || (status >= 200 && status < 400)) return undefined;
  const error = facts.lastError;
  const said = `${status}${error === '' ? '' : ` ${error}`}`;
  if (status === 402 || quotaCodes.test(error)) return judged('quota-exhausted', `The account has no credit: ${said}.`);
  if (status === 401 || status === 403 || keyCodes.test(error))
    return judged('auth-failed', `The provider refused the key: ${said}.`);
  if (status === 404)
    return judged('auth-failed', `The provider does not know the model, or not for this key: ${said}.`);
  if (status === 429)
    return judged('rate-limited', `The provider's rate limit held for all of Aider's tries: ${said}.`);
  if (status === 413 || (status < 500 && contextCodes.test(error)))
    return judged('context-overflow', `The message and its files do not fit the model's context: ${said}.`);
  if (status === 0) return judged('provider-error', 'The provider could not be reached.');
  if (status >= 500 || status === 408 || status === 409 || status === 425)
    return judged('provider-error', `The provider failed: ${said}.`);
  return judged('crashed', `The provider refused the request: ${said}.`);
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
  if (work.changed === 0 && work.refused > 0)
    return judged('out-of-scope', `All ${work.refused} changed files lie outside the task; none was taken.`);
  if (work.changed === 0) return judged('no-change', 'The answer held no edit.');
  if (work.validationGreen === false) return judged('validation-failed', 'The change is there, but validation is red.');
  return judged('changed', `${work.changed} ${work.changed === 1 ? 'file' : 'files'} changed.`);
};

const exitOf = (facts: AgentFacts): string =>
  facts.exitCode === null ? 'a signal, or it never began' : `exit code ${facts.exitCode}`;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
