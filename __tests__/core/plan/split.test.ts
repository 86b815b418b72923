import fc from 'fast-check';
import { parsePlan } from '../../../src/core/plan/parse-plan.js';
import { fallbackPlan, parseSplit, splitPlan, type PlanMaterial, type Split } from '../../../src/core/plan/split.js';
import type { Prd } from '../../../src/core/prd.js';
import type { Request } from '../../../src/core/request/request.js';
import { matchesAny } from '../../../src/core/policy/scope.js';
import { isProtected } from '../../../src/core/policy/protection.js';

const protectedFiles = ['.github/**', '.git*', 'CODEOWNERS', '.aider*', '.env*'];
const request: Request = { source: 'cli', actor: 'ada', title: 'Add types', body: 'To every file.' };
const prd: Prd = {
  title: 'Types',
  goal: 'Types everywhere',
  scope: [],
  nonGoals: [],
  acceptance: [{ id: 'AC1', text: 'Every file has types' }],
  risks: [],
  openQuestions: [],
};
const files = ['src/a.ts', 'src/b.ts', 'lib/c.ts', 'README.md', '.github/workflows/ci.yml'];
const material: PlanMaterial = { request, prd, files, protectedFiles, allowedFiles: [] };
const writesOf = (split: Split, given: Partial<PlanMaterial> = {}): readonly (readonly string[])[] =>
  splitPlan({ ...material, ...given, split }).tasks.map(({ writes }) => writes);

describe('parseSplit', () => {
  it.each([
    ['auto', { kind: 'auto' }],
    [' none ', { kind: 'none' }],
    ['directory', { kind: 'directory' }],
    ['files:3', { kind: 'files', size: 3 }],
    ['diff:main~5', { kind: 'diff', ref: 'main~5' }],
    ['diff:origin/main@{1}', { kind: 'diff', ref: 'origin/main@{1}' }],
  ])('reads %s', (text, value) => {
    expect(parseSplit(text)).toEqual({ ok: true, value });
  });

  it.each(['', 'file:3', 'files', 'files:0', 'files:-1', 'files:x', 'auto:1', 'diff:', 'diff:--all', 'diff:a..b'])(
    'refuses %j and says what it expected and what came',
    (text) => {
      const split = parseSplit(text);
      expect(split.ok ? '' : split.failure).toMatch(/^expected auto, none, directory, .*; got ".*"$/);
    },
  );
});

describe('splitPlan', () => {
  it('gives each task n files and leaves protected ones out', () => {
    expect(writesOf({ kind: 'files', size: 3 })).toEqual([['README.md', 'lib/c.ts', 'src/a.ts'], ['src/b.ts']]);
  });

  it('gives each folder a task that may also add files to it', () => {
    expect(writesOf({ kind: 'directory' })).toEqual([
      ['README.md'],
      ['lib/c.ts', 'lib/*'],
      ['src/a.ts', 'src/b.ts', 'src/*'],
    ]);
  });

  it('keeps to the files given for changed files and for hand-picked ones', () => {
    expect(writesOf({ kind: 'diff', ref: 'main' })).toEqual([['README.md'], ['lib/c.ts'], ['src/a.ts', 'src/b.ts']]);
    expect(writesOf({ kind: 'directory' }, { files: ['src/a.ts'], allowedFiles: ['src/a.ts'] })).toEqual([
      ['src/a.ts'],
    ]);
    expect(writesOf({ kind: 'none' }, { files: ['src/a.ts'], allowedFiles: ['src/*.ts'] })).toEqual([['src/*.ts']]);
  });

  it('makes at most 50 tasks', () => {
    const many = Array.from({ length: 1_001 }, (_each, index) => `d${index}/f.ts`);
    expect(writesOf({ kind: 'files', size: 1 }, { files: many })).toHaveLength(48);
    expect(writesOf({ kind: 'directory' }, { files: many })).toHaveLength(48);
  });

  it('makes no task when no file is left', () => {
    expect(writesOf({ kind: 'files', size: 1 }, { files: ['.env'] })).toEqual([]);
  });

  const name = fc
    .oneof(fc.stringMatching(/^[a-zA-Z._]{1,4}$/), fc.constantFrom('[id]', '(shop)', '$x', 'co d'))
    .filter((text) => !/^\.+$|^\.git/i.test(text));
  const file = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  const isFolder = (path: string, all: readonly string[]): boolean => all.some((other) => other.startsWith(`${path}/`));
  const anyFiles = fc
    .uniqueArray(file, { minLength: 1, maxLength: 30 })
    .map((all) => all.filter((path) => !isFolder(path, all)));
  const anySplit = fc.constantFrom<Split>(
    { kind: 'none' },
    { kind: 'directory' },
    { kind: 'files', size: 2 },
    { kind: 'diff', ref: 'main' },
  );

  it('always makes a plan that parses, and every file given has its task', () => {
    fc.assert(
      fc.property(anyFiles, anySplit, (given, split) => {
        const document = splitPlan({ ...material, files: given, split });
        const parsed = parsePlan(document, { protectedFiles, files: given });
        const open = given.filter((each) => !isProtected(each, protectedFiles));
        fc.pre(open.length === given.length);
        expect(parsed).toMatchObject({ ok: true });
        const uncovered = given.filter((each) => !document.tasks.some(({ writes }) => matchesAny(each, writes)));
        expect(uncovered).toEqual([]);
      }),
    );
  });

  it('is the same for the same input', () => {
    const again = splitPlan({ ...material, files: files.toReversed(), split: { kind: 'files', size: 2 } });
    expect(again).toEqual(splitPlan({ ...material, split: { kind: 'files', size: 2 } }));
  });
});

describe('fallbackPlan', () => {
  const writes = (given: readonly string[], guards = protectedFiles): readonly string[] =>
    fallbackPlan({ ...material, files: given, protectedFiles: guards }).tasks.flatMap((task) => task.writes);

  it('opens what is there and new files, and nothing protected', () => {
    const open = writes(['codes/x.ts', '.eslintrc', ...files]);
    const path = ['codes/y.ts', '.eslintrc', 'src/new/x.ts', 'calc.py', 'config/app.json', 'README.md', 'Makefile'];
    expect(path.filter((each) => !matchesAny(each, open))).toEqual([]);
    expect(
      ['.github/x', '.gitignore', 'CODEOWNERS', '.env', '.aider.conf.yml'].filter((each) => matchesAny(each, open)),
    ).toEqual([]);
  });

  it('opens what may be anywhere but for the names that are protected anywhere', () => {
    const guards = ['.github/**', '.git*', '**/CODEOWNERS', '.env*'];
    const given = ['src/a.ts', 'codes/b.py', 'docs/CODEOWNERS'];
    const open = writes(given, guards);
    const document = fallbackPlan({ ...material, files: given, protectedFiles: guards });
    expect(parsePlan(document, { protectedFiles: guards, files: given })).toMatchObject({ ok: true });
    expect(['src/new/x.py', 'lib/cli.py', 'calc.py', 'codes/c.py'].filter((each) => !matchesAny(each, open))).toEqual(
      [],
    );
    expect(['docs/CODEOWNERS', 'CODEOWNERS', '.env'].filter((each) => matchesAny(each, open))).toEqual([]);
  });

  it('goes by kinds of files where a protected name can be anywhere', () => {
    expect(writes(['src/a.ts', 'src/b/c.ts', 'x.lock'], ['**/*.lock'])).toContain('src/**/*.ts');
  });

  it('is a plan that parses for any repository and any protected files', () => {
    const guard = fc.constantFrom(
      '**/*.lock',
      '**/CODEOWNERS',
      'src/**',
      'docs/private/**',
      '*.md',
      'package.json',
      '.env*',
      'a?c',
    );
    fc.assert(
      fc.property(
        fc.array(guard),
        fc.uniqueArray(fc.constantFrom(...files, 'docs/private/x', 'docs/y', 'abc'), { minLength: 1 }),
        (guards, given) => {
          const document = fallbackPlan({ ...material, files: given, protectedFiles: guards });
          const open = given.filter((each) => !isProtected(each, guards));
          const covered = open.filter((each) => matchesAny(each, document.tasks[0]?.writes ?? []));
          expect(covered).toEqual(open);
          if (open.length > 0)
            expect(parsePlan(document, { protectedFiles: guards, files: given })).toMatchObject({ ok: true });
        },
      ),
    );
  });
});
