import fc from 'fast-check';
import { Failure } from '../../src/core/failure.js';
import { Outcome } from '../../src/core/outcome.js';
import { maxWaits, mayWait, retryDelayMs, ruleOf } from '../../src/core/outcome-rules.js';

const table = [
  ['changed', 'done', true, false],
  ['no-change', 'next-message', true, false],
  ['out-of-scope', 'next-message', true, false],
  ['validation-failed', 'next-message', true, false],
  ['answer-cut', 'next-message', true, false],
  ['edits-unmatched', 'next-message', true, false],
  ['rate-limited', 'wait-and-retry', false, false],
  ['provider-error', 'wait-and-retry', false, false],
  ['timed-out', 'new-attempt', true, true],
  ['crashed', 'new-attempt', true, true],
  ['context-overflow', 'escalate', true, true],
  ['budget-reached', 'stop-starting', false, false],
  ['auth-failed', 'stop-run', false, false],
  ['quota-exhausted', 'stop-run', false, false],
  ['policy-refused', 'next-message', true, false],
  ['sandbox-failed', 'stop-run', false, false],
  ['cancelled', 'cancel', false, false],
] as const;

describe('the rule of an outcome', () => {
  it('is there for every outcome, and this table has them all', () => {
    expect(table.map(([outcome]) => outcome).toSorted()).toEqual([...Outcome.options].toSorted());
  });

  it.each(table)('of %s is %s', (outcome, next, usesIteration, usesAttempt) => {
    expect(ruleOf(outcome)).toMatchObject({ next, usesIteration, usesAttempt });
  });

  it('gives no change one sharper message, then ends the attempt', () => {
    expect(ruleOf('no-change', 'validation-failed').next).toBe('next-message');
    expect(ruleOf('no-change', 'no-change')).toMatchObject({ next: 'new-attempt', usesAttempt: true });
  });

  it.each(Outcome.options)('of %s tells who must act and how', (outcome) => {
    const failure = ruleOf(outcome).failure('What happened.');
    expect(Failure.parse(failure)).toMatchObject({ reason: outcome, message: 'What happened.' });
    expect(failure.action).not.toBe('');
  });
});

describe('waiting for a provider', () => {
  it('ends after five waits', () => {
    expect([0, 1, 2, 3, 4, 5].map(mayWait)).toEqual([true, true, true, true, true, false]);
  });

  it('doubles its longest wait from 15 s', () => {
    expect([0, 1, 2, 3, 4].map((waits) => retryDelayMs(waits, 1))).toEqual([15e3, 30e3, 60e3, 120e3, 240e3]);
  });

  it('never leaves the range from nothing to 4 min', () => {
    const waits = fc.nat(10 * maxWaits);
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(waits, random, (n, r) => {
        const delay = retryDelayMs(n, r);
        return delay >= 0 && delay <= 240_000;
      }),
    );
  });
});
