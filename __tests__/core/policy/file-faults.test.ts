import fc from 'fast-check';
import { contentFault } from '../../../src/core/policy/file-content.js';
import { addSpelling, nameFault } from '../../../src/core/policy/file-name.js';

describe('the name of a file', () => {
  it.each([
    ['a/b\u200bc', 'control or invisible'],
    ['a\tb', 'control or invisible'],
    ['a\ufffdb', 'no proper text'],
    ['a\ud800', 'no proper text'],
    ['a\\b', 'special elsewhere'],
    ['a:b', 'special elsewhere'],
    ['a|b', 'special elsewhere'],
    ['a`b', 'like a command'],
    ['a;b', 'like a command'],
    ['$(a)', 'like a command'],
    ['${a}', 'like a command'],
    ['{{a}}', 'like a command'],
    ['a&&b', 'like a command'],
    ['-a', 'an option or a home folder'],
    ['~/a', 'an option or a home folder'],
    ['a\u0308', 'normal form NFC'],
    [`${'abcdefghi/'.repeat(100)}x`, 'longer than 1,000 characters'],
    ['a//b', 'leaves the repository'],
    ['./a', 'leaves the repository'],
    ['a/../b', 'leaves the repository'],
    ['', 'leaves the repository'],
    ['.git/config', 'lies in .git'],
    ['a/.GIT/config', 'lies in .git'],
    ['GIT~1/config', 'lies in .git'],
    ['git~12', 'lies in .git'],
    ['.git . ./x', 'lies in .git'],
    ['a/.gitmodules', 'tells git what to do'],
    ['.GitAttributes', 'tells git what to do'],
    ['a /b', 'ends with a space or a dot'],
    ['a./b', 'ends with a space or a dot'],
    ['a/ b', 'begins with a space'],
    ['con', 'a device on Windows'],
    ['a/NUL.txt', 'a device on Windows'],
    ['com1', 'a device on Windows'],
    ['lpt³.x', 'a device on Windows'],
    ['é'.repeat(128), 'longer than 255 bytes'],
  ])('%j is refused', (path, why) => {
    expect(nameFault(path)).toContain(why);
  });

  it.each([
    'src/a.ts',
    '.github/x',
    '.gitignore',
    'a.gitmodules',
    '.gitmodules.md',
    'x.git',
    'git~x',
    'my.git/a',
    'a b',
    'a-b~c',
    '$a',
    'a{b}',
    'a&b',
    'console.ts',
    'acon',
    'com',
    'com12',
    'auxiliary/x',
    'ä/ß.ts',
    `${'abcdefghi/'.repeat(99)}abcdefghij`,
    'a'.repeat(255),
  ])('%j is taken', (path) => {
    expect(nameFault(path)).toBeUndefined();
  });
});

describe('spellings', () => {
  it('are not kept of a path that clashes', () => {
    const spellings = new Map([['a', 'A']]);
    expect(addSpelling(spellings, 'a/b')).toBe('A');
    expect([...spellings]).toEqual([['a', 'A']]);
    expect(addSpelling(spellings, 'c/D')).toBeUndefined();
    expect([...spellings.keys()]).toEqual(['a', 'c', 'c/d']);
  });
});

describe('the lines added to a file', () => {
  const fault = (text: string, isNew = false): string | undefined => contentFault(text.split('\n'), isNew);

  it.each([
    ['a \u202e b', 'marks of direction'],
    ['\u2066', 'marks of direction'],
    ['a\u200bb', 'invisible characters'],
    ['\u00ad', 'invisible characters'],
    ['\ufff9', 'invisible characters'],
    ['a\u200db', 'invisible characters'],
    ['\ufe0fb', 'invisible characters'],
    ['x\u200c', 'invisible characters'],
    ['\0', 'control characters'],
    ['a\u001bb', 'control characters'],
    ['\u007f', 'control characters'],
    ['\u0085', 'control characters'],
    ['<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs', 'conflict markers'],
    ['<<<<<<<\n>>>>>>>', 'conflict markers'],
  ])('%j are refused', (text, why) => {
    expect(fault(text)).toContain(why);
  });

  it.each([
    'plain\ttext\r',
    'form\ffeed',
    '👨\u200d👩\u200d👧',
    '❤\ufe0f',
    '1\ufe0f\u20e3',
    'नम\u200d',
    'می\u200cخواهم',
    '<<<<<<< ours',
    '>>>>>>> theirs',
    ' <<<<<<< a\n >>>>>>> b',
    '<<<<<<<<\n>>>>>>>>',
    '',
  ])('%j are taken', (text) => {
    expect(fault(text)).toBeUndefined();
  });

  it('may begin with a mark of byte order where the file is new', () => {
    expect(fault('\ufeffa', true)).toBeUndefined();
    expect(fault('\ufeffa', false)).toContain('invisible');
    expect(fault('a\n\ufeffb', true)).toContain('invisible');
    expect(fault('a\ufeff', true)).toContain('invisible');
  });

  it('may not hold a key, however it is split from what stands around it', () => {
    const key = `gh${'p_'}${'aB3dE5fG7hJ9kL2mN4pQ'}`;
    fc.assert(
      fc.property(fc.constantFrom('', 'x = "', '\n'), fc.constantFrom('', '"', '\n'), (before, after) => {
        expect(fault(`${before}${key}${after}`)).toBe('it holds what looks like a secret (GitHub token)');
      }),
    );
    expect(fault(`gh${'p_'}your_example_token_here_12345`)).toBeUndefined();
  });
});
