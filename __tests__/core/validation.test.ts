import fc from 'fast-check';
import { judge, type CommandResult } from '../../src/core/validation.js';
import { aResult } from './../support/builders.js';

/** A red run of a suite in which these tests failed. */
const red = (failed: readonly string[], over: Partial<NonNullable<CommandResult['tests']>> = {}): CommandResult =>
  aResult('test', {
    exitCode: 1,
    tests: {
      formats: ['jest'],
      passed: 10,
      total: 10 + failed.length,
      failures: failed.map((id) => ({ id })),
      complete: true,
      ...over,
    },
  });

const bare = aResult('test', { exitCode: 1 });
const green = aResult('test');

describe('a command that was green before', () => {
  it('is green again, or a new failure with its tests named', () => {
    expect(judge(green, [green])).toEqual({ verdict: 'green' });
    expect(judge(bare, [green])).toEqual({ verdict: 'new-failure' });
    expect(judge(red(['a', 'b']), [green])).toEqual({ verdict: 'new-failure', newFailures: ['a', 'b'] });
  });

  it('is a new failure when it was not run before at all', () => {
    expect(judge(red(['a']), [])).toEqual({ verdict: 'new-failure', newFailures: ['a'] });
    expect(judge({ ...red(['a']), name: 'verify: x' }, [red(['a'])])).toMatchObject({ verdict: 'new-failure' });
  });
});

describe('a command that was red before', () => {
  it.each<[string, CommandResult, CommandResult, object]>([
    ['green now', red(['a']), green, { verdict: 'green' }],
    ['red by the same tests', red(['a', 'b']), red(['b', 'a']), { verdict: 'known-failure' }],
    ['red by fewer tests', red(['a', 'b']), red(['a'], { passed: 11 }), { verdict: 'known-failure' }],
    ['red by one more', red(['a']), red(['a', 'b']), { verdict: 'new-failure', newFailures: ['b'] }],
    ['red by another', red(['a']), red(['b']), { verdict: 'new-failure', newFailures: ['b'] }],
    ['red by two of one name', red(['a']), red(['a', 'a (2)']), { verdict: 'new-failure', newFailures: ['a (2)'] }],
    ['without names before', bare, red(['a']), { verdict: 'unknown' }],
    ['without names now', red(['a']), bare, { verdict: 'unknown' }],
    ['not complete before', red(['a'], { complete: false }), red(['a', 'b']), { verdict: 'unknown' }],
    ['not complete now', red(['a']), red(['a'], { complete: false }), { verdict: 'unknown' }],
    [
      'not complete now, but with a new name',
      red(['a']),
      red(['a', 'b'], { complete: false }),
      { verdict: 'new-failure', newFailures: ['b'] },
    ],
    ['red without any failed test', red(['a']), red([]), { verdict: 'unknown' }],
    ['read from another report now', red(['a']), red(['b'], { formats: ['junit'] }), { verdict: 'unknown' }],
    ['with fewer tests passed than before', red(['a']), red(['a'], { passed: 9 }), { verdict: 'unknown' }],
    ['stopped now', red(['a']), { ...red(['a']), exitCode: null, timedOut: true }, { verdict: 'unknown' }],
  ])('is told when it is %s', (_, before, now, judgement) => {
    expect(judge(now, [before])).toEqual(judgement);
  });

  it('has exactly the names as new that were not there, whatever their order', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1 });
    fc.assert(
      fc.property(names, names, (before, now) => {
        const { verdict, newFailures = [] } = judge(red(now), [red(before)]);
        expect([...newFailures].toSorted()).toEqual(now.filter((id) => !before.includes(id)).toSorted());
        expect(verdict).toBe(newFailures.length > 0 ? 'new-failure' : 'known-failure');
      }),
    );
  });
});
