import { blocksOf, sumOf } from './blocks.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

const digestLine = /^=* ?((?:\d+ [a-z]+(?:, )?)+) in \d[\d.]*s(?: \(.*\))?(?: =*)?$/;

/**
 * What pytest prints for people, from its short summary (`FAILED path::test - message`) and its last line. Undefined
 * without them.
 */
export const parsePytestText = (text: string): TestResults | undefined => {
  const lines = text.split('\n');
  const digests = lines.flatMap((line) => digestLine.exec(line)?.[1] ?? []).join('\n');
  if (digests === '') return undefined;
  const count = (word: RegExp): number => sumOf(digests, word) ?? 0;
  const passed = count(/(\d+) passed/g);
  const failed = count(/(\d+) failed/g) + count(/(\d+) errors?/g);
  const others = count(/(\d+) skipped/g) + count(/(\d+) xfailed/g) + count(/(\d+) xpassed/g);
  const isSummary = (line: string): boolean => /^=+ short test summary info =+$/.test(line);
  const summaries = blocksOf(lines, (line) => (isSummary(line) ? '' : null), isEnd);
  return toResults({
    format: 'pytest',
    passed,
    total: passed + failed + others,
    failures: summaries.flatMap((summary) => failuresIn(summary.lines, lines)),
    failed,
    // A file that cannot be read, or `-x`, keeps the rest from running.
    cutShort: /^!+ (?:Interrupted|stopping after|_pytest)/m.test(text),
  });
};

const isEnd = (line: string): boolean => digestLine.test(line) || /^!+ /.test(line);

const failuresIn = (lines: readonly string[], all: readonly string[]): readonly Failing[] =>
  blocksOf(lines, readSummary).map(({ head: { id, message } }) => ({
    id,
    text: [message, ...traceOf(id, all), `${id.split('::')[0]}:1`].join('\n'),
  }));

/** A parameter may hold ` - ` too; then it stands in brackets. */
const readSummary = (line: string): { readonly id: string; readonly message: string } | null => {
  const match = /^(?:FAILED|ERROR) ([^\s[]+(?:\[.*?\](?= - |$))?.*?)(?: - (.*))?$/.exec(line);
  return match === null ? null : { id: match[1] ?? '', message: match[2] ?? '' };
};

/** The test's own section, headed by its name between underscores. */
const traceOf = (id: string, lines: readonly string[]): readonly string[] => {
  const name = id.split('::').slice(1).join('.') || `ERROR collecting ${id}`;
  const start = lines.findIndex((line) => /^_+ .* _+$/.test(line) && line.includes(` ${name} `));
  if (start < 0) return [];
  const end = lines.findIndex((line, at) => at > start && /^(?:_{3,} .* _{3,}|={3,} .* ={3,})$/.test(line));
  return lines.slice(start + 1, end < 0 ? start + 100 : end);
};
