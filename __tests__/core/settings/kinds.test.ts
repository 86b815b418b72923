import * as kinds from '../../../src/core/settings/kinds.js';

const takes = ({ schema }: kinds.Kind<unknown>, value: string): boolean => schema.safeParse(value).success;
const valueOf = <T>({ schema }: kinds.Kind<T>, value: string): T => schema.parse(value);

describe('the text of a setting', () => {
  it.each<[string, kinds.Kind<unknown>, readonly string[], readonly string[]]>([
    ['a text', kinds.text, ['x'], ['']],
    [
      'a label',
      kinds.label,
      ['aider', 'a b', 'x'.repeat(50)],
      ['', 'a,b', 'a\nb', 'x'.repeat(51), 'AIDER:done', 'aider:failed'],
    ],
    [
      'a prefix',
      kinds.prefix,
      ['/a', '!bot', `/${'a'.repeat(39)}`],
      ['/', 'aider', '_a', '<a', '`a', '/a b', '/a>', `/${'a'.repeat(40)}`],
    ],
    ['a secret', kinds.secret, ['sk-x', '!~'], ['', 'a b', 'a\nb', 'ä', '\u007f']],
    ['a choice', kinds.choice('a', 'b'), ['a', 'b'], ['c', 'A', '']],
    ['a flag', kinds.flag, ['true', 'False', 'TRUE'], ['yes', '1', '']],
    ['a whole number', kinds.integer(2, 5), ['2', '5', '03'], ['1', '6', '2.5', '-3', 'x3', '3x', '']],
    [
      'dollars',
      kinds.dollars(10),
      ['0.01', '10', '2.5', '0.000001'],
      ['0', '10.01', '1.', '.5', '1.0000001', '-1', '1x', 'x1', '1e3'],
    ],
    ['agents', kinds.agents, ['auto', '1', '16'], ['0', '17', 'many']],
    ['a model', kinds.model, ['openai/x', 'sonnet'], ['acme/x', '']],
    [
      'a branch',
      kinds.branch,
      ['main', 'a/b.c', 'x.lockfile', 'a-b', 'a@b'],
      [
        '',
        'a b',
        'a..b',
        'a@{b',
        'a//b',
        '-a',
        '/a',
        '.a',
        'a/.b',
        'a/',
        'a.',
        'a.lock',
        'a.lock/b',
        'a~b',
        'a^',
        'a:b',
        'a?',
        'a*',
        'a[b',
        'a\\b',
        'a\u007f',
        'a\tb',
      ],
    ],
    [
      'a path of the repository',
      kinds.repositoryPath,
      ['a', 'a/b.c', '.github/x', 'a..b', 'ab:c'],
      ['', '/a', 'a/', 'a//b', '..', 'a/../b', './a', '.git', 'a/.GIT/b', 'c:/a', 'C:x', 'a\\b', 'a\nb'],
    ],
    [
      'an address',
      kinds.httpUrl,
      ['http://a', 'https://a.test:1/x'],
      ['a', 'ftp://a', 'xhttp://a', 'http://u@a', 'http://:p@a', 'http://', 'https+x://a'],
    ],
    [
      'a version',
      kinds.version,
      ['1.2', '0.86.2', '1.2.3.4', '1.2.3-rc1', '1.2rc1', '1.2.x'],
      ['1', 'v1.2', '1.2.', '1.2 x', '1.2-', ''],
    ],
    [
      'named commands',
      kinds.commands,
      ['a: x', 'Lint all.1_-: x y', 'a: x\n\n b :  y', `${'a'.repeat(40)}: x`],
      ['a', 'a:', 'a:x', '1: x', ': x', `${'a'.repeat(41)}: x`, 'a: x\na: y', 'a: x\ny'],
    ],
    ['a split', kinds.split, ['auto', 'files:2', 'none'], ['files:0', 'x']],
  ])('is %s', (_, kind, good, bad) => {
    expect(good.filter((value) => !takes(kind, value))).toEqual([]);
    expect(bad.filter((value) => takes(kind, value))).toEqual([]);
    expect(kind.expected).not.toBe('');
  });

  it('becomes the value it stands for', () => {
    expect([valueOf(kinds.flag, 'TRUE'), valueOf(kinds.flag, 'false')]).toEqual([true, false]);
    expect([valueOf(kinds.agents, 'auto'), valueOf(kinds.agents, '3'), valueOf(kinds.dollars(9), '2.50')]).toEqual([
      'auto',
      3,
      2.5,
    ]);
    expect(valueOf(kinds.httpUrl, 'https://a.test/v1//')).toBe('https://a.test/v1');
    expect(valueOf(kinds.commands, 'a b : x: y \n\n c:  z')).toEqual([
      { name: 'a b', run: 'x: y' },
      { name: 'c', run: 'z' },
    ]);
  });

  it('is a list by lines or commas, but not by those within a glob', () => {
    expect(valueOf(kinds.list('globs'), ' src/{a,b}.ts , c\n\n,d{e ')).toEqual(['src/{a,b}.ts', 'c', 'd{e']);
    expect(kinds.list('globs').expected).toContain('globs');
  });

  it('says what is allowed', () => {
    expect(kinds.integer(2, 5).expected).toBe('a whole number from 2 to 5');
    expect(kinds.dollars(7).expected).toContain('up to 7');
    expect(kinds.choice('a', 'b').expected).toBe('one of a, b');
    expect(kinds.label.expected).toContain('aider:done and aider:failed');
  });

  it('of a model says how to mend it', () => {
    expect(kinds.model.mend?.('acme/x')).toMatch(/^Model "acme\/x" cannot be used\. .*Write provider\/model/);
    expect(kinds.model.mend?.('openai/x')).toBe('');
  });
});
