import { blocksOf, sumOf } from './blocks.js';
import { toResults, type Failing, type TestResults } from './test-results.js';

/** The epilogue every reporter of mocha for people ends with: `n passing`, then the failures numbered. */
export const parseMochaText = (text: string): TestResults | undefined => {
  const passed = sumOf(text, /^ {2}(\d+) passing \(.+\)$/gm);
  if (passed === undefined) return undefined;
  const failed = sumOf(text, /^ {2}(\d+) failing$/gm) ?? 0;
  const lines = text.split('\n');
  const epilogue = lines.slice(lines.findIndex((line) => /^ {2}\d+ passing \(/.test(line)));
  const blocks = blocksOf(epilogue, (line) => /^ {2}\d+\) (.+)$/.exec(line)?.[1] ?? null);
  return toResults({
    format: 'mocha',
    passed,
    total: passed + failed + (sumOf(text, /^ {2}(\d+) pending$/gm) ?? 0),
    failures: blocks.map(({ head, lines: own }) => failure(head, own)),
    failed,
  });
};

/** The name goes on over lines, one a group, up to the one that ends with a colon. */
const failure = (head: string, lines: readonly string[]): Failing => {
  const names = [head];
  let at = 0;
  while (at < lines.length && !names.at(-1)?.endsWith(':')) {
    const line = lines[at]?.trim() ?? '';
    at += 1;
    if (line !== '') names.push(line);
    else if (names.length > 1) break;
  }
  const id = names.join(' > ').replace(/:$/, '');
  return { id, text: lines.slice(at).join('\n') };
};
