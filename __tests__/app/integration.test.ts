import { createIntegration, type Integration } from '../../src/app/integration.js';
import type { Work } from '../../src/app/step.js';
import type { Task } from '../../src/core/plan/plan.js';
import { aTask, taskId } from '../support/builders.js';
import { aBench, type Bench } from '../support/bench.js';

const ref = 'refs/heads/aider-integration';

const open = async (
  tasks: readonly Task[] = [aTask('a'), aTask('b'), aTask('c')],
): Promise<Bench & { integration: Integration }> => {
  const bench = aBench({ tasks });
  const { repository, recorder } = bench;
  const { sha } = repository.base;
  const start = { commit: sha, tree: sha };
  return { ...bench, integration: await createIntegration({ repository, run: () => recorder.run, ref, start }) };
};

/** A commit of an agent's work on `parent`. */
const work = async (
  { repository }: Bench,
  files: Readonly<Record<string, string>>,
  parent = repository.base.sha,
): Promise<Work> => {
  const tree = await repository.addFiles(parent, files);
  return { start: parent, commit: await repository.commit({ tree, parents: [parent], message: 'work' }) };
};

describe('the integration branch', () => {
  it('begins at its start', async () => {
    const { integration, repository } = await open();
    expect(repository.refs.get(ref)).toBe(repository.base.sha);
    expect(integration.head.commit).toBe(repository.base.sha);
    expect(integration.steps).toEqual([]);
  });

  it('takes a task by a merge commit that names it', async () => {
    const { integration, repository, ...rest } = await open();
    const done = await work({ repository, ...rest }, { 'src/a.ts': 'a' });
    const landing = await integration.land(taskId('a'), done);
    expect(landing).toEqual({ kind: 'landed', head: integration.head });
    const head = repository.commitAt(integration.head.commit);
    expect(head.parents).toEqual([repository.base.sha, done.commit]);
    expect(head.message).toContain('Land agent-1: Do a');
    expect(head.message).toContain('Aider-Task: a');
    expect(repository.refs.get(ref)).toBe(integration.head.commit);
  });

  it('takes landings that are asked for at once one after the other, and loses none', async () => {
    const { integration, ...bench } = await open();
    const done = await Promise.all(['a', 'b', 'c'].map((id) => work(bench, { [`src/${id}.ts`]: id })));
    const landings = await Promise.all(
      done.map((each, index) => integration.land(taskId(['a', 'b', 'c'][index] ?? ''), each)),
    );
    expect(landings.map(({ kind }) => kind)).toEqual(['landed', 'landed', 'landed']);
    expect(integration.steps.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(bench.repository.filesAt(integration.head.commit)).toMatchObject({
      'src/a.ts': 'a',
      'src/b.ts': 'b',
      'src/c.ts': 'c',
    });
  });

  it('never takes a merge in which a file vanished that neither side deleted', async () => {
    const { integration, ...bench } = await open();
    const [one, two] = [await work(bench, { 'src/a.ts': 'a' }), await work(bench, { 'src/b.ts': 'b' })];
    await integration.land(taskId('a'), one);
    const before = integration.head;
    bench.repository.loses = () => ['src/a.ts', 'README.md'];
    expect(await integration.land(taskId('b'), two)).toMatchObject({
      kind: 'conflict',
      files: ['README.md', 'src/a.ts'],
    });
    expect(integration.head).toEqual(before);
    bench.repository.loses = () => [];
    expect(await integration.land(taskId('b'), two)).toMatchObject({ kind: 'landed' });
  });

  it('stays as it is at a conflict and takes the next', async () => {
    const { integration, ...bench } = await open();
    const [one, other, third] = await Promise.all([
      work(bench, { shared: '1' }),
      work(bench, { shared: '2' }),
      work(bench, { own: '3' }),
    ]);
    await integration.land(taskId('a'), one);
    const before = integration.head;
    expect(await integration.land(taskId('b'), other)).toMatchObject({ kind: 'conflict', files: ['shared'] });
    expect(integration.head).toEqual(before);
    expect(await integration.land(taskId('c'), third)).toMatchObject({ kind: 'landed' });
    expect(integration.steps.map(({ task }) => task)).toEqual(['a', 'c']);
  });

  it('takes the next landing also after one that broke', async () => {
    const { integration, ...bench } = await open();
    const [one, two] = await Promise.all([work(bench, { a: '1' }), work(bench, { b: '2' })]);
    bench.repository.failOn('merge', new Error('disk full'));
    await expect(integration.land(taskId('a'), one)).rejects.toThrow('disk full');
    bench.repository.failOn('merge', null);
    expect(await integration.land(taskId('b'), two)).toMatchObject({ kind: 'landed' });
  });

  it('moves its ref only from where it left it', async () => {
    const { integration, ...bench } = await open();
    const done = await work(bench, { a: '1' });
    bench.repository.refs.set(ref, done.commit);
    await expect(integration.land(taskId('a'), done)).rejects.toThrow('moved by another process');
    expect(bench.repository.refs.get(ref)).toBe(done.commit);
  });
});

describe('a task that is taken out', () => {
  const land = async (
    { integration, ...bench }: Awaited<ReturnType<typeof open>>,
    id: string,
    files: Readonly<Record<string, string>>,
    parent?: string,
  ): Promise<void> => {
    const landing = await integration.land(taskId(id), await work(bench, files, parent));
    expect(landing.kind).toBe('landed');
  };
  const filesOf = ({ integration, repository }: Awaited<ReturnType<typeof open>>) =>
    repository.filesAt(integration.head.commit);

  it('leaves nothing of itself, and what does not need it stays', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a' });
    await land(bench, 'b', { 'src/b.ts': 'b' });
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a']);
    expect(filesOf(bench)).not.toHaveProperty(['src/a.ts']);
    expect(filesOf(bench)).toMatchObject({ 'src/b.ts': 'b' });
    expect(bench.integration.steps.map(({ task }) => task)).toEqual(['b']);
    expect(bench.repository.refs.get(ref)).toBe(bench.integration.head.commit);
  });

  it('takes with it what depends on it, also through others', async () => {
    const bench = await open([
      aTask('a'),
      aTask('b', { dependsOn: ['a'] }),
      aTask('c', { dependsOn: ['b'] }),
      aTask('d'),
    ]);
    for (const id of ['a', 'd', 'b', 'c']) await land(bench, id, { [`src/${id}.ts`]: id });
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a', 'b', 'c']);
    expect(bench.integration.steps.map(({ task }) => task)).toEqual(['d']);
  });

  it('does not come back with work that was redone on top of it', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a', 'src/old.ts': 'a was here\n' });
    await land(bench, 'b', { 'src/b.ts': 'b' }, bench.integration.head.commit);
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a']);
    expect(filesOf(bench)).not.toHaveProperty(['src/a.ts']);
    expect(filesOf(bench)).toMatchObject({ 'src/b.ts': 'b', 'src/old.ts': 'export const old = 1;\n' });
  });

  it('takes with it a task whose change does not apply without it, and what depends on that', async () => {
    const bench = await open([aTask('a'), aTask('b'), aTask('c', { dependsOn: ['b'] })]);
    await land(bench, 'a', { 'src/old.ts': 'a was here\n' });
    await land(bench, 'b', { 'src/old.ts': 'b was here\n' }, bench.integration.head.commit);
    await land(bench, 'c', { 'src/c.ts': 'c' });
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a', 'b', 'c']);
    expect(bench.integration.head.commit).toBe(bench.repository.base.sha);
  });

  it('takes its repairs with it and leaves those of others where they are', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a' });
    await land(bench, 'b', { 'src/b.ts': 'b' });
    await land(bench, 'a', { 'src/a.ts': 'a, repaired' }, bench.integration.head.commit);
    await land(bench, 'b', { 'src/b.ts': 'b, repaired' }, bench.integration.head.commit);
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a']);
    expect(filesOf(bench)).toMatchObject({ 'src/b.ts': 'b, repaired' });
    expect(filesOf(bench)).not.toHaveProperty(['src/a.ts']);
  });

  it('takes with it the repairs that only make sense with it, not the tasks repaired', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a' });
    await land(bench, 'b', { 'src/b.ts': 'b' });
    await land(bench, 'b', { 'src/a.ts': 'a, mended by b' }, bench.integration.head.commit);
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a']);
    expect(filesOf(bench)).toMatchObject({ 'src/b.ts': 'b' });
    expect(filesOf(bench)).not.toHaveProperty(['src/a.ts']);
  });

  it('can be followed by another, and by a landing', async () => {
    const bench = await open();
    for (const id of ['a', 'b', 'c']) await land(bench, id, { [`src/${id}.ts`]: id });
    await bench.integration.withdraw(taskId('b'));
    expect(await bench.integration.withdraw(taskId('a'))).toEqual(['a']);
    await land(bench, 'b', { 'src/b.ts': 'again' }, bench.integration.head.commit);
    expect(filesOf(bench)).toMatchObject({ 'src/b.ts': 'again', 'src/c.ts': 'c' });
  });

  it('is nothing new when it never landed', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a' });
    const before = bench.integration.head;
    expect(await bench.integration.withdraw(taskId('b'))).toEqual([]);
    expect(bench.integration.head).toEqual(before);
  });

  it('leaves all as it was when the folding breaks', async () => {
    const bench = await open();
    await land(bench, 'a', { 'src/a.ts': 'a' });
    await land(bench, 'b', { 'src/b.ts': 'b' });
    const before = bench.integration.head;
    bench.repository.failOn('merge', new Error('disk full'));
    await expect(bench.integration.withdraw(taskId('a'))).rejects.toThrow('disk full');
    expect(bench.integration.head).toEqual(before);
    expect(bench.integration.steps).toHaveLength(2);
  });
});
