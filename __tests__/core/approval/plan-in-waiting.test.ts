import { changesSince, waitsForApproval, type Now } from '../../../src/core/approval/plan-in-waiting.js';
import type { RunEventBody } from '../../../src/core/run/event.js';
import { aRequest, aRun, planMade, runStarted } from '../../support/builders.js';

const awaiting: RunEventBody = { type: 'run-ended', status: 'awaiting-approval' };
const started = runStarted({ request: aRequest({ title: 'A title', body: 'one\ntwo\nthree' }) });
const run = aRun([0, started], [1, planMade()], [2, awaiting]);
const asItWas: Now = { hash: 'a'.repeat(64), title: 'A title', body: 'one\ntwo\nthree', tip: '1'.repeat(40) };
const changed = (now: Partial<Now>): readonly string[] => {
  if (!waitsForApproval(run)) throw new Error('The plan waits');
  return changesSince(run, { ...asItWas, ...now });
};

describe('a plan in waiting', () => {
  it('is there once a run with a plan ended to be approved', () => {
    expect(waitsForApproval(run)).toBe(true);
    expect(waitsForApproval(undefined)).toBe(false);
    expect(waitsForApproval(aRun([0, planMade()]))).toBe(false);
    expect(waitsForApproval(aRun([0, awaiting]))).toBe(false);
    expect(waitsForApproval(aRun([0, planMade()], [1, { type: 'run-ended', status: 'failed' }]))).toBe(false);
  });

  it('may run where nothing has changed since', () => {
    expect(changed({})).toEqual([]);
  });

  it('may not run under another hash, or none', () => {
    const hash = 'a'.repeat(64);
    expect(changed({ hash: 'beef' })).toEqual([`The plan that waits is \`${hash}\`, not "beef".`]);
    expect(changed({ hash: '' })).toEqual([`No hash was given; the plan that waits is \`${hash}\`.`]);
  });

  it('may not run where its base moved or is gone', () => {
    expect(changed({ tip: '2'.repeat(40) })).toEqual(['The branch main was at 1111111111 and is at 2222222222.']);
    expect(changed({ tip: undefined })).toEqual(['The branch main is gone.']);
  });

  it('may not run where the request was edited, and the first line that differs is named', () => {
    expect(changed({ title: 'Else' })).toEqual([`The issue's title was "A title" and is "Else".`]);
    expect(changed({ body: 'one\n2\n3' })).toEqual([`The issue's text was edited: line 2 was "two" and is "2".`]);
    expect(changed({ body: 'one\ntwo' })).toEqual([
      `The issue's text was edited: line 3 was "three" and is not there.`,
    ]);
    expect(changed({ body: 'one\ntwo\nthree\nfour' })).toEqual([
      `The issue's text was edited: line 4 was not there and is "four".`,
    ]);
  });

  it('tells every change at once, a long line by its start', () => {
    expect(changed({ hash: 'x', title: 't'.repeat(80), body: 'b'.repeat(81), tip: undefined })).toEqual([
      expect.stringContaining('not "x"'),
      'The branch main is gone.',
      `The issue's title was "A title" and is "${'t'.repeat(80)}".`,
      `The issue's text was edited: line 1 was "one" and is "${'b'.repeat(79)}…".`,
    ]);
  });
});
