import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { initRepository } from '../../src/adapters/git/store.js';
import { makeClone } from '../../src/adapters/git/make-clone.js';
import { gitTestEnv, runGit } from '../../__tests__/support/git-repo.js';
import { samples, type Bench } from '../lib/bench.js';
import { makeRepository } from '../lib/make-repository.js';

const files = 20;
/** Creations under way at one moment: more than any run has, as many as processes fit. */
const atOnce = 64;

interface Failures {
  readonly failed: number;
  readonly of: number;
}

const countFailures = async (count: number, create: (n: number) => Promise<unknown>): Promise<Failures> => {
  const limit = pLimit(atOnce);
  const each = (n: number): Promise<boolean> =>
    limit(() => create(n)).then(
      () => false,
      () => true,
    );
  const failed = await Promise.all(Array.from({ length: count }, (_, n) => each(n)));
  return { failed: failed.filter(Boolean).length, of: count };
};

/** Parallel creations of clones, and of linked worktrees as others use them. */
export const clones: Bench = {
  name: 'clones',
  about: `clones made ${atOnce} at a time of a repository of ${files} files; beside it git worktree add, the same way`,
  run: async (conditions) => {
    const { folder } = conditions;
    const source = join(folder, 'source');
    const store = join(folder, 'store');
    await makeRepository(source, files);
    await initRepository(store, { bare: true });
    await runGit(store, 'fetch', '-q', source, 'refs/heads/main');
    const commit = await runGit(source, 'rev-parse', 'main');
    await mkdir(join(folder, 'clones'));
    const ours = await countFailures(samples(conditions, 1_000), (n) =>
      makeClone(store, { id: `c-${n}`, folder: join(folder, 'clones', `c-${n}`), commit }),
    );
    const linked = await countFailures(samples(conditions, 300), (n) =>
      execa('git', ['worktree', 'add', '-q', '-b', `w-${n}`, join(folder, 'trees', `w-${n}`), 'main'], {
        cwd: source,
        env: gitTestEnv,
        extendEnv: false,
        stdin: 'ignore',
      }),
    );
    return [
      {
        what: `clones that could not be made, of ${ours.of} in parallel`,
        value: ours.failed,
        unit: 'n',
        goal: { atMost: 0 },
        beside: [{ name: `git worktree add, of ${linked.of}`, value: linked.failed }],
      },
    ];
  },
};
