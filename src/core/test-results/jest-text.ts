import { blocksOf } from './blocks.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

const summaryLine = /^Tests: +(.*\d+ total)$/;
const suitesLine = /^Test Suites: +(.*\d+ total)$/;

/** What jest prints for people: failed tests under their file, and the digest at the end. Undefined without a digest. */
export const parseJestText = (text: string): TestResults | undefined => {
  const lines = text.split('\n');
  const digests = lines.flatMap((line) => summaryLine.exec(line)?.[1] ?? []);
  if (digests.length === 0) return undefined;
  // Of many suites jest repeats the failures at the end: counted once.
  const repeated = lines.findLastIndex((line) => line.startsWith('Summary of all failing tests'));
  const shown = repeated >= 0 && digests.length === 1 ? lines.slice(repeated) : lines;
  const suites = blocksOf(shown, (line) => /^FAIL (.+?)(?: \(\d[\d.]* m?s\))?$/.exec(line)?.[1] ?? null, closesSuite);
  const failing = suites.map((suite) => ({ path: suite.head.trim(), tests: testsOf(suite.head.trim(), suite.lines) }));
  const failed = count(digests, 'failed');
  const broken = failing.flatMap(({ path, tests }) => tests.filter(({ id }) => id === path));
  const suiteDigests = lines.flatMap((line) => suitesLine.exec(line)?.[1] ?? []);
  return toResults({
    format: 'jest',
    passed: count(digests, 'passed'),
    total: count(digests, 'total'),
    failures: failing.flatMap(({ tests }) => tests),
    failed: failed + broken.length,
    cutShort:
      suiteDigests.some((digest) => / of \d+ total$/.test(digest)) ||
      count(suiteDigests, 'failed') !== failing.length ||
      failing.some(({ tests }) => tests.length === 0),
  });
};

const closesSuite = (line: string): boolean => /^(?:PASS |Test Suites: )/.test(line);

const count = (digests: readonly string[], word: string): number =>
  digests.reduce((sum, digest) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(digest)?.[1] ?? 0), 0);

const testsOf = (path: string, lines: readonly string[]): readonly Failing[] =>
  blocksOf(lines, (line) => /^ {2}● (.+)$/.exec(line)?.[1] ?? null)
    .filter(({ head }) => head !== 'Console')
    .map(({ head, lines: own }) => ({
      id: head === 'Test suite failed to run' ? path : [path, ...head.split(' › ')].join(' > '),
      text: own.join('\n'),
    }));
