import { parseCargoText } from '../../../src/core/test-results/cargo-text.js';
import { parseGoText } from '../../../src/core/test-results/go-text.js';
import { parseJestText } from '../../../src/core/test-results/jest-text.js';
import { parseMochaText } from '../../../src/core/test-results/mocha-text.js';
import { parseTap } from '../../../src/core/test-results/tap.js';
import { parseVitestText } from '../../../src/core/test-results/vitest-text.js';

const lines = (...all: readonly string[]): string => all.join('\n');
const ids = (results: { readonly failures: readonly { readonly id: string }[] } | undefined) =>
  results?.failures.map(({ id }) => id);

describe('jest', () => {
  const suites = (...rest: readonly string[]) => ['Test Suites: 1 failed, 11 passed, 12 total', ...rest];
  const failed = [
    'FAIL src/a.test.ts (12.5 s)',
    '  ● Console',
    '',
    'noise',
    '  ● group › name',
    '',
    '    it broke',
    'x',
    '    at src/a.ts:3:1',
  ];

  it('names failures by file, groups and name, and takes what is printed of each', () => {
    expect(
      parseJestText(
        lines(
          ...failed,
          'PASS src/b.test.ts',
          '  ● no › more',
          ...suites('Tests:       1 failed, 10 skipped, 20 passed, 31 total'),
        ),
      ),
    ).toEqual({
      formats: ['jest'],
      passed: 20,
      total: 31,
      complete: true,
      failures: [{ id: 'src/a.test.ts > group > name', message: 'it broke', files: ['src/a.ts'] }],
    });
  });

  it('counts once what it repeats at the end', () => {
    const repeated = lines(
      ...failed,
      'Summary of all failing tests',
      ...failed,
      '',
      ...suites('Tests:       1 failed, 1 total'),
    );
    expect(parseJestText(repeated)).toMatchObject({ complete: true, failures: [{ message: 'it broke' }] });
  });

  it.each([
    ['a suite is missing', [...failed, 'Test Suites: 2 failed, 2 total']],
    ['it was stopped before all had run', [...failed, 'Test Suites: 1 failed, 1 of 20 total']],
    ['a suite names no test', ['FAIL src/a.test.ts', 'Test Suites: 1 failed, 1 total']],
  ])('is not complete where %s', (_, text) => {
    expect(parseJestText(lines(...text, 'Tests:       1 failed, 1 total'))?.complete).toBe(false);
  });

  it('names a file that could not be run by its path', () => {
    const broken = lines(
      'FAIL src/a.test.ts (5 ms)',
      '  ● Test suite failed to run',
      '',
      '    SyntaxError',
      ...suites('Tests:       0 total'),
    );
    expect(parseJestText(broken)).toMatchObject({
      complete: true,
      failures: [{ id: 'src/a.test.ts', message: 'SyntaxError' }],
    });
    expect(parseJestText('FAIL src/a.test.ts')).toBeUndefined();
  });
});

describe('mocha', () => {
  it('is read from its epilogue, a name over several lines', () => {
    const text = lines(
      '  1) shown while it runs',
      '',
      '  12 passing (20ms)',
      '  10 pending',
      '  11 failing',
      '',
      '  1) group',
      '       inner',
      '         name:',
      '',
      '      AssertionError: no',
      '      at src/a.js:2:1',
      '  10) alone',
      '',
      '     Error: x',
    );
    expect(parseMochaText(text)).toMatchObject({
      passed: 12,
      total: 33,
      complete: false,
      failures: [
        { id: 'group > inner > name', message: 'AssertionError: no', files: ['src/a.js'] },
        { id: expect.stringMatching(/^alone/) as string },
      ],
    });
    expect(parseMochaText('x 1 passing (2ms)')).toBeUndefined();
    expect(parseMochaText('  1 passing (2ms)')).toMatchObject({ passed: 1, total: 1, complete: true });
  });
});

describe('vitest', () => {
  it('is read from its blocks and its digest', () => {
    const text = lines(
      ' FAIL  src/a.test.ts > group > name',
      'AssertionError: no',
      ' ❯ src/a.ts:3:1',
      '⎯⎯⎯⎯⎯[1/2]⎯',
      '⎯⎯⎯⎯ ',
      'after',
      ' FAIL  src/b.test.ts [ src/b.test.ts ]',
      'SyntaxError: x',
      ' Test Files  2 failed | 10 passed (12)',
      '      Tests  1 failed | 11 passed (12)',
    );
    expect(parseVitestText(text)).toMatchObject({
      passed: 11,
      total: 12,
      complete: true,
      failures: [
        { id: 'src/a.test.ts > group > name', message: 'AssertionError: no', files: ['src/a.ts'] },
        { id: 'src/b.test.ts', message: 'SyntaxError: x' },
      ],
    });
    expect(parseVitestText(`${text}\n     Errors  1 error`)?.complete).toBe(false);
    expect(parseVitestText('Tests  1 passed (1)')).toBeUndefined();
    expect(parseVitestText(' Test Files  no tests')).toMatchObject({ passed: 0, total: 0, complete: true });
  });
});

describe('TAP', () => {
  const tap = (...all: readonly string[]) => parseTap(lines(...all));

  it('counts points, and leaves out what was skipped or is to be done', () => {
    const results = tap(
      'TAP version 14',
      'ok 1 - a',
      'not ok 2 - b #TODO later',
      'ok 3 - c # skip',
      'not ok 4 - d \\# 1 # time=5ms',
      '1..4',
    );
    expect(results).toMatchObject({ passed: 1, total: 4, complete: true });
    expect(ids(results)).toEqual(['d # 1']);
  });

  it('takes what went wrong from the diagnostics', () => {
    const results = tap(
      '1..1',
      'not ok 1 - a',
      '  ---',
      '  duration_ms: 3',
      "  error: 'it broke'",
      '  stack: |-',
      '    at src/a.js:1:1',
      '  ...',
    );
    expect(results?.failures).toEqual([{ id: 'a', message: 'it broke', files: ['src/a.js'] }]);
    expect(tap('1..1', 'not ok 1 - a', 'message: "double"')?.failures[0]?.message).toBe('double');
    expect(tap('1..1', 'not ok 1 - a', 'message: bare')?.failures[0]?.message).toBe('bare');
  });

  it('names a test in its groups, and a group itself only where it alone failed', () => {
    const nested = tap(
      'TAP version 13',
      '# Subtest: outer',
      '    # Subtest: inner',
      '    not ok 1 - inner',
      '    ok 2 - fine',
      '    1..2',
      'not ok 1 - outer',
      '1..1',
    );
    expect(ids(nested)).toEqual(['outer > inner']);
    expect(nested).toMatchObject({ passed: 1, total: 2 });
    const own = tap('TAP version 13', '# Subtest: outer', '    ok 1 - fine', '    1..1', 'not ok 1 - outer', '1..1');
    expect(ids(own)).toEqual(['outer']);
    expect(own).toMatchObject({ passed: 1, total: 2 });
  });

  it('takes groups in braces, whose point stands before them', () => {
    const inner = tap('TAP version 13', '1..1', 'not ok 1 - outer {', '    not ok 1 - inner', '    1..1', '}');
    expect(ids(inner)).toEqual(['outer > inner']);
    const own = tap(
      'TAP version 13',
      '1..2',
      'not ok 1 - outer {',
      '    ok 1 - fine',
      '}',
      'ok 2 - next {',
      '    ok 1 - x',
      '}',
    );
    expect(ids(own)).toEqual(['outer']);
    expect(own?.passed).toBe(2);
  });

  it('is not complete where points are missing or it bailed out', () => {
    expect(tap('1..12', 'ok 1')?.complete).toBe(false);
    expect(tap('1..1', 'ok 1', 'Bail out! no')?.complete).toBe(false);
    expect(tap('1..1', 'ok 1', 'said Bail out!')?.complete).toBe(true);
    expect(tap('1..1', 'nothing')).toBeUndefined();
    expect(tap('ok 1')).toBeUndefined();
    expect(tap('1..1', ' ok 1')).toBeUndefined();
  });
});

describe('go test', () => {
  it('names failed tests in their package, and a package that was not built', () => {
    const text = lines(
      '--- FAIL: TestA (0.00s)',
      '    --- FAIL: TestA/x (0.00s)',
      '        a_test.go:3: no',
      'FAIL',
      'FAIL\tm/a\t0.1s',
      'ok  \tm/c\t0.1s',
      '# m/b',
      './b.go:1:2: undefined',
      'FAIL\tm/b [build failed]',
    );
    expect(parseGoText(text)).toEqual({
      formats: ['go'],
      complete: true,
      failures: [
        { id: 'm/a > TestA/x', message: 'a_test.go:3: no', files: ['a_test.go'] },
        { id: 'm/b', message: './b.go:1:2: undefined', files: ['b.go'] },
      ],
    });
  });

  it('counts tests where it names those that passed, and is cut short without the line of its package', () => {
    const verbose = [
      '=== RUN   TestA',
      '    a_test.go:3: no',
      '--- FAIL: TestA (0.00s)',
      '=== RUN   TestB',
      '--- PASS: TestB (0.00s)',
      '--- SKIP: TestC (0.00s)',
    ];
    expect(parseGoText(lines(...verbose, 'FAIL\tm/a\t0.1s'))).toMatchObject({
      passed: 1,
      total: 3,
      complete: true,
      failures: [{ message: 'a_test.go:3: no' }],
    });
    expect(parseGoText(lines('ok  \tm/c\t0.1s', ...verbose))?.complete).toBe(false);
    expect(parseGoText(lines('panic: x', 'FAIL\tm/a\t0.1s'))?.complete).toBe(false);
    expect(parseGoText('FAIL m/a')).toBeUndefined();
  });
});

describe('cargo test', () => {
  it('names failed tests in their binary, without its hash, and the error before its place', () => {
    const text = lines(
      '     Running unittests src/lib.rs (target/debug/deps/a-0123)',
      'test one ... ok',
      'test two ... FAILED',
      'failures:',
      '---- two stdout ----',
      "thread 'two' (1) panicked at src/lib.rs:3:5:",
      'assertion failed',
      'failures:',
      '    two',
      'test result: FAILED. 1 passed; 1 failed; 3 ignored; 0 measured',
      '   Doc-tests a',
      'test src/lib.rs - f (line 1) ... FAILED',
      'test result: FAILED. 10 passed; 1 failed; 0 ignored',
    );
    expect(parseCargoText(text)).toMatchObject({
      passed: 11,
      total: 16,
      complete: true,
      failures: [
        { id: 'src/lib.rs > two', message: 'assertion failed', files: ['src/lib.rs'] },
        { id: 'Doc-tests a > src/lib.rs - f (line 1)' },
      ],
    });
    expect(parseCargoText(`${text}\nerror: could not compile \`b\``)?.complete).toBe(false);
    expect(parseCargoText('test one ... FAILED')).toBeUndefined();
  });
});
