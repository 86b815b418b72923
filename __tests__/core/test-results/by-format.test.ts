import { parseGoJson } from '../../../src/core/test-results/go-json.js';
import { parsePytestText } from '../../../src/core/test-results/pytest-text.js';
import { mergeResults, toResults, type Failing } from '../../../src/core/test-results/test-results.js';
import { parseUnittestText } from '../../../src/core/test-results/unittest-text.js';

const lines = (...all: readonly string[]): string => all.join('\n');
const failing = (id: string, text = ''): Failing => ({ id, text });
const found = (...failures: readonly Failing[]) => toResults({ format: 'x', failures });

describe('what a runner said, brought into form', () => {
  it('has distinct names on one line each, cut to a readable length', () => {
    const ids = found(failing(' a\n b '), failing('a b'), failing('a b'), failing('x'.repeat(400))).failures;
    expect(ids.map(({ id }) => id)).toEqual(['a b', 'a b (2)', 'a b (3)', 'x'.repeat(300)]);
  });

  it('has the first line of each message that says something', () => {
    const [first, second] = found(failing('a', '\n  \n  it   broke \nbecause'), failing('b', ' \n ')).failures;
    expect(first?.message).toBe('it broke');
    expect(second).not.toHaveProperty('message');
    expect(found(failing('a', 'x'.repeat(400))).failures[0]?.message).toHaveLength(300);
  });

  it('names the files of the repository that a message and its trace name, each once', () => {
    const text = lines(
      'at f (./src/a.ts:3:1) and src/a.ts',
      'at /usr/lib/x.ts:1 and ../up/y.ts and node_modules/z/z.js and node:fs.ts',
      'Object.is said no in util.ts:9, not in other.ts',
      'app/[id]/page.tsx',
    );
    expect(found(failing('a', text)).failures[0]?.files).toEqual(['src/a.ts', 'util.ts', 'app/[id]/page.tsx']);
    expect(found(failing('a', 'nothing')).failures[0]).not.toHaveProperty('files');
  });

  it('names at most ten files, of the first two hundred lines', () => {
    const many = Array.from({ length: 30 }, (_each, n) => `src/f${n}.ts`);
    expect(found(failing('a', many.join(' '))).failures[0]?.files).toEqual(many.slice(0, 10));
    const late = [...Array.from({ length: 200 }, () => 'line'), 'src/late.ts'].join('\n');
    expect(found(failing('a', late)).failures[0]).not.toHaveProperty('files');
    expect(found(failing('a', `${' '.repeat(1_000)}src/far.ts`)).failures[0]).not.toHaveProperty('files');
  });

  it('is complete where every failure that was counted has a name and nothing was cut', () => {
    const of = (failed: number | undefined, cutShort = false) =>
      toResults({ format: 'x', failures: [failing('a')], failed, cutShort }).complete;
    expect([of(undefined), of(1), of(2), of(1, true)]).toEqual([true, true, false, false]);
    const many = (n: number) => found(...Array.from({ length: n }, (_each, at) => failing(`t${at}`)));
    expect(many(1_000).complete).toBe(true);
    expect(many(1_001).complete).toBe(false);
    expect(many(1_001).failures).toHaveLength(1_000);
  });

  it('is one where several runners spoke, with sums only where each counted', () => {
    const one = toResults({ format: 'b', passed: 1, total: 2, failures: [failing('t')] });
    const two = toResults({ format: 'a', passed: 3, total: 4, failures: [failing('t')], cutShort: true });
    expect(mergeResults([])).toBeUndefined();
    expect(mergeResults([one])).toBe(one);
    expect(mergeResults([one, two])).toEqual({
      formats: ['a', 'b'],
      passed: 4,
      total: 6,
      failures: [{ id: 't' }, { id: 't (2)' }],
      complete: false,
    });
    expect(mergeResults([one, one])).toMatchObject({ formats: ['b'], complete: true });
    const uncounted = mergeResults([one, found(failing('u'))]);
    expect(uncounted).not.toHaveProperty('passed');
    expect(uncounted).not.toHaveProperty('total');
  });
});

describe('pytest', () => {
  const text = lines(
    '=================================== FAILURES ===================================',
    '__________________________________ Box.test_a __________________________________',
    'tests/test_a.py:12: in test_a',
    '    assert 1 == 2',
    '______________________________ test_b[x - y] ______________________________',
    'lib/b.py:7: AssertionError',
    '=============================== warnings summary ===============================',
    'src/late.py:1',
    '=========================== short test summary info ============================',
    'FAILED tests/test_a.py::Box::test_a - assert 1 == 2',
    'FAILED tests/test_a.py::test_b[x - y] - AssertionError',
    'ERROR tests/test_c.py',
    '=== 2 failed, 12 passed, 10 skipped, 11 xfailed, 13 xpassed, 1 error in 1.23s (0:00:01) ===',
  );

  it('is read from its summary, with each trace', () => {
    expect(parsePytestText(text)).toEqual({
      formats: ['pytest'],
      passed: 12,
      total: 49,
      complete: true,
      failures: [
        { id: 'tests/test_a.py::Box::test_a', message: 'assert 1 == 2', files: ['tests/test_a.py'] },
        { id: 'tests/test_a.py::test_b[x - y]', message: 'AssertionError', files: ['lib/b.py', 'tests/test_a.py'] },
        { id: 'tests/test_c.py', message: 'tests/test_c.py:1', files: ['tests/test_c.py'] },
      ],
    });
  });

  it('is read of a file that could not be collected, and is not complete then', () => {
    const broken = lines(
      '_________________ ERROR collecting tests/test_c.py _________________',
      'src/c.py:3: in <module>',
      '=========================== short test summary info ============================',
      'ERROR tests/test_c.py - ImportError',
      '!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!',
      'FAILED no/more.py::x',
      '1 error in 0.1s',
    );
    expect(parsePytestText(broken)).toMatchObject({
      total: 1,
      complete: false,
      failures: [{ id: 'tests/test_c.py', message: 'ImportError', files: ['src/c.py', 'tests/test_c.py'] }],
    });
  });

  it('says nothing without its last line', () => {
    expect(parsePytestText('12 passed')).toBeUndefined();
    expect(parsePytestText('12 passed in 0.10s')).toMatchObject({
      passed: 12,
      total: 12,
      failures: [],
      complete: true,
    });
  });
});

describe('go test -json', () => {
  const event = (action: string, more: object = {}) => JSON.stringify({ Action: action, Package: 'm/a', ...more });
  const ofTest = (action: string, name: string, more: object = {}) => event(action, { Test: name, ...more });
  const ended = (...events: readonly string[]) => parseGoJson(lines('go: downloading', ...events, '{broken', ''));

  it('counts tests and names those that failed, with what they printed and no more', () => {
    const results = ended(
      ofTest('run', 'TestA'),
      ofTest('output', 'TestA', { Output: '=== RUN   TestA\n' }),
      ofTest('output', 'TestA', { Output: '    a_test.go:7: not 2\n' }),
      ofTest('output', 'TestA', { Output: '--- FAIL: TestA (0.00s)\n' }),
      ofTest('fail', 'TestA'),
      ofTest('pass', 'TestB'),
      ofTest('skip', 'TestC'),
      event('output', { Output: 'FAIL\n' }),
      event('fail'),
    );
    expect(results).toEqual({
      formats: ['go'],
      passed: 1,
      total: 3,
      complete: true,
      failures: [{ id: 'm/a > TestA', message: 'a_test.go:7: not 2', files: ['a_test.go'] }],
    });
  });

  it('counts a group only where it failed and none in it did', () => {
    const group = ended(
      ofTest('fail', 'T/x/y'),
      ofTest('fail', 'T/x'),
      ofTest('fail', 'T'),
      ofTest('pass', 'T/z'),
      event('fail'),
    );
    expect(group?.failures.map(({ id }) => id)).toEqual(['m/a > T/x/y']);
    expect(group).toMatchObject({ passed: 1, total: 2 });
    const own = ended(ofTest('pass', 'T/x'), ofTest('fail', 'T'), event('fail'));
    expect(own?.failures.map(({ id }) => id)).toEqual(['m/a > T']);
    expect(own).toMatchObject({ passed: 1, total: 2 });
    expect(ended(ofTest('pass', 'T/x'), ofTest('pass', 'T'), event('pass'))).toMatchObject({ passed: 1, total: 1 });
  });

  it('names a package that did not build, with what the build said', () => {
    const build = (output: string) =>
      JSON.stringify({ Action: 'build-output', ImportPath: 'm/a [m/a.test]', Output: output });
    const results = ended(build('# m/a\n'), build('./a.go:3:1: undefined: x\n'), event('fail'));
    expect(results).toMatchObject({
      total: 0,
      failures: [{ id: 'm/a', message: './a.go:3:1: undefined: x', files: ['a.go'] }],
    });
    expect(ended(build('x'))).toBeUndefined();
  });

  it('is not complete after a panic, or where a package has not ended', () => {
    expect(ended(ofTest('output', 'T', { Output: 'panic: no\n' }), ofTest('fail', 'T'), event('fail'))?.complete).toBe(
      false,
    );
    expect(
      ended(ofTest('output', 'T', { Output: 'no panic: x\n' }), ofTest('fail', 'T'), event('fail'))?.complete,
    ).toBe(true);
    expect(ended(ofTest('pass', 'T'), event('start'))?.complete).toBe(false);
    expect(ended(ofTest('pass', 'T'), event('pass'))?.complete).toBe(true);
    expect(
      ended(ofTest('pass', 'T'), event('pass'), JSON.stringify({ Action: 'start', Package: 'm/b' }))?.complete,
    ).toBe(false);
  });

  it('is nothing where there is no event', () => {
    expect(parseGoJson('ok m/a 0.1s')).toBeUndefined();
    expect(parseGoJson('{"Action": 1}')).toBeUndefined();
  });
});

describe('unittest', () => {
  const text = lines(
    'F.E',
    '======================================================================',
    'FAIL: test_a (tests.test_x.Box.test_a)',
    '----------------------------------------------------------------------',
    'Traceback (most recent call last):',
    '  File "tests/test_x.py", line 3, in test_a',
    'AssertionError: 1 != 2',
    '',
    '======================================================================',
    'ERROR: test_b (tests.test_x.Box.test_b)',
    '----------------------------------------------------------------------',
    'KeyError',
    '',
    '----------------------------------------------------------------------',
    'Ran 20 tests in 0.001s',
    '',
    'FAILED (failures=1, errors=1, skipped=3, expected failures=4)',
  );

  it('is read with the error itself as the message', () => {
    expect(parseUnittestText(text)).toEqual({
      formats: ['unittest'],
      passed: 11,
      total: 20,
      complete: true,
      failures: [
        { id: 'test_a (tests.test_x.Box.test_a)', message: 'AssertionError: 1 != 2', files: ['tests/test_x.py'] },
        { id: 'test_b (tests.test_x.Box.test_b)', message: 'KeyError' },
      ],
    });
  });

  it('counts a success nobody expected as a failure', () => {
    const unexpected = lines('UNEXPECTED SUCCESS: test_c (x)', 'Ran 1 test in 0.1s', 'FAILED (unexpected successes=1)');
    expect(parseUnittestText(unexpected)).toMatchObject({
      passed: 0,
      complete: true,
      failures: [{ id: 'test_c (x)' }],
    });
  });

  it('is not complete without its verdict, and nothing without its count', () => {
    expect(parseUnittestText('Ran 2 tests in 0.1s')).toMatchObject({ passed: 2, total: 2, complete: false });
    expect(parseUnittestText(lines('Ran 2 tests in 0.1s', 'OK'))).toMatchObject({ complete: false });
    expect(parseUnittestText(lines('Ran 2 tests in 0.1s', 'OK (skipped=1)'))).toMatchObject({
      passed: 1,
      complete: true,
    });
    expect(parseUnittestText('OK')).toBeUndefined();
  });
});
