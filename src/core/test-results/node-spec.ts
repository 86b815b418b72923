import { blocksOf, sumOf } from './blocks.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

const digest = (word: string): RegExp => new RegExp(`^ℹ ${word} (\\d+)$`, 'gm');

/** What the spec reporter of node:test prints. Undefined without its digest. */
export const parseNodeSpec = (text: string): TestResults | undefined => {
  const total = sumOf(text, digest('tests'));
  if (total === undefined) return undefined;
  const failed = (sumOf(text, digest('fail')) ?? 0) + (sumOf(text, digest('cancelled')) ?? 0);
  const sections = blocksOf(
    text.split('\n'),
    (line) => (line === '✖ failing tests:' ? '' : null),
    (line) => /^ℹ tests /.test(line),
  );
  const failures = sections.flatMap(({ lines }) => failuresIn(lines));
  // Tests that hold tests are counted too, but not named: the digest may be the larger number.
  const cutShort = failed > 0 && (failures.length === 0 || failures.length > failed);
  return toResults({ format: 'node', passed: sumOf(text, digest('pass')), total, failures, cutShort });
};

const failuresIn = (lines: readonly string[]): readonly Failing[] => {
  let file = '';
  const opens = (line: string) => {
    const place = /^test at (.+?)(?::\d+)*$/.exec(line)?.[1];
    if (place !== undefined) file = place;
    const name = /^✖ (.+) \(\d[\d.]*ms\)$/.exec(line)?.[1];
    return name === undefined ? null : { id: file === name || file === '' ? name : `${file} > ${name}`, file };
  };
  return blocksOf(lines, opens, (line) => line.startsWith('test at ')).map(({ head, lines: own }) => ({
    id: head.id,
    text: [...own, `${head.file}:1`].join('\n'),
  }));
};
