import { blocksOf, sumOf } from './blocks.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

/** What `cargo test` prints: one section a test binary, each with its failures named. Undefined without a result. */
export const parseCargoText = (text: string): TestResults | undefined => {
  const digest = (word: string): number | undefined =>
    sumOf(text, new RegExp(`^test result: .*?\\b(\\d+) ${word}`, 'gm'));
  const failed = digest('failed');
  if (failed === undefined) return undefined;
  const passed = digest('passed') ?? 0;
  const binaries = blocksOf(text.split('\n'), binaryOf);
  const failures = binaries.flatMap(({ head, lines }) => failuresIn(head, lines));
  return toResults({
    format: 'cargo',
    passed,
    total: passed + failed + (digest('ignored') ?? 0),
    failures,
    failed,
    cutShort: /^error: could not compile/m.test(text),
  });
};

/** Without the hash of the binary, which changes with every build. */
const binaryOf = (line: string): string | null =>
  /^ +Running (?:unittests )?(\S+) \(.*\)$/.exec(line)?.[1] ?? /^ +(Doc-tests \S+)$/.exec(line)?.[1] ?? null;

const failuresIn = (binary: string, lines: readonly string[]): readonly Failing[] => {
  const outputs = blocksOf(
    lines,
    (line) => /^---- (.+) stdout ----$/.exec(line)?.[1] ?? null,
    (line) => line === 'failures:',
  );
  return lines
    .flatMap((line) => /^test (.+) \.\.\. FAILED$/.exec(line)?.[1] ?? [])
    .map((name) => ({
      id: `${binary} > ${name}`,
      text: errorFirst(outputs.find(({ head }) => head === name)?.lines ?? []),
    }));
};

const errorFirst = (lines: readonly string[]): string => {
  const said = lines.filter((line) => line.trim() !== '' && !/^thread '.*' .*panicked at /.test(line));
  return [...said.slice(0, 1), ...lines].join('\n');
};
