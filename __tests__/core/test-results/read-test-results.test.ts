import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readTestResults, type Heard } from '../../../src/core/test-results/read-test-results.js';
import type { TestResults } from '../../../src/core/test-results/test-results.js';

/** Printed and written by the real runners over one small project: `fixtures/` is their own text. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

const heard = (text: string, over: Partial<Heard> = {}): Heard => ({
  stdout: text,
  output: text,
  files: [],
  root: '/repository',
  isCut: false,
  ...over,
});

const read = (text: string, over: Partial<Heard> = {}): TestResults | undefined => readTestResults(heard(text, over));

const ids = (results: TestResults | undefined): readonly string[] | undefined => results?.failures.map(({ id }) => id);

const deep = 'math > deep > down > throws: not (1 ms)';

describe('what a runner printed', () => {
  it.each<[string, string, number | undefined, number | undefined, readonly string[]]>([
    ['jest-green.txt', 'jest', 1, 1, []],
    ['jest.txt', 'jest', 3, 6, ['math.test.js > math > adds', `math.test.js > ${deep}`, 'broken.test.js']],
    ['jest-verbose.txt', 'jest', 3, 6, ['math.test.js > math > adds', `math.test.js > ${deep}`, 'broken.test.js']],
    ['jest.json', 'jest-json', 3, 6, ['math.test.js > math > adds', `math.test.js > ${deep}`, 'broken.test.js']],
    ['vitest-green.txt', 'vitest', 1, 1, []],
    ['vitest.txt', 'vitest', 3, 6, ['broken.test.js', 'math.test.js > math > adds', `math.test.js > ${deep}`]],
    ['vitest.json', 'jest-json', 3, 6, ['broken.test.js', 'math.test.js > math > adds', `math.test.js > ${deep}`]],
    ['vitest.tap', 'tap', 3, 7, ['broken.test.js', 'math.test.js > math > adds', `math.test.js > ${deep}`]],
    ['mocha-green.txt', 'mocha', 1, 1, []],
    ['mocha.txt', 'mocha', 3, 6, ['math > adds', deep]],
    ['mocha.tap', 'tap', 2, 5, ['math adds', 'math deep > down throws: not (1 ms)']],
    [
      'mocha-xunit.xml',
      'junit',
      2,
      5,
      ['math.test.js > math > adds', 'math.test.js > math deep > down > throws: not (1 ms)'],
    ],
    ['node-green.txt', 'node', 1, 1, []],
    ['node-spec.txt', 'node', 3, 7, ['broken.test.js', 'math.test.js > adds', 'math.test.js > throws: not (1 ms)']],
    ['node.tap', 'tap', 3, 7, ['broken.test.js', 'math > adds', deep]],
    ['pytest-green.txt', 'pytest', 1, 1, []],
    [
      'pytest.txt',
      'pytest',
      3,
      8,
      [
        'test_math.py::test_adds',
        'test_math.py::TestDeep::test_throws',
        'test_math.py::TestDeep::test_many[x - y]',
        'test_math.py::test_fixture',
      ],
    ],
    ['unittest.txt', 'unittest', 1, 4, ['test_boom (unit_math.T.test_boom)', 'test_adds (unit_math.T.test_adds)']],
    [
      'go.txt',
      'go',
      undefined,
      undefined,
      ['example.com/m/a > TestAdds', 'example.com/m/a > TestTable/one_case', 'example.com/m/c'],
    ],
    ['go-v.txt', 'go', 3, 6, ['example.com/m/a > TestAdds', 'example.com/m/a > TestTable/one_case']],
    [
      'go.ndjson',
      'go',
      3,
      6,
      ['example.com/m/a > TestAdds', 'example.com/m/a > TestTable/one_case', 'example.com/m/c'],
    ],
    ['cargo-green.txt', 'cargo', 1, 1, []],
    [
      'cargo.txt',
      'cargo',
      1,
      6,
      [
        'src/lib.rs > tests::booms',
        'src/lib.rs > tests::adds',
        'tests/whole.rs > whole',
        'Doc-tests sample > src/lib.rs - add (line 1)',
      ],
    ],
  ])('in %s is read as %s', (name, format, passed, total, failures) => {
    const results = read(fixture(name).replace(/js\/(?:jest|vitest|mocha|node)\//g, ''));
    expect(results).toMatchObject({ formats: [format], complete: true });
    expect([results?.passed, results?.total]).toEqual([passed, total]);
    expect(ids(results)).toEqual(failures);
  });

  it.each([
    ['go-panic.txt', 'a panic keeps the rest of its package from running'],
    ['go-panic.ndjson', 'a panic keeps the rest of its package from running'],
    ['pytest-broken.txt', 'a file that cannot be read keeps the others from running'],
  ])('in %s is not complete: %s', (name) => {
    const results = read(fixture(name));
    expect(results?.complete).toBe(false);
    expect(results?.failures.length).toBeGreaterThan(0);
  });

  it('before it came to its digest names nothing', () => {
    expect(read(fixture('mocha-broken.txt'))).toBeUndefined();
    expect(read('make: *** [all] Error 1')).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  it.each(['jest.txt', 'vitest.txt', 'mocha.txt', 'node-spec.txt', 'node.tap', 'pytest.txt', 'go.txt', 'cargo.txt'])(
    'in %s says what went wrong and where',
    (name) => {
      const [adds] = (read(fixture(name))?.failures ?? []).filter(({ id }) => /adds/i.test(id));
      expect(adds?.message).toMatch(/received|expected|-1 == 3|left == right|got -1/);
      expect(adds?.files?.join()).toMatch(/math\.test\.js|test_math\.py|a_test\.go|lib\.rs/);
    },
  );

  it('names the file a thrown error came from, and none outside of the repository', () => {
    const [, throws] = read(fixture('jest.txt'))?.failures ?? [];
    expect(throws?.files).toEqual(['src/math.js', 'js/jest/math.test.js']);
    const all = ['jest.txt', 'jest.json', 'node-spec.txt', 'mocha.txt', 'cargo.txt'].flatMap((name) =>
      (read(fixture(name))?.failures ?? []).flatMap(({ files }) => files ?? []),
    );
    expect(all.filter((file) => /node_modules|^\/|^node:|panicking/.test(file))).toEqual([]);
  });

  it('is the same in colours, with other line ends, and in another folder', () => {
    const plain = read(fixture('jest.txt'));
    const coloured = fixture('jest.txt').replaceAll('●', '\u001b[1m●\u001b[22m').replaceAll('\n', '\r\n');
    expect(read(coloured)).toEqual(plain);
    const moved = fixture('jest.json').replaceAll('/repository/', '/other/clone-7/');
    expect(read(moved, { root: '/other/clone-7' })).toEqual(read(fixture('jest.json')));
  });

  it('is not complete when its beginning is cut', () => {
    expect(read(fixture('go.txt'), { isCut: true })).toMatchObject({ complete: false });
  });

  it('is not complete when fewer failures are named than counted', () => {
    for (const [name, gone] of [
      ['jest.txt', /^ {2}● math › adds$/m],
      ['vitest.txt', /^ FAIL {2}.* > adds$/m],
      ['mocha.txt', /^ {2}2\) math$/m],
      ['pytest.txt', /^FAILED test_math.py::test_adds.*$/m],
      ['cargo.txt', /^test tests::adds \.\.\. FAILED$/m],
      ['unittest.txt', /^FAIL: test_adds.*$/m],
      ['node.tap', /^1\.\.4$/m],
    ] as const) {
      expect(fixture(name)).toMatch(gone);
      expect([name, read(fixture(name).replace(gone, ''))?.complete]).toEqual([name, false]);
    }
  });

  it('by several runners is taken together', () => {
    const both = read(fixture('jest.txt') + fixture('pytest.txt'));
    expect(both).toMatchObject({ formats: ['jest', 'pytest'], passed: 6, total: 14, complete: true });
    expect(both?.failures).toHaveLength(7);
  });

  it('twice under the same name is two failures', () => {
    expect(ids(read('1..2\nnot ok 1 - same\nnot ok 2 - same\n'))).toEqual(['same', 'same (2)']);
  });

  it('of a coverage threshold is a failure of its own, without its figures', () => {
    const met = fixture('jest-green.txt');
    const line = (percent: number): string =>
      `Jest: "global" coverage threshold for lines (90%) not met: ${percent}.1%\n`;
    expect(ids(read(met + line(40)))).toEqual(ids(read(line(77) + met)));
    expect(ids(read(met + line(40)))).toHaveLength(1);
  });
});

describe('TAP', () => {
  it('leaves out what is skipped or yet to do', () => {
    const text = '1..3\nok 1 - a # SKIP no\nnot ok 2 - b # TODO later\nok 3 - c\n';
    expect(read(text)).toMatchObject({ passed: 1, total: 3, failures: [], complete: true });
  });

  it('that bails out or stops before its plan is not complete', () => {
    expect(read('1..2\nnot ok 1 - a\nBail out! no database\n')).toMatchObject({ complete: false });
    expect(read('1..2\nnot ok 1 - a\n')).toMatchObject({ complete: false });
  });

  it('counts a test with subtests where it failed by itself', () => {
    const text = [
      'TAP version 13',
      '# Subtest: outer',
      '    # Subtest: inner',
      '    ok 1 - inner',
      '    1..1',
      'not ok 1 - outer',
      '1..1',
      '',
    ].join('\n');
    expect(read(text)).toMatchObject({ passed: 1, failures: [{ id: 'outer' }], complete: true });
  });
});

describe('a report in a file', () => {
  it.each([
    ['pytest-junit.xml', 3, 8, 4],
    ['vitest-junit.xml', 3, 7, 3],
    ['node-junit.xml', 3, 7, 3],
  ])('%s counts before what was printed', (name, passed, total, failures) => {
    const results = read(fixture('jest-green.txt'), { files: [fixture(name)] });
    expect(results).toMatchObject({ formats: ['junit'], passed, total, complete: true });
    expect(results?.failures).toHaveLength(failures);
  });

  it('names each test with its file, its group and its name', () => {
    const results = read('', { files: [fixture('node-junit.xml')] });
    expect(ids(results)).toContain('js/node/math.test.js > math > adds');
    expect(results?.failures[1]).toMatchObject({ message: '-1 == 3', files: ['js/node/math.test.js'] });
  });

  it('is one of several', () => {
    const files = ['pytest-junit.xml', 'vitest-junit.xml'].map(fixture);
    expect(read('', { files })).toMatchObject({ passed: 6, total: 15, complete: true });
  });

  it('that breaks off is not complete', () => {
    const text = fixture('pytest-junit.xml');
    expect(read('', { files: [text.slice(0, -30)] })).toMatchObject({ complete: false });
  });

  it('is left alone where it is something else', () => {
    expect(read(fixture('jest-green.txt'), { files: ['<project/>', '{}', 'hello', '<a', '[1'] })).toMatchObject({
      formats: ['jest'],
    });
  });

  it('expands nothing it declares', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<testsuite><testcase name="x"><failure message="&b;"/></testcase></testsuite>`;
    expect(JSON.stringify(read('', { files: [bomb] }) ?? '')).not.toContain('aaaaaaaaaa');
  });
});

describe('whatever is printed', () => {
  const names = [
    'jest.txt',
    'vitest.txt',
    'mocha.txt',
    'node-spec.txt',
    'node.tap',
    'pytest.txt',
    'go.txt',
    'cargo.txt',
  ];
  const lines = names.flatMap((name) => fixture(name).split('\n'));

  it('is read without an error, each failure under a name of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (shuffled) => {
        const results = read(shuffled.join('\n'));
        expect(new Set(ids(results)).size).toBe(results?.failures.length ?? 0);
      }),
      { numRuns: 200 },
    );
  });

  it('is read in no more than linear time', () => {
    const nasty = ['FAILED ' + 'a[b] - '.repeat(30_000), ' FAIL  ' + 'x/'.repeat(90_000), '  1) '.repeat(40_000)];
    const long = nasty
      .map((line) => `${line}\n1 failed in 0.1s\n  1 passing (1ms)\n Test Files  1 failed (1)\n`)
      .join('');
    const startedAt = performance.now();
    read(long + fixture('jest.txt').repeat(200));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
