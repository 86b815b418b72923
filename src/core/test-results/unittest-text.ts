import { blocksOf, sumOf } from './blocks.js';
import { toResults, type TestResults } from './test-results.js';

/** What Python's unittest prints, also through Django. Undefined without its last lines. */
export const parseUnittestText = (text: string): TestResults | undefined => {
  const total = sumOf(text, /^Ran (\d+) tests? in /gm);
  if (total === undefined) return undefined;
  const ends = [...text.matchAll(/^(?:OK|FAILED)(?: \((.*)\))?$/gm)].map((match) => match[1] ?? '').join('\n');
  // From the start of a count: `expected failures=1` is no failure.
  const of = (word: string): number => sumOf(ends, new RegExp(`(?:^|, )${word}=(\\d+)`, 'gm')) ?? 0;
  const failed = of('failures') + of('errors') + of('unexpected successes');
  const others = of('skipped') + of('expected failures');
  const blocks = blocksOf(
    text.split('\n'),
    (line) => /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/.exec(line)?.[1] ?? null,
    (line) => /^(?:={20,}|Ran \d+ tests? in .*)$/.test(line),
  );
  return toResults({
    format: 'unittest',
    passed: Math.max(0, total - failed - others),
    total,
    failures: blocks.map(({ head, lines }) => ({ id: head, text: errorFirst(lines) })),
    failed,
    cutShort: ends === '',
  });
};

/** The error itself stands at the end of its trace. */
const errorFirst = (lines: readonly string[]): string => {
  const error = lines.findLast((line) => /^[A-Za-z_][\w.]*(?::|$)/.test(line)) ?? '';
  return [error, ...lines.filter((line) => !/^-{20,}$/.test(line))].join('\n');
};
