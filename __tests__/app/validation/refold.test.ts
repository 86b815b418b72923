import { foldByTask, type Folding } from '../../../src/app/validation/refold.js';
import type { Step } from '../../../src/app/step.js';
import { aTask, taskId } from '../../support/builders.js';
import { aBench, type Bench } from '../../support/bench.js';

type Edits = Readonly<Record<string, string>>;

/** A branch of these steps, each made on the head before it. */
const branch = async (
  ...steps: readonly (readonly [string, Edits])[]
): Promise<Bench & { folding: Folding; steps: readonly Step[] }> => {
  const bench = aBench({ tasks: [aTask('a'), aTask('b'), aTask('c')] });
  const { repository, recorder } = bench;
  const { sha } = repository.base;
  const made: Step[] = [];
  for (const [id, edits] of steps) {
    const start = made.at(-1)?.head.commit ?? sha;
    const tree = await repository.addFiles(start, edits);
    const commit = await repository.commit({ tree, parents: [start], message: id });
    made.push({ task: taskId(id), start, commit, head: { commit, tree } });
  }
  return { ...bench, steps: made, folding: { repository, run: recorder.run, start: { commit: sha, tree: sha } } };
};

describe('the branch by task', () => {
  it('is the branch itself while nothing was repaired', async () => {
    const { folding, steps } = await branch(['a', { a: '1' }], ['b', { b: '1' }]);
    expect(await foldByTask(folding, steps)).toBe(steps);
  });

  it('has every repair in the step of its task, and the same head', async () => {
    const { folding, steps, repository } = await branch(
      ['a', { a: '1' }],
      ['b', { b: '1' }],
      ['a', { a: '2' }],
      ['c', { c: '1' }],
      ['a', { more: '3' }],
    );
    const byTask = await foldByTask(folding, steps);
    const heads = byTask.map(({ task, head }) => [task, repository.filesAt(head.commit)] as const);
    expect(heads.map(([task]) => task)).toEqual(['a', 'b', 'c']);
    expect(heads[0]?.[1]).toMatchObject({ a: '2', more: '3' });
    expect(heads[0]?.[1]).not.toHaveProperty('b');
    expect(heads[1]?.[1]).not.toHaveProperty('c');
    expect(heads[2]?.[1]).toEqual(repository.filesAt(steps.at(-1)?.head.commit ?? ''));
  });

  it('is the branch itself where a repair cannot come before what it was made on', async () => {
    const { folding, steps } = await branch(['a', { shared: '1' }], ['b', { shared: '2' }], ['a', { shared: '3' }]);
    expect(await foldByTask(folding, steps)).toBe(steps);
  });
});
