import { blocksOf } from './blocks.js';
import { groupNames } from './go-json.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

const testLine = /^ *--- (FAIL|PASS|SKIP): (\S+)/;
const packageLine = /^(ok {2}|FAIL)\t(\S+)/;

/**
 * What `go test` prints for people: failed tests first, then the line of their package. Passed tests are only counted
 * with `-v`. Undefined without a line of a package.
 */
export const parseGoText = (text: string): TestResults | undefined => {
  const lines = text.split('\n');
  if (!lines.some((line) => packageLine.test(line))) return undefined;
  const texts = textsOf(lines);
  const failures: Failing[] = [];
  let open: string[] = [];
  for (const line of lines) {
    const [, verdict, name] = testLine.exec(line) ?? [];
    if (verdict === 'FAIL' && name !== undefined) open.push(name);
    const [, end, pack] = packageLine.exec(line) ?? [];
    if (pack === undefined) continue;
    if (end === 'FAIL') failures.push(...failuresOf(pack, open, texts));
    open = [];
  }
  return toResults({
    format: 'go',
    ...countsOf(lines),
    failures,
    cutShort: open.length > 0 || lines.some((line) => line.startsWith('panic: ')),
  });
};

/** A group of subtests is only their sum; a package without a failed test was not built, or failed as a whole. */
const failuresOf = (pack: string, names: readonly string[], texts: ReadonlyMap<string, string>): readonly Failing[] => {
  const groups = new Set(names.flatMap(groupNames));
  const tests = names.filter((name) => !groups.has(name));
  if (tests.length === 0) return [{ id: pack, text: texts.get(`# ${pack}`) ?? '' }];
  return tests.map((name) => ({ id: `${pack} > ${name}`, text: texts.get(name) ?? '' }));
};

/** With `-v` a test's words stand before its verdict, else after it. What did not build stands after `# package`. */
const textsOf = (lines: readonly string[]): ReadonlyMap<string, string> => {
  const tests = isVerbose(lines) ? /^=== (?:RUN|CONT|NAME) +(\S+)/ : /^ *--- FAIL: (\S+)/;
  const opens = (line: string): string | null => /^(# \S+)/.exec(line)?.[1] ?? tests.exec(line)?.[1] ?? null;
  const closes = (line: string): boolean => testLine.test(line) || packageLine.test(line);
  const blocks = blocksOf(lines, opens, closes);
  return new Map(blocks.map(({ head, lines: own }) => [head, own.join('\n')]));
};

const isVerbose = (lines: readonly string[]): boolean => lines.some((line) => line.startsWith('=== RUN '));

const countsOf = (lines: readonly string[]): { passed?: number; total?: number } => {
  if (!isVerbose(lines)) return {};
  const verdicts = lines.flatMap((line) => {
    const [, verdict = '', name = ''] = testLine.exec(line) ?? [];
    return name === '' ? [] : [{ verdict, name }];
  });
  const groups = new Set(verdicts.flatMap(({ name }) => groupNames(name)));
  const leaves = verdicts.filter(({ name }) => !groups.has(name));
  return { passed: leaves.filter(({ verdict }) => verdict === 'PASS').length, total: leaves.length };
};
