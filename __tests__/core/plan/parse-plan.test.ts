import fc from 'fast-check';
import { matchesAny } from '../../../src/core/policy/scope.js';
import { parsePlan, type PlanRules } from '../../../src/core/plan/parse-plan.js';
import type { PlanDocument } from '../../../src/core/plan/plan.js';
import { defaultProtectedFiles } from '../../../src/core/settings/table.js';
import { anyPlan, task, type RawTask } from '../../support/plans.js';

const rules: PlanRules = { protectedFiles: ['.github/**', '.git*', 'CODEOWNERS', '.aider*', '.env*'] };
const plan = (...tasks: readonly RawTask[]): unknown => ({ version: 1, title: 'A plan', tasks });
const faultsOf = (input: unknown, given: PlanRules = rules): readonly string[] => {
  const parsed = parsePlan(input, given);
  return parsed.ok ? [] : parsed.failure.map(({ path, message }) => `${path}: ${message}`);
};
const accepted = (input: unknown, given: PlanRules = rules) => {
  const parsed = parsePlan(input, given);
  if (!parsed.ok) throw new Error(parsed.failure.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
};

describe('parsePlan', () => {
  it('accepts a plan and fills in what it leaves open', () => {
    const { plan: made, notes } = accepted(plan(task('api'), task('ui', { dependsOn: ['api'] })));
    expect(notes).toEqual([]);
    expect(made.tasks.map(({ id, estimateMinutes }) => [id, estimateMinutes])).toEqual([
      ['api', 5],
      ['ui', 5],
    ]);
  });

  it('reports all faults at once, each with its task, what was expected and what came', () => {
    const faults = faultsOf({
      version: 1,
      title: 'x',
      contracts: [{ id: 'c', file: '/etc/x', signature: 's', producedBy: 'nobody' }],
      tasks: [
        task('a', { kind: 'magic', writes: ['../x', '**/*.yml'], dependsOn: ['b', 'a'], acceptance: ['AC9'] }),
        task('a'),
      ],
    });
    expect(faults).toEqual([
      expect.stringMatching(/^tasks\[0\]\.kind: task "a": .*expected one of .*; got "magic"$/),
      'tasks[1].id: task id must be unique; got "a" again',
      `tasks[0].acceptance[0]: task "a": must be an id of the plan's acceptance criteria, which are none; got "AC9"`,
      'tasks[0].dependsOn[0]: task "a": must be the id of a task; got "b"',
      'contracts[0].producedBy: must be the id of a task; got "nobody"',
      'tasks[0].dependsOn[1]: task "a": must depend on other tasks only; got itself',
      'tasks[0].writes[0]: task "a": the path must stay inside the repository, without . or ..; got "../x"',
      'tasks[0].writes[1]: task "a": must not be able to write what ".github/**" protects; got "**/*.yml"',
      'contracts[0].file: the path must be relative to the repository; got "/etc/x"',
    ]);
  });

  it('names the cycle', () => {
    const tasks = [task('a', { dependsOn: ['c'] }), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] })];
    expect(faultsOf(plan(...tasks, task('d', { dependsOn: ['a'] })))).toEqual([
      'tasks: dependencies must have no cycle; got a -> c -> b -> a',
    ]);
  });

  it.each([
    ['../x', 'stay inside'],
    ['a/../../x', 'stay inside'],
    ['a/{b,..}/x', 'stay inside'],
    ['/etc/passwd', 'be relative'],
    ['C:/x', 'be relative'],
    ['~/x', 'be relative'],
    ['a\\b', 'no backslash'],
    ['.git/config', 'stay out of .git'],
    ['a/.GIT/hooks/x', 'stay out of .git'],
    ['{.git,x}/y', 'stay out of .git'],
    ['[.]git/config', 'stay out of .git'],
    ['git~1/config', 'stay out of .git'],
    ['.git /config', 'stay out of .git'],
    ['', 'name a file'],
    [' ', 'name a file'],
    ['a//b', 'no empty part'],
    ['a\nb', 'no control'],
    ['.g\u200cit/x', 'no control or invisible'],
    ['--config', 'not begin with -'],
    ['!src/**', 'not begin with - or !'],
    ['{a,b', 'paired braces'],
  ])('refuses to write %j', (path, expected) => {
    const [fault, ...rest] = faultsOf(plan(task('a', { writes: [path] })));
    expect(fault).toContain(expected);
    expect(fault).toContain('task "a"');
    expect(rest).toEqual([]);
    expect(faultsOf(plan(task('a', { reads: [path] })))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    '.github/workflows/ci.yml',
    '.github',
    '.GitHub/x',
    '.env',
    '.env.local',
    'CODEOWNERS',
    '**',
    '*',
    '{a,.env}',
    '.*',
    '[.]env',
    '??nv',
    '.@(env)',
    'src/.env.ts',
    'docs/CODEOWNERS',
    'docs/codeowners',
    '**/.env',
    'a/{b,.env}',
    'a/.e*',
  ])('refuses to write %s, which can be protected', (path) => {
    expect(faultsOf(plan(task('a', { writes: [path] })))).toEqual([
      expect.stringMatching(/protects|stay out of \.git/),
    ]);
  });

  it('lets every folder but .github and .aider* be named whole under the default protection', () => {
    const byDefault: PlanRules = { protectedFiles: defaultProtectedFiles };
    const writesTo = (path: string) => faultsOf(plan(task('a', { writes: [path] })), byDefault);
    expect(['src/**', 'docs/**', 'a/'].flatMap(writesTo)).toEqual([]);
    expect(['CODEOWNERS', '.aider/x', '.aider.tags.cache.v4/x', '.github/x', '.env.local'].map(writesTo)).toEqual(
      Array.from({ length: 5 }, () => [expect.stringContaining('protects')]),
    );
  });

  it.each([
    'src/**',
    'a/*.md',
    'a/*',
    'docs/**/*.ts',
    'src/env.ts',
    'docs/CODEOWNERS/x',
    'app/[id]/page.tsx',
    'app/(shop)/page.tsx',
    '$x.ts',
    '+page.svelte',
  ])('lets %s be written', (path) => {
    expect(faultsOf(plan(task('a', { writes: [path] })))).toEqual([]);
  });

  it('keeps paths in one form: a folder is everything below it', () => {
    const { plan: made } = accepted(plan(task('a', { writes: ['./src/', 'docs', 'x.ts'], reads: ['src'] })), {
      ...rules,
      files: ['docs/a.md', 'src/a.ts'],
    });
    expect(made.tasks[0]).toMatchObject({ writes: ['src/**', 'docs/**', 'x.ts'], reads: ['src/**'] });
  });

  it('keeps writes inside the files asked for', () => {
    const allowedFiles = ['src/**', 'README.md'];
    expect(faultsOf(plan(task('a', { writes: ['src/a.ts', 'README.md'] })), { ...rules, allowedFiles })).toEqual([]);
    expect(faultsOf(plan(task('a', { writes: ['lib/a.ts'] })), { ...rules, allowedFiles })).toEqual([
      'tasks[0].writes[0]: task "a": must be inside "src/**", "README.md"; got "lib/a.ts"',
    ]);
  });

  it('makes the later of two tasks wait that may write the same file, and says so', () => {
    const tasks = ['a', 'b', 'c'].map((id) => task(id, { writes: [id === 'b' ? 'src/*.ts' : 'src/x.ts'] }));
    const { plan: made, notes } = accepted(plan(...tasks));
    expect(made.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ['a'], ['b']]);
    expect(notes).toEqual([
      'task "b" waits for "a": both may write the same files',
      'task "c" waits for "b": both may write the same files',
    ]);
  });

  it('leaves the order of a plan alone that already has one', () => {
    const { plan: made, notes } = accepted(
      plan(task('a', { writes: ['x'], dependsOn: ['b'] }), task('b', { writes: ['x'] })),
    );
    expect(made.tasks.map(({ dependsOn }) => dependsOn)).toEqual([['b'], []]);
    expect(notes).toEqual([]);
  });

  it('takes at most 50 tasks, or fewer where asked', () => {
    const many = Array.from({ length: 51 }, (_each, index) => task(`t-${index}`));
    expect(faultsOf(plan(...many))).toContain('tasks: must be at most 50 tasks; got 51');
    expect(faultsOf(plan(...many.slice(0, 3)), { ...rules, maxTasks: 2 })).toEqual([
      'tasks: must be at most 2 tasks; got 3',
    ]);
    expect(faultsOf(plan(...many.slice(0, 50)))).toEqual([]);
  });

  it("brings in the PRD's criteria where the plan has none", () => {
    const acceptance = [{ id: 'AC1', text: 'It works' }];
    const { plan: made } = accepted(plan(task('a', { acceptance: ['AC1'] })), { ...rules, acceptance });
    expect(made.acceptance).toEqual(acceptance);
  });

  it('never throws and always says why, whatever comes', () => {
    const looksLike = fc.record({
      version: fc.constant(1),
      tasks: fc.array(
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('id', 'writes', 'dependsOn'), fc.jsonValue())),
      ),
      contracts: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), looksLike), (input) => {
        expect(faultsOf(input).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts only plans that hold every guarantee', () => {
    fc.assert(
      fc.property(anyPlan, (raw) => {
        const parsed = parsePlan(raw, rules);
        if (parsed.ok) expect(broken(parsed.value.plan)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an accepted plan once a guarantee of it is broken', () => {
    const breaks: readonly ((tasks: RawTask[]) => void)[] = [
      (tasks) => tasks.push({ ...tasks[0] }),
      ([first]) => first?.dependsOn?.push('nobody'),
      ([first]) => first?.dependsOn?.push(String(first.id)),
      ([first]) => first?.writes?.push('../out'),
      ([first]) => first?.writes?.push('.git/config'),
      ([first]) => first?.writes?.push('.github/x.yml'),
      ([first]) => first?.acceptance?.push('AC77'),
      (tasks) => tasks.push(task('x', { dependsOn: ['y'] }), task('y', { dependsOn: ['x'] })),
    ];
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(...breaks), (raw, spoil) => {
        fc.pre(parsePlan(raw, rules).ok);
        const copy = structuredClone(raw);
        spoil(copy.tasks);
        expect(faultsOf(copy).length).toBeGreaterThan(0);
      }),
    );
  });
});

/** The guarantees by other, slower means: paths by trying them, order by walking. */
const broken = ({ tasks }: PlanDocument): readonly string[] => {
  const byId = new Map(tasks.map((each) => [each.id as string, each]));
  const reaches = (from: string, to: string, left = tasks.length): boolean =>
    left > 0 && (byId.get(from)?.dependsOn ?? []).some((id) => id === to || reaches(id, to, left - 1));
  const samples = ['a', 'b', 'src/a', 'src/b', 'src/a/b', 'lib/a', 'lib/b/a', '.env', '.github/a', 'CODEOWNERS', 'src'];
  const written = (id: string) => samples.filter((path) => matchesAny(path, byId.get(id)?.writes ?? []));
  const pairs = tasks.flatMap((a, index) =>
    tasks.slice(index + 1).map((b) => [a.id as string, b.id as string] as const),
  );
  return [
    ...(byId.size === tasks.length ? [] : ['ids are not unique']),
    ...tasks.flatMap(({ dependsOn }) => dependsOn.filter((id) => !byId.has(id)).map((id) => `unknown ${id}`)),
    ...tasks.filter(({ id }) => reaches(id, id)).map(({ id }) => `${id} waits for itself`),
    ...tasks.flatMap(({ id }) => written(id).filter((path) => matchesAny(path, rules.protectedFiles))),
    ...tasks.flatMap(({ writes }) =>
      writes.filter((path) => path.split('/').some((name) => name === '..' || name === '.git')),
    ),
    ...pairs
      .filter(([a, b]) => !reaches(a, b) && !reaches(b, a) && written(a).some((path) => written(b).includes(path)))
      .map(([a, b]) => `${a} and ${b} race`),
  ];
};
