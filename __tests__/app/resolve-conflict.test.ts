import { resolveByModel } from '../../src/app/conflicts/resolve-by-model.js';
import { resolveByRule } from '../../src/app/conflicts/resolve-by-rule.js';
import type { Work } from '../../src/app/step.js';
import { aTask, taskId } from '../support/builders.js';
import { aBench, command, type Bench } from '../support/bench.js';

type Files = Readonly<Record<string, string>>;

const test = command('test');
const base: Files = {
  '.gitattributes': '*.log merge=union\ngen.ts linguist-generated\n',
  'package-lock.json': '{}\n',
  'changes.log': 'first\n',
  'gen.ts': 'generated\n',
  'src/a.ts': 'a\n',
  'src/b.ts': 'b\n',
  'src/c.ts': 'c\n',
  'src/d.ts': 'd\n',
};
const tasks = [
  aTask('a', { verify: [{ run: 'check a', timeoutSeconds: 5 }] }),
  aTask('b', { verify: [{ run: 'check b', timeoutSeconds: 5 }] }),
];

interface Met {
  readonly bench: Bench;
  readonly head: string;
  readonly work: Work;
  readonly collide: () => Parameters<typeof resolveByRule>[1];
}

/** `a` landed with its files; `b` comes with others. */
const meet = async (ours: Files, theirs: Files, options: Parameters<typeof aBench>[0] = {}): Promise<Met> => {
  const bench = aBench({ tasks, files: base, commands: [test], ...options });
  const { repository } = bench;
  const { sha } = repository.base;
  const commit = async (files: Files) =>
    repository.commit({ tree: await repository.addFiles(sha, files), parents: [sha], message: JSON.stringify(files) });
  const [head, commitOfB] = [await commit(ours), await commit(theirs)];
  const work = { start: sha, commit: commitOfB };
  const merge = await repository.merge(head, commitOfB);
  if (merge.kind === 'clean') throw new Error('the test has no conflict');
  return {
    bench,
    head,
    work,
    collide: () => ({ id: taskId('b'), work, files: merge.files, others: [taskId('a')], head }),
  };
};
const filesOf = ({ bench }: Met, resolved: Work | undefined): Files => {
  if (resolved === undefined) throw new Error('it was not resolved');
  return bench.repository.filesAt(resolved.commit);
};

describe('a conflict in files that have a rule', () => {
  it('makes a lock file anew on top of what landed, by its own tool', async () => {
    const met = await meet({ 'package-lock.json': 'of a\n' }, { 'package-lock.json': 'of b\n', 'src/b.ts': 'new b\n' });
    met.bench.locksmith.forge = (files) => ({
      'package-lock.json': `${files['package-lock.json']}and ${files['src/b.ts']}`,
    });
    const resolved = await resolveByRule(met.bench.tools, met.collide());
    expect(filesOf(met, resolved)).toMatchObject({ 'package-lock.json': 'of a\nand new b\n', 'src/b.ts': 'new b\n' });
    expect(resolved?.start).toBe(met.head);
    expect(met.bench.locksmith.made).toMatchObject([{ folder: '.' }]);
    expect(met.bench.validator.runs.map((run) => run.command)).toEqual(
      expect.arrayContaining([test.run, 'check a', 'check b']),
    );
    expect(met.bench.repository.clones.size).toBe(0);
  });

  it('takes nothing else of what the tool wrote', async () => {
    const met = await meet({ 'package-lock.json': 'of a\n' }, { 'package-lock.json': 'of b\n' });
    met.bench.locksmith.forge = () => ({ 'package-lock.json': 'both\n', 'src/c.ts': 'surprise\n' });
    expect(filesOf(met, await resolveByRule(met.bench.tools, met.collide()))).toMatchObject({ 'src/c.ts': 'c\n' });
  });

  it('takes the lines of both where the base declares a file append-only', async () => {
    const met = await meet({ 'changes.log': 'by a\n' }, { 'changes.log': 'by b\n' });
    expect(filesOf(met, await resolveByRule(met.bench.tools, met.collide()))['changes.log']).toBe('by a\nby b\n');
  });

  it('believes the declaration of the base alone', async () => {
    const declared = { '.gitattributes': '*.ts merge=union\n' };
    const met = await meet({ 'src/a.ts': 'one\n', ...declared }, { 'src/a.ts': 'two\n', ...declared });
    expect(await resolveByRule(met.bench.tools, met.collide())).toBeUndefined();
  });

  it.each<[string, string, Files | undefined]>([
    ['the tool fails', 'nothing', undefined],
    ['the result does not pass the tests', test.run, { 'package-lock.json': 'x\n' }],
    ['it does not pass the test of the task that landed', 'check a', { 'package-lock.json': 'x\n' }],
  ])('is not resolved where %s', async (_why, red, forged) => {
    const rules = { [red]: (files: Files) => (files['package-lock.json'] === '{}\n' ? undefined : 'red') };
    const met = await meet({ 'package-lock.json': 'of a\n' }, { 'package-lock.json': 'of b\n' }, { rules });
    met.bench.locksmith.forge = () => forged;
    expect(await resolveByRule(met.bench.tools, met.collide())).toBeUndefined();
    expect(met.bench.repository.clones.size).toBe(0);
  });

  it('is left alone where code is among them, or what a generator wrote', async () => {
    const code = await meet(
      { 'package-lock.json': 'a\n', 'src/a.ts': 'x\n' },
      { 'package-lock.json': 'b\n', 'src/a.ts': 'y\n' },
    );
    expect(await resolveByRule(code.bench.tools, code.collide())).toBeUndefined();
    const made = await meet({ 'gen.ts': 'a\n' }, { 'gen.ts': 'b\n' });
    expect(await resolveByRule(made.bench.tools, made.collide())).toBeUndefined();
  });
});

describe('a conflict a model merges', () => {
  const three = ['src/a.ts', 'src/b.ts', 'src/c.ts'];
  const changed = (paths: readonly string[], by: string): Files =>
    Object.fromEntries(paths.map((path) => [path, `${by}\n`]));

  it('has each of at most three hunks replaced by the lines it wrote, in their order', async () => {
    const met = await meet(changed(three, 'ours'), { ...changed(three, 'theirs'), 'src/d.ts': 'mine alone\n' });
    met.bench.model.will('merge', { says: { hunks: [{ text: '1\n' }, { text: '2' }, { text: '' }] } });
    const files = filesOf(met, await resolveByModel(met.bench.tools, met.collide()));
    expect(files).toMatchObject({ 'src/a.ts': '1\n', 'src/b.ts': '2\n', 'src/c.ts': '', 'src/d.ts': 'mine alone\n' });
    const [asked] = met.bench.model.asked('merge');
    expect(asked?.prompt).toContain('ours');
    expect(asked?.prompt).toContain('theirs');
    expect(asked?.prompt).toContain('Write src/a.ts.');
    expect(asked?.prompt).toContain('Write src/b.ts.');
    expect(met.bench.journal.of('model-called')).toMatchObject([
      { phase: 'tasks', model: 'openai/gpt-4o', usage: { costUsd: 0.02 } },
    ]);
  });

  it('of four hunks is not asked about', async () => {
    const met = await meet(changed([...three, 'src/d.ts'], 'ours'), changed([...three, 'src/d.ts'], 'theirs'));
    expect(await resolveByModel(met.bench.tools, met.collide())).toBeUndefined();
    expect(met.bench.model.questions).toEqual([]);
  });

  it.each([
    ['a lock file', { 'package-lock.json': 'a\n' }, { 'package-lock.json': 'b\n' }],
    ['a generated file', { 'gen.ts': 'a\n' }, { 'gen.ts': 'b\n' }],
  ])('is never one in %s', async (_what, ours, theirs) => {
    const met = await meet(ours, theirs);
    expect(await resolveByModel(met.bench.tools, met.collide())).toBeUndefined();
    expect(met.bench.model.questions).toEqual([]);
  });

  it.each([
    ['answers with too few hunks', { says: { hunks: [] } }],
    ['leaves a marker', { says: { hunks: [{ text: '<<<<<<< ours\nx\n' }] } }],
    ['writes a secret', { says: { hunks: [{ text: `key = "AKIA${'ABCDEFGH23456723'}"\n` }] } }],
    ['fails', { fails: 'provider-error' as const }],
    ['writes what the tests refuse', { says: { hunks: [{ text: 'bad\n' }] } }],
  ])('is dropped where it %s', async (_why, said) => {
    const rules = { [test.run]: (files: Files) => (files['src/a.ts'] === 'bad\n' ? 'red' : undefined) };
    const met = await meet({ 'src/a.ts': 'ours\n' }, { 'src/a.ts': 'theirs\n' }, { rules });
    met.bench.model.will('merge', said);
    expect(await resolveByModel(met.bench.tools, met.collide())).toBeUndefined();
    expect(met.bench.model.asked('merge')).toHaveLength(1);
  });
});
