import { toResults, type TestResults } from './test-results.js';

const lines = [
  /^Jest: .*coverage threshold for .*$/gm,
  /^ERROR: Coverage for .* does not meet .*threshold.*$/gm,
  /^(?:FAIL|ERROR:?) Required test coverage of .*$/gm,
  /^ERROR: Coverage failure: .*$/gm,
  /^Coverage failure: total of .*$/gm,
];

/**
 * A coverage threshold that was not met makes a command red though every test passed; it counts as a failure of its
 * own, named without what was measured. Undefined where there is none.
 */
export const parseCoverageText = (text: string): TestResults | undefined => {
  const found = lines.flatMap((pattern) => [...text.matchAll(pattern)].map(([line]) => line));
  if (found.length === 0) return undefined;
  const failures = found.map((line) => ({ id: line.replaceAll(/\d[\d.]*%?/g, 'n'), text: line }));
  return toResults({ format: 'coverage', passed: 0, total: 0, failures });
};
