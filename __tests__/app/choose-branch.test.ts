import { chooseBranch } from '../../src/app/choose-branch.js';
import { aRequest } from '../support/builders.js';
import { FakeRepository } from '../support/fake-repository.js';

const request = aRequest({ number: 42 });

/** A repository where these branches exist: `ours` with a commit that carries our trailer, `theirs` without one. */
const withBranches = async (
  branches: Readonly<Record<string, 'ours' | 'theirs' | 'base'>>,
): Promise<FakeRepository> => {
  const repository = new FakeRepository({ a: '1' });
  const { sha } = repository.base;
  const tree = await repository.addFiles(sha, { b: '2' });
  const ours = await repository.commit({ tree, parents: [sha], message: 'Work\n\nAider-Run: r0\n' });
  const theirs = await repository.commit({ tree, parents: [ours], message: 'A hand-made fix\n' });
  for (const [name, whose] of Object.entries(branches))
    repository.userBranches.set(name, { ours, theirs, base: sha }[whose]);
  return repository;
};

const numbers = (count: number): Record<string, 'theirs'> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`aider/issue-42${index === 0 ? '' : `-${index + 1}`}`, 'theirs']),
  );

describe('the branch of the pull request', () => {
  it.each<[string, Readonly<Record<string, 'ours' | 'theirs' | 'base'>>, string, boolean]>([
    ['is named after the issue', {}, 'aider/issue-42', false],
    ['is used again when only we wrote to it', { 'aider/issue-42': 'ours' }, 'aider/issue-42', false],
    ['is used when it holds nothing of its own', { 'aider/issue-42': 'base' }, 'aider/issue-42', false],
    ['is another one when somebody else wrote to it', { 'aider/issue-42': 'theirs' }, 'aider/issue-42-2', true],
    [
      'is the next one that is free or ours',
      { 'aider/issue-42': 'theirs', 'aider/issue-42-2': 'theirs', 'aider/issue-42-3': 'ours' },
      'aider/issue-42-3',
      true,
    ],
    ['is no folder of a branch named aider', { aider: 'theirs' }, 'aider-issue-42', false],
    ['is free beside a branch named aider', { aider: 'base', 'aider-issue-42': 'theirs' }, 'aider-issue-42-2', true],
    ['is named after the run when all names are taken', numbers(20), 'aider/issue-42-r1', true],
  ])('%s', async (_, branches, expected, isTold) => {
    const chosen = await chooseBranch(await withBranches(branches), request, 'r1');
    expect(chosen.name).toBe(expected);
    expect(chosen.note !== undefined).toBe(isTold);
  });

  it('is named after the run when there is no issue', async () => {
    const { number: _, ...free } = request;
    expect(await chooseBranch(await withBranches({}), free, 'r1')).toEqual({ name: 'aider/run-r1' });
    expect(await chooseBranch(await withBranches({ aider: 'ours' }), free, 'r1')).toEqual({ name: 'aider-run-r1' });
  });

  it('can be published: it was looked at before', async () => {
    const repository = await withBranches({ 'aider/issue-42': 'theirs', 'aider/issue-42-2': 'ours' });
    const { name } = await chooseBranch(repository, request, 'r1');
    expect(await repository.publish(name, repository.base.sha)).toEqual({ kind: 'published' });
  });
});
