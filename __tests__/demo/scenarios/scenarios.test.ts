import { parsePlan } from '../../../src/core/plan/parse-plan.js';
import { PlanDocument } from '../../../src/core/plan/plan.js';
import { Prd } from '../../../src/core/prd.js';
import { applyEdits } from '../../../demo/model/edits.js';
import type { Edit } from '../../../demo/model/edits.js';
import { scenarios, trouble } from '../../../demo/scenarios/index.js';
import { editsOf, finalTree, inTemp, readSample, repliesTo, run, writeTree } from './final-tree.js';

const pathsOf = (edit: Edit): readonly string[] => (edit.kind === 'move' ? [edit.path, edit.to] : [edit.path]);

describe('the sample service', () => {
  it('passes its own tests and lint before any work', async () => {
    await inTemp(async (folder) => {
      await writeTree(folder, await readSample());
      expect(await run(folder, 'npm', 'run', 'lint')).toMatchObject({ exitCode: 0 });
      expect(await run(folder, 'npm', 'test')).toMatchObject({ exitCode: 0 });
    });
  });
});

describe.each(scenarios.map((each) => [each.name, each] as const))('scenario %s', (_name, scenario) => {
  it('has a PRD and a plan of the documented shapes', () => {
    expect(Prd.parse(scenario.prd)).toEqual(scenario.prd);
    expect(PlanDocument.parse(scenario.plan)).toEqual(scenario.plan);
    expect(scenario.plan.tasks).toHaveLength(scenario.expected.tasks);
    const known = scenario.prd.acceptance.map((each) => each.id);
    expect(scenario.plan.tasks.flatMap((each) => each.acceptance).every((id) => known.includes(id))).toBe(true);
  });

  it('has a plan the parser takes as it is, with no edge added', () => {
    const parsed = parsePlan(scenario.plan, { protectedFiles: ['.github/**', '.git*', '.aider*', '.env*'] });
    expect(parsed).toMatchObject({ ok: true, value: { plan: scenario.plan, notes: [] } });
  });

  it('answers every task with edits inside its writes', () => {
    for (const task of scenario.plan.tasks) {
      const replies = repliesTo(scenario, task.id);
      expect(editsOf(replies.at(-1)).length).toBeGreaterThan(0);
      for (const path of replies.flatMap(editsOf).flatMap(pathsOf)) expect(task.writes).toContain(path);
    }
  });

  it('ends in a tree that passes lint and the expected number of tests', async () => {
    const base = await readSample();
    const tree = finalTree(scenario, base);
    const paths = [...new Set([...base.keys(), ...tree.keys()])].filter((path) => base.get(path) !== tree.get(path));
    expect(paths.sort()).toEqual([...scenario.expected.changed]);
    await inTemp(async (folder) => {
      await writeTree(folder, tree);
      expect(await run(folder, 'npm', 'run', 'lint')).toMatchObject({ exitCode: 0 });
      const tests = await run(folder, process.execPath, '--test', '--test-reporter=tap');
      expect(tests.output).toContain(`# pass ${String(scenario.expected.tests)}\n# fail 0`);
    });
  });
});

describe('the troubles of the trouble scenario', () => {
  it('has a first search that fails its own test', async () => {
    const tree = applyEdits(await readSample(), editsOf(repliesTo(trouble, 'search-users')[0]));
    await inTemp(async (folder) => {
      await writeTree(folder, tree);
      const tests = await run(folder, process.execPath, '--test', '--test-reporter=tap');
      expect(tests).toMatchObject({ exitCode: 1 });
      expect(tests.output).toContain('# fail 1');
    });
  });

  it('has a first guide without an edit', () => {
    expect(repliesTo(trouble, 'listing-guide')[0]?.kind).toBe('text');
  });

  it.each([
    ['move-helpers', 'page-helper'],
    ['page-helper', 'move-helpers'],
  ])('conflicts by git when %s landed before %s, and merges when redone on top', async (first, second) => {
    const base = await readSample();
    const editsFor = (task: string): readonly Edit[] => editsOf(repliesTo(trouble, task)[0]);
    await inTemp(async (folder) => {
      const commit = await repositoryOf(folder);
      const root = await commit(base, undefined);
      const landed = applyEdits(base, editsFor(first));
      const ours = await commit(landed, root);
      const theirs = await commit(applyEdits(base, editsFor(second)), root);
      const merge = await run(folder, 'git', 'merge-tree', '--write-tree', ours, theirs);
      expect(merge.exitCode).toBe(1);
      expect(merge.output).toContain('CONFLICT (file location)');
      const redone = await commit(applyEdits(landed, editsFor(second)), ours);
      expect(await run(folder, 'git', 'merge-tree', '--write-tree', ours, redone)).toMatchObject({ exitCode: 0 });
    });
  });
});

/** An empty repository, and a function that commits a whole tree on a parent. */
const repositoryOf = async (folder: string) => {
  await run(folder, 'git', 'init', '-q');
  return async (tree: ReadonlyMap<string, string>, parent: string | undefined): Promise<string> => {
    await run(folder, 'git', 'rm', '-rqf', '--ignore-unmatch', '.');
    await writeTree(folder, tree);
    await run(folder, 'git', 'add', '-A');
    const written = await run(folder, 'git', 'write-tree');
    const parents = parent === undefined ? [] : ['-p', parent];
    const made = await run(folder, 'git', 'commit-tree', '-m', 'x', ...parents, written.output.trim());
    return made.output.trim();
  };
};
