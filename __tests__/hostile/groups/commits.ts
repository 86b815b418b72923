import { execFileSync } from 'node:child_process';
import { commitMessage } from '../../../src/app/commit-message.js';
import { group, pairs } from '../group.js';

/** What git itself reads as trailers of a message. */
const trailersOf = (message: string): readonly string[] =>
  execFileSync('git', ['interpret-trailers', '--parse'], {
    input: message,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: '/nonexistent',
    },
  })
    .split('\n')
    .filter((line) => line !== '');

const forged: readonly (readonly [string, string])[] = [
  ['trailer', 'Aider-Run: forged'],
  ['trailer with a space', 'Aider-Run : forged'],
  ['trailer after a break', 'x\nAider-Run: forged'],
  ['trailer block', 'x\n\nAider-Run: forged\nAider-Task: forged'],
  ['trailer after CR', 'x\r\rAider-Run: forged'],
  ['trailer after a form feed', 'x\fAider-Run: forged'],
  ['trailer after a line separator', 'x\u2028Aider-Run: forged'],
  ['author', 'x\n\nCo-authored-by: Mona <mona@a.test>'],
  ['sign-off', 'x\n\nSigned-off-by: Mona <mona@a.test>'],
  ['skipped checks', 'x\n\n\nskip-checks: true'],
  ['cherry-pick', 'x\n\n(cherry picked from commit 0123456789012345678901234567890123456789)'],
  ['divider', 'x\n---\nAider-Run: forged'],
  ['diff', 'x\n\ndiff --git a/x b/x'],
  ['continuation', 'x\n\nAider-Run: a\n forged'],
  ['nothing', ''],
  ['spaces', ' \n\t\n '],
  ['NUL', 'x\0Aider-Run: forged'],
  ['half a character', 'x\ud800'],
  ['very long', `${'word '.repeat(5_000)}\nAider-Run: forged`],
  ['comment', '# Aider-Run: forged'],
  ['option', '--amend'],
];

const acting: readonly (readonly [string, string])[] = [
  ['closing keyword', 'Fixes #12'],
  ['closing address', 'Closes https://github.com/o/r/issues/1'],
  ['mention', 'Thanks @mona'],
  ['skip ci', 'Do it [skip ci]'],
  ['ci skip', 'Do it [ci skip]'],
  ['no ci', 'Do it [NO CI]'],
  ['skip actions', 'Do it [skip actions]'],
  ['old skip', 'Do it ***NO_CI***'],
];

export const forgedTrailers = group('forged trailers and acting commit messages', {
  owner: 'src/app/commit-message.ts',
  predicates: {
    /** git reads our trailers and no other, and the subject is one line of at most 72 characters. */
    hasOnlyOurTrailers: (subject: string) => {
      const message = commitMessage({ subject, trailers: { 'Aider-Run': 'r1', 'Aider-Task': 'one' } });
      expect(trailersOf(message)).toEqual(['Aider-Run: r1', 'Aider-Task: one']);
      expect(message.split('\n')[0]).toMatch(/^[^\n]{1,72}$/u);
      expect(message.split('\n')[1]).toBe('');
      expect(message).not.toContain('\0');
      expect(message.isWellFormed()).toBe(true);
    },
    doesNotAct: (text: string) => {
      const message = commitMessage({ subject: text, trailers: { 'Aider-Run': 'r1' } });
      expect(message).not.toMatch(/#\d|@[a-z]|:\/\/|\[(skip|ci|no)[ -]|\*\*\*NO_CI/i);
    },
    keepsTrailersApart: (value: string) => {
      expect(
        trailersOf(commitMessage({ subject: 'x', trailers: { 'Aider-Run': value, 'Aider-Task': 'one' } })),
      ).toHaveLength(2);
    },
  },
  vectors: [
    ...pairs(forged, ['', 'Do it ', '\u200b'] as const).map(([[name, text], before]) => ({
      id: `${name} after ${JSON.stringify(before)}`,
      holds: 'hasOnlyOurTrailers' as const,
      input: before + text,
    })),
    ...acting.map(([id, input]) => ({ id, holds: 'doesNotAct' as const, input })),
    ...['r1\nAider-Task: forged', 'r1\r\n\r\nSigned-off-by: x', 'r1\u2028x: y'].map((input) => ({
      id: `value ${JSON.stringify(input)}`,
      holds: 'keepsTrailersApart' as const,
      input,
    })),
  ],
});
