import { join } from 'node:path';
import { openRepository } from '../../src/adapters/git/open-repository.js';
import { ownPath } from '../../src/adapters/processes/own-path.js';
import { createValidator } from '../../src/adapters/validation/validator.js';
import { createChecker, newFailures } from '../../src/app/validation/checker.js';
import { findGuilty, type Guilt } from '../../src/app/validation/find-guilty.js';
import type { Step } from '../../src/app/step.js';
import type { RunEventBody } from '../../src/core/run/event.js';
import { aPlan, aRun, aTask, planMade, runStarted, taskId, taskLanded } from '../../__tests__/support/builders.js';
import { makeUserRepository, stillClock } from '../../__tests__/support/git-repo.js';
import { baseFiles, type Case } from './seeded-case.js';

/** The guilty task of a seeded case, by the product's own checker and search over real git, clones and processes. */
export const judgeCase = async (folder: string, { tasks, shape }: Case): Promise<Guilt | undefined> => {
  const source = join(folder, 'source');
  await makeUserRepository(source, shape === 'silent' ? { ...baseFiles, silent: '' } : baseFiles);
  const opened = await openRepository({
    source: { kind: 'local', folder: source },
    base: { branch: 'main' },
    runFolder: join(folder, 'run'),
    identity: { name: 'Ann', email: 'ann@example.com' },
    clock: stillClock,
    place: ownPath(),
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  const repository = opened.value;
  try {
    const { sha } = repository.base;
    const start = { commit: sha, tree: sha };
    const steps: Step[] = [];
    const landed: RunEventBody[] = [];
    for (const { id, files } of tasks) {
      const onto = steps.at(-1)?.head.commit ?? sha;
      const tree = await repository.addFiles(onto, files);
      const commit = await repository.commit({ tree, parents: [onto], message: id });
      steps.push({ task: taskId(id), commit, start: onto, head: { commit, tree } });
      landed.push(taskLanded(id, { commit, head: commit, changes: [...(await repository.changes(onto, commit))] }));
    }
    const plan = aPlan(tasks.map(({ id, files }) => aTask(id, { writes: Object.keys(files) })));
    const told = [runStarted({ base: repository.base }), planMade(plan), ...landed];
    const run = aRun(...told.map((body, n) => [n, body] as const));
    const node = `"${process.execPath}" check.js`;
    const checker = createChecker({
      repository,
      validator: createValidator({ place: ownPath(), path: process.env['PATH'] ?? '' }),
      commands: [{ name: 'test', run: node, timeoutMs: 60_000 }],
      baseCommit: sha,
      signal: new AbortController().signal,
    });
    const head = steps.at(-1)?.head ?? start;
    const failures = newFailures(await checker.check(head));
    if (failures.length === 0) throw new Error(`The seeded fault of shape ${shape} makes nothing red`);
    return await findGuilty(checker, { folding: { repository, run, start }, steps, failures });
  } finally {
    await repository.close();
  }
};
