import type { AgentFacts } from '../../src/core/agent-facts.js';
import { verdict, type Outcome, type Work } from '../../src/core/outcome.js';
import { noUsage } from '../../src/core/usage.js';

const good: AgentFacts = {
  exitCode: 0,
  killedBy: null,
  sendsStarted: 1,
  sends: 1,
  exitEvent: 'Completed --message-file',
  reflectionsExhausted: false,
  statuses: [200],
  lastError: '',
  answerCut: false,
  usage: noUsage,
  durationMs: 5000,
  tail: '',
};
const oneFile: Work = { changed: 1, refused: 0 };
const nothing: Work = { changed: 0, refused: 0 };

interface Row {
  readonly says: string;
  readonly facts: Partial<AgentFacts>;
  readonly work: Work;
  readonly outcome: Outcome;
}
const refused = (says: string, status: number, lastError: string, outcome: Outcome): Row => ({
  says,
  facts: { statuses: [status], lastError, sends: 0 },
  work: nothing,
  outcome,
});
const left = (says: string, facts: Partial<AgentFacts>, work: Work, outcome: Outcome): Row => ({
  says,
  facts,
  work,
  outcome,
});

const rows: readonly Row[] = [
  left('a file changed and nothing was validated', {}, oneFile, 'changed'),
  left('a file changed and validation is green', {}, { ...oneFile, validationGreen: true }, 'changed'),
  left('a file changed and others were refused', {}, { changed: 1, refused: 2 }, 'changed'),
  left('validation is red', {}, { ...oneFile, validationGreen: false }, 'validation-failed'),
  left('a clean work tree', {}, nothing, 'no-change'),
  left('a clean work tree whatever validation says', {}, { ...nothing, validationGreen: false }, 'no-change'),
  left('an empty answer', { sends: 0 }, nothing, 'no-change'),
  left('only refused changes', {}, { changed: 0, refused: 3 }, 'out-of-scope'),
  left('only refused changes, some out of scope', {}, { changed: 0, refused: 3, outOfScope: 1 }, 'out-of-scope'),
  left('only changes the policy refused', {}, { changed: 0, refused: 3, outOfScope: 0 }, 'policy-refused'),
  left('some changes the policy refused', {}, { changed: 1, refused: 3, outOfScope: 0 }, 'changed'),
  left('a process that never began', { exitCode: null, notStarted: 'bwrap: no namespaces' }, nothing, 'sandbox-failed'),
  left(
    'the edits never matched',
    { sends: 4, sendsStarted: 4, reflectionsExhausted: true },
    nothing,
    'edits-unmatched',
  ),
  left('part of the edits never matched', { reflectionsExhausted: true }, oneFile, 'edits-unmatched'),
  left('a cut answer', { answerCut: true, sends: 0 }, nothing, 'answer-cut'),
  left('a stop on request, whatever else', { killedBy: 'cancel', statuses: [401] }, oneFile, 'cancelled'),
  left('a time-out, whatever was left', { killedBy: 'timeout', exitCode: null }, oneFile, 'timed-out'),
  left('a non-zero exit', { exitCode: 1 }, oneFile, 'crashed'),
  left('a signal', { exitCode: null }, nothing, 'crashed'),
  left('no exit event', { exitEvent: null }, oneFile, 'crashed'),
  left('another exit event', { exitEvent: 'Unknown edit format' }, nothing, 'crashed'),
  left('no request at all', { sendsStarted: 0, sends: 0, statuses: [] }, nothing, 'crashed'),
  left('rate limits that a retry got over', { statuses: [429, 429, 200] }, oneFile, 'changed'),
  left('a server error that a retry got over', { statuses: [500, 200], lastError: 'api_error' }, oneFile, 'changed'),
  left('a provider that went away after an edit', { statuses: [200, 429] }, oneFile, 'rate-limited'),
  left('a refusal behind a non-zero exit', { statuses: [401], exitCode: 1 }, nothing, 'auth-failed'),
  refused('a bad key', 401, 'invalid_api_key', 'auth-failed'),
  refused('a forbidden key', 403, 'PERMISSION_DENIED', 'auth-failed'),
  refused('a bad Gemini key', 400, 'API_KEY_INVALID', 'auth-failed'),
  refused('an unknown model', 404, 'model_not_found', 'auth-failed'),
  refused('no credit', 402, '', 'quota-exhausted'),
  refused('a used-up quota behind 429', 429, 'insufficient_quota', 'quota-exhausted'),
  refused('a rate limit', 429, 'rate_limit_exceeded', 'rate-limited'),
  refused("Gemini's rate limit", 429, 'RESOURCE_EXHAUSTED', 'rate-limited'),
  refused("OpenAI's context overflow", 400, 'context_length_exceeded', 'context-overflow'),
  refused("Anthropic's context overflow", 400, 'prompt is too long: 210000 tokens > 200000', 'context-overflow'),
  refused(
    "Gemini's context overflow",
    400,
    'The input token count (9) exceeds the maximum number of tokens allowed',
    'context-overflow',
  ),
  refused('a body too large', 413, 'request_too_large', 'context-overflow'),
  refused('a server error', 500, 'api_error', 'provider-error'),
  refused('an overloaded provider', 529, 'overloaded_error', 'provider-error'),
  refused('a provider out of reach', 0, '', 'provider-error'),
  refused("our gateway's budget", 400, 'budget_reached: The budget of $5.00 is reached.', 'budget-reached'),
  refused('any other refused request', 400, 'invalid_request_error', 'crashed'),
];

describe('the verdict on a message', () => {
  it.each(rows)('is $outcome for $says', ({ facts, work, outcome }) => {
    const judged = verdict({ ...good, ...facts }, work);
    expect(judged.outcome).toBe(outcome);
    expect(judged.detail).not.toBe('');
  });

  it('names what the provider said', () => {
    const { detail } = verdict({ ...good, statuses: [429], lastError: 'insufficient_quota' }, nothing);
    expect(detail).toContain('429 insufficient_quota');
  });

  it.each<[Partial<AgentFacts>, Work, string]>([
    [{ notStarted: 'no namespaces' }, nothing, 'could not be started: no namespaces'],
    [{ killedBy: 'timeout', durationMs: 61_400 }, nothing, 'stopped after 61 s'],
    [{ statuses: [0], lastError: 'ECONNREFUSED' }, nothing, 'not reached ECONNREFUSED.'],
    [{ statuses: [503] }, nothing, 'failed: 503.'],
    [
      { statuses: [400], lastError: 'budget_reached: The cap of $5 is reached. ' },
      nothing,
      'The cap of $5 is reached.',
    ],
    [{ exitCode: 3, tail: 'Traceback' }, nothing, 'Aider ended with exit code 3. Traceback'],
    [{ exitCode: null, tail: '' }, nothing, 'Aider ended with a signal, or it never began.'],
    [{ exitEvent: null, tail: 'x' }, nothing, 'Aider ended early: no exit event in its log. x'],
    [{ exitEvent: 'Bad format' }, nothing, 'Aider ended early: Bad format.'],
    [{ statuses: [], tail: 'y' }, nothing, 'Aider ended without asking the model. y'],
    [{ sendsStarted: 0 }, nothing, 'Aider ended without asking the model.'],
    [{}, { changed: 0, refused: 2 }, 'All 2 changed files lie outside the task'],
    [{}, { changed: 0, refused: 2, outOfScope: 0 }, 'All 2 changed files break the patch policy'],
    [{}, { changed: 1, refused: 0 }, '1 file changed.'],
    [{}, { changed: 2, refused: 0 }, '2 files changed.'],
  ])('says of %j with %j: %s', (facts, work, said) => {
    const { detail } = verdict({ ...good, ...facts }, work);
    expect(detail).toContain(said);
    expect(detail).toBe(detail.trim());
  });
});
