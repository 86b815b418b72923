import type { InspectedChange } from '../../../src/core/policy/inspected-change.js';
import { changeLimits, judgeChanges } from '../../../src/core/policy/judge-changes.js';
import { defaultProtectedFiles } from '../../../src/core/settings/table.js';
import { group, pairs } from '../group.js';

const change = (path: string, over: Partial<InspectedChange> = {}): InspectedChange => ({
  path,
  kind: 'added',
  linesAdded: 1,
  linesDeleted: 0,
  modeBefore: '000000',
  modeAfter: '100644',
  size: 10,
  isBinary: false,
  added: ['export const a = 1;'],
  ...over,
});

const existing = ['README.md', 'src/app.ts', 'src/caf\u00e9.ts', 'lib/run.sh'];
const policy = { writes: ['**', '.*/**', '.*'], protectedFiles: [...defaultProtectedFiles], existing };
const harmless = change('src/harmless.ts');

const guarded = [
  ...[
    '.github/workflows/x.yml',
    '.GitHub/workflows/x.yml',
    '.GITHUB/CODEOWNERS',
    '.gitignore',
    '.GitAttributes',
    '.gitmodules',
  ],
  ...[
    'CODEOWNERS',
    'codeowners',
    '.aider.conf.yml',
    '.aider/x',
    '.AIDER.model.settings.yml',
    '.env',
    '.ENV',
    '.env.local',
    '.\uff47ithub/x.yml',
    'docs/CODEOWNERS',
    'docs/codeowners',
    'sub/.env',
    'sub/deep/.ENV.production',
    'sub/.aider.conf.yml',
    'sub/.\uff45nv',
  ],
];

const names: readonly (readonly [string, string])[] = [
  ...[
    '.git/config',
    '.GIT/config',
    '.git./config',
    '.git /config',
    'GIT~1/config',
    'git~1/hooks/x',
    'a/.git/hooks/pre-commit',
    'a/.Git',
    '.g\u200cit/config',
    '.git::$INDEX_ALLOCATION/x',
    '\uff0egit/config',
    'a/.gitmodules',
    'a/.gitattributes',
  ].map((each) => ['git in disguise', each] as const),
  ...['a\nb.ts', 'a\rb.ts', 'a\tb.ts', 'a\0b.ts', 'a\u001b[2Jb.ts', 'a\u007f.ts'].map(
    (each) => ['control character', each] as const,
  ),
  ...['a\u202etxt.exe', 'a\u200b.ts', 'a\u2066b.ts', 'a\ufeff.ts', 'a\u{e0041}.ts', 'a\u2028.ts', 'a\u00ad.ts'].map(
    (each) => ['invisible character', each] as const,
  ),
  ...['a.', 'a ', 'src./a.ts', 'src /a.ts', ' a.ts', 'src/ a.ts'].map(
    (each) => ['space or dot at an end', each] as const,
  ),
  ...['con', 'CON.txt', 'src/nul', 'aux.ts', 'com1', 'LPT9.log', 'COM\u00b9', 'prn.js'].map(
    (each) => ['device', each] as const,
  ),
  ...['a\\b.ts', 'a:b.ts', 'a*b.ts', 'a?b.ts', 'a"b.ts', 'a<b.ts', 'a|b.ts', 'C:a.ts'].map(
    (each) => ['special sign', each] as const,
  ),
  ...['$(id).ts', '`id`.ts', 'a;id.ts', '${IFS}.ts', 'a&&id.ts', '{{7*7}}.ts', '${{ github.token }}.ts'].map(
    (each) => ['command', each] as const,
  ),
  ...['-rf', '--upload-pack=x', '~/x'].map((each) => ['option', each] as const),
  ...['../x', 'a/../../x', './x', '/etc/passwd', 'a//b'].map((each) => ['escape', each] as const),
  ...['src/cafe\u0301.ts', 'n\u0303.ts'].map((each) => ['not in NFC', each] as const),
  ...['SRC/app.ts', 'src/App.ts', 'readme.md', 'Src/new.ts', 'src/CAF\u00c9.ts', 'src/\uff41pp.ts'].map(
    (each) => ['clash with a file that is there', each] as const,
  ),
  ['too long', `${'a'.repeat(256)}.ts`],
  ['too deep', `${'a/'.repeat(600)}b.ts`],
  ['half a character', 'a\ud800.ts'],
];

const key = `ghp_${'aB3dE5fG7h'.repeat(4)}`;
const contents: readonly (readonly [string, readonly string[]])[] = [
  ['right-to-left override', ['if (role !== "user\u202e \u2066// admin\u2069 \u2066") {']],
  ['isolate', ['const a = "\u2067x";']],
  ['zero-width space', ['const a\u200b = 1;']],
  ['zero-width joiner in an identifier', ['const a\u200db = 1;']],
  ['zero-width no-break space', ['const a = "\ufeff";']],
  ['tag characters', ['// \u{e0068}\u{e0069}']],
  ['variation selectors with a payload', ['const a = "x\u{e0100}\u{e0110}";']],
  ['Hangul filler', ['const \u3164 = 1;']],
  ['stray variation selector', ['const a\ufe0f = 1;']],
  ['escape sequence', ['\u001b[2J']],
  ['NUL', ['a\0b']],
  ['conflict markers', ['<<<<<<< HEAD', 'a', '=======', 'b', '>>>>>>> theirs']],
  ['search and replace markers', ['<<<<<<< SEARCH', 'a', '=======', 'b', '>>>>>>> REPLACE']],
  ['a token', [`const token = "${key}";`]],
  ['a private key', ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA7x9']],
  ['an AWS key', [`id = AKIA${'QWERTYUIOPASDFGH'}`]],
  ['a model key', [`OPENAI_API_KEY=sk-${'proj-'}${'aB3dE5fG7h'.repeat(4)}`]],
  ['a webhook', [`https://hooks.slack.com/services/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`]],
];

const kinds: readonly (readonly [string, Partial<InspectedChange>])[] = [
  ['a new symbolic link', { modeAfter: '120000' }],
  ['a file that became a link', { kind: 'modified', modeBefore: '100644', modeAfter: '120000' }],
  ['a link that became a file', { kind: 'modified', modeBefore: '120000' }],
  ['a deleted link', { kind: 'deleted', modeBefore: '120000', modeAfter: '000000' }],
  ['a new submodule', { modeAfter: '160000' }],
  ['a moved submodule', { kind: 'modified', modeBefore: '160000', modeAfter: '160000' }],
  ['a deleted submodule', { kind: 'deleted', modeBefore: '160000', modeAfter: '000000' }],
  ['a file made executable', { kind: 'modified', modeBefore: '100644', modeAfter: '100755' }],
  ['a script no longer executable', { kind: 'modified', modeBefore: '100755', modeAfter: '100644' }],
  ['a new program', { modeAfter: '100755', added: ['\u007fELF'] }],
  ['an old group-writable mode', { modeAfter: '100664' }],
  ['binary', { isBinary: true, added: [] }],
  ['too large', { size: changeLimits.maxFileBytes + 1 }],
  ['not looked through', { added: undefined }],
];

const allowed: readonly (readonly [string, InspectedChange])[] = [
  ['a plain file', harmless],
  ['a route file', change('app/routes/[slug].$id.tsx')],
  ['a folder in parentheses', change('app/(shop)/@modal/page.tsx')],
  ['a name in another script', change('docs/\u8aac\u660e.md')],
  ['a script with its first line', change('bin/x', { modeAfter: '100755', added: ['#!/bin/sh'] })],
  ['a mark of byte order', change('a.cs', { added: ['\ufeffusing System;'] })],
  [
    'emoji of several parts',
    change('a.ts', { added: ['const a = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2764\ufe0f";'] }),
  ],
  ['Persian with a joiner', change('fa.json', { added: ['"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"'] })],
  ['a sample key', change('a.md', { added: ['AKIAIOSFODNN7EXAMPLE'] })],
  ['one half of a conflict', change('a.md', { added: ['======='] })],
  ['a tab and CR', change('a.ts', { added: ['\tx\r'] })],
];

const verdictOn = (changes: readonly InspectedChange[], over: Partial<typeof policy> = {}) =>
  judgeChanges(changes, { ...policy, ...over });
const deleted = (path: string): InspectedChange =>
  change(path, { kind: 'deleted', modeBefore: '100644', modeAfter: '000000', size: 0, added: [] });

export const patchPolicy = group('patch policy', {
  owner: 'src/core/policy/judge-changes.ts',
  predicates: {
    /** It is named with a reason, and the harmless file beside it survives. */
    isRefusedAlone: (bad: InspectedChange) => {
      const { accepted, refused } = verdictOn([harmless, bad]);
      expect(accepted.map((each) => each.path)).toEqual([harmless.path]);
      expect(refused).toMatchObject([{ path: bad.path, why: expect.stringMatching(/\w{3}/) as string }]);
    },
    isAccepted: (good: InspectedChange) => expect(verdictOn([good]).refused).toEqual([]),
    isOutOfScope: ({ path, writes, kind }: { path: string; writes: string[]; kind: 'added' | 'deleted' }) => {
      const one = kind === 'added' ? change(path) : deleted(path);
      expect(verdictOn([one], { writes }).accepted).toEqual([]);
    },
    isTooMuch: (changes: readonly InspectedChange[]) => expect(verdictOn(changes).accepted).toEqual([]),
    keepsManyFiles: (paths: readonly string[]) => {
      const result = verdictOn(paths.map(deleted), { writes: ['src/**'], existing: [...paths] });
      expect(result.accepted).toEqual([]);
    },
    /** Of two new files that some file system takes for one, at most one is taken. */
    takesOne: (paths: readonly string[]) =>
      expect(verdictOn(paths.map((path) => change(path))).accepted).toHaveLength(1),
  },
  vectors: [
    ...guarded.map((path) => ({ id: `protected ${path}`, holds: 'isRefusedAlone' as const, input: change(path) })),
    ...names.map(([what, path]) => ({
      id: `${what} ${JSON.stringify(path).slice(0, 50)}`,
      holds: 'isRefusedAlone' as const,
      input: change(path),
    })),
    ...contents.map(([what, added]) => ({
      id: `content: ${what}`,
      holds: 'isRefusedAlone' as const,
      input: change('src/new.ts', { added }),
    })),
    ...contents.map(([what, added]) => ({
      id: `content in an old file: ${what}`,
      holds: 'isRefusedAlone' as const,
      input: change('src/app.ts', { kind: 'modified', modeBefore: '100644', added: ['x', ...added] }),
    })),
    ...kinds.map(([what, over]) => ({ id: what, holds: 'isRefusedAlone' as const, input: change('lib/thing', over) })),
    ...allowed.map(([what, input]) => ({ id: `control: ${what}`, holds: 'isAccepted' as const, input })),
    ...pairs(['lib/x.ts', 'src2/x.ts', 'src/deep/x.ts', 'x.ts'], ['added', 'deleted'] as const).map(([path, kind]) => ({
      id: `${kind} outside: ${path}`,
      holds: 'isOutOfScope' as const,
      input: { path, kind, writes: ['src/*.ts'] },
    })),
    { id: 'too many files', holds: 'isTooMuch', input: Array.from({ length: 501 }, (_, n) => change(`src/${n}.ts`)) },
    {
      id: 'too much in all',
      holds: 'isTooMuch',
      input: Array.from({ length: 20 }, (_, n) => change(`src/${n}.ts`, { size: 1_900_000 })),
    },
    {
      id: 'everything below a glob deleted',
      holds: 'keepsManyFiles',
      input: Array.from({ length: 40 }, (_, n) => `src/${n}.ts`),
    },
    ...[
      ['new/a.ts', 'new/A.ts'],
      ['new/a.ts', 'NEW/a.ts'],
      ['new/stra\u00dfe.ts', 'new/STRASSE.ts'.replace('SS', '\u1e9e')],
      ['new/\ufb01x.ts', 'new/fix.ts'],
    ].map((input) => ({ id: `two new files: ${input.join(' ')}`, holds: 'takesOne' as const, input })),
  ],
});
