import { blocksOf, sumOf } from './blocks.js';
import { toResults, type TestResults } from './test-results.js';

/** What vitest prints for people. Undefined without its digest. */
export const parseVitestText = (text: string): TestResults | undefined => {
  const files = [...text.matchAll(/^ *Test Files {2}(.+)$/gm)].map((match) => match[1] ?? '').join('\n');
  const tests = [...text.matchAll(/^ *Tests {2}(.+)$/gm)].map((match) => match[1] ?? '').join('\n');
  if (files === '') return undefined;
  const blocks = blocksOf(
    text.split('\n'),
    (line) => /^ FAIL {2}(.+)$/.exec(line)?.[1] ?? null,
    (line) => /^(?: *Test Files {2}|⎯+ )/.test(line),
  );
  const failures = blocks.map(({ head, lines }) => ({
    // A file that could not be read stands as `path [ path ]`.
    id: head.replace(/ \[ .* \]$/, '').trim(),
    text: lines.join('\n'),
  }));
  const suites = blocks.filter(({ head }) => / \[ .* \]$/.test(head)).length;
  return toResults({
    format: 'vitest',
    passed: sumOf(tests, /(\d+) passed/g) ?? 0,
    total: sumOf(tests, /\((\d+)\)$/gm) ?? 0,
    failures,
    failed: (sumOf(tests, /(\d+) failed/g) ?? 0) + suites,
    // Errors outside of any test have no name.
    cutShort: /^ *Errors {2}\d+ error/m.test(text),
  });
};
