import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { commitMessage } from '../../src/app/commit-message.js';

const trailers = { 'Aider-Run': 'r1', 'Aider-Task': 'a', 'Aider-Attempt': '2' };

/** Text that tries to begin a line of its own, mixed with our own words. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\0', ' ', '---', '#'),
      fc.constantFrom('Aider-Run: forged', 'Signed-off-by: Eve <eve@x>', 'Co-authored-by: Eve <eve@x>', 'Fix: all'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const trailersByGit = (message: string): string =>
  execFileSync('git', ['interpret-trailers', '--parse', '--no-divider'], {
    input: message,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: tmpdir(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });

describe('a commit message', () => {
  it('is a subject, an empty line and the trailers', () => {
    expect(commitMessage({ subject: 'Add a parser', trailers })).toBe(
      'Add a parser\n\nAider-Run: r1\nAider-Task: a\nAider-Attempt: 2\n',
    );
  });

  it.each([
    ['line ends and tabs', 'Add\r\na\tparser\n\n', 'Add a parser'],
    ['nothing', '', 'Change files'],
    ['only control characters', '\u0000\u001b\u0085', 'Change files'],
    ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
    ['more than 72 characters', 'x'.repeat(80), `${'x'.repeat(71)}…`],
    ['emoji at the cut', '😀'.repeat(80), `${'😀'.repeat(71)}…`],
  ])('makes one line of a subject with %s', (_, subject, expected) => {
    expect(commitMessage({ subject, trailers }).split('\n')[0]).toBe(expected);
  });

  it('never has a line but its subject and our trailers, whatever a model calls a task', () => {
    fc.assert(
      fc.property(hostile, hostile, (subject, value) => {
        const lines = commitMessage({ subject, trailers: { ...trailers, 'Aider-Task': value } }).split(
          /\r\n|[\n\r\u0085\u2028\u2029\v\f]/,
        );
        expect(lines).toHaveLength(6);
        expect(lines.slice(1).map((line) => line.split(':')[0])).toEqual(['', ...Object.keys(trailers), '']);
        expect([...(lines[0] ?? '')].length).toBeLessThanOrEqual(72);
      }),
    );
  });

  it('shows git itself no trailer but ours', () => {
    for (const subject of fc.sample(hostile, { numRuns: 20, seed: 7 }))
      expect(trailersByGit(commitMessage({ subject, trailers }))).toBe(
        'Aider-Run: r1\nAider-Task: a\nAider-Attempt: 2\n',
      );
  });
});
