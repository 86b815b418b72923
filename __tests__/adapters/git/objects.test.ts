import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { addFiles, composeTree, gone, holdsFile } from '../../../src/adapters/git/compose-tree.js';
import { listsOf } from '../../../src/adapters/git/list-files.js';
import { formatCommit } from '../../../src/adapters/git/objects/commit-object.js';
import { changeTree } from '../../../src/adapters/git/objects/change-tree.js';
import { diffTrees, textOf } from '../../../src/adapters/git/objects/diff-trees.js';
import { openObjectReader, type ObjectReader } from '../../../src/adapters/git/objects/read-objects.js';
import { formatTree } from '../../../src/adapters/git/objects/tree-entries.js';
import { emptyTree, openTrees, type Trees } from '../../../src/adapters/git/objects/trees.js';
import { writeObject } from '../../../src/adapters/git/objects/write-object.js';
import { initRepository } from '../../../src/adapters/git/store.js';
import { gitTestEnv, makeTemp } from '../../support/git-repo.js';

/*
 * What we do with git's objects ourselves, held against git: the same ids, the same differences, the same lists.
 */

let store: string;
let temp: string;
let reader: ObjectReader;
let trees: Trees;
beforeEach(async () => {
  temp = await makeTemp();
  store = join(temp, 'store');
  await initRepository(store, { bare: true });
  reader = openObjectReader(store);
  trees = openTrees(store, reader);
});
afterEach(async () => {
  reader.close();
  await rm(temp, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

/** Few names, so that files meet folders of the same name, and names whose order shows how folders sort. */
const name = fc.constantFrom('a', 'a.b', 'a-b', 'ab', 'é', 'x y', 'Z');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const files = fc
  .dictionary(path, fc.constantFrom('one\n', 'two\n', ''), { maxKeys: 8 })
  .map((all) =>
    Object.fromEntries(Object.entries(all).filter(([each]) => !Object.keys(all).some((o) => o.startsWith(`${each}/`)))),
  );

const git = (input: string, ...args: readonly string[]) =>
  execa('git', args, {
    ...{ cwd: store, extendEnv: false, input },
    env: { ...gitTestEnv, GIT_INDEX_FILE: join(temp, 'index') },
  }).then(({ stdout }) => stdout);

/** The tree of these files, by git's index. */
const treeByGit = async (all: Files): Promise<string> => {
  await rm(join(temp, 'index'), { force: true });
  const lines = await Promise.all(
    Object.entries(all).map(async ([each, text]) => {
      return `100644 ${await git(text, 'hash-object', '-w', '--stdin')}\t${each}\0`;
    }),
  );
  await git(lines.join(''), 'update-index', '--add', '-z', '--index-info');
  return git('', 'write-tree');
};

const both = fc.tuple(files, files);
const runs = { numRuns: 25 };

describe('trees', () => {
  it(
    'get the ids git gives them',
    () =>
      fc.assert(
        fc.asyncProperty(files, async (all) => {
          expect(await addFiles(trees, emptyTree, all)).toBe(await treeByGit(all));
        }),
        runs,
      ),
    60_000,
  );

  it(
    'differ where git says so',
    () =>
      fc.assert(
        fc.asyncProperty(both, async ([one, other]) => {
          const [from, to] = [await addFiles(trees, emptyTree, one), await addFiles(trees, emptyTree, other)];
          const byGit = await git('', 'diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to);
          const ours = (await diffTrees(trees, from, to)).map((change) => textOf(change.path));
          expect(ours.toSorted()).toEqual(byGit.split('\0').filter(Boolean).toSorted());
          expect(await gone(trees, from, to)).toEqual(
            Object.keys(one)
              .filter((each) => other[each] === undefined)
              .toSorted(),
          );
        }),
        runs,
      ),
    60_000,
  );

  it(
    'become one another when all that differs is taken',
    () =>
      fc.assert(
        fc.asyncProperty(both, async ([one, other]) => {
          const [from, to] = [await addFiles(trees, emptyTree, one), await addFiles(trees, emptyTree, other)];
          expect(await composeTree(trees, from, { to, paths: [...Object.keys(one), ...Object.keys(other)] })).toBe(to);
          expect(await composeTree(trees, from, { to, paths: [] })).toBe(from);
        }),
        runs,
      ),
    60_000,
  );

  it('hold a taken file in place of a folder, and nothing that was not asked for', async () => {
    const from = await addFiles(trees, emptyTree, { 'a/b': 'x', 'a/c': 'x', keep: 'k' });
    const to = await addFiles(trees, emptyTree, { a: 'file', other: 'o' });
    const made = await composeTree(trees, from, { to, paths: ['a'] });
    expect(made).toBe(await treeByGit({ a: 'file', keep: 'k' }));
    expect(await holdsFile(trees, made, 'a')).toBe(true);
    expect(await holdsFile(trees, from, 'a')).toBe(false);
    expect(await holdsFile(trees, from, 'a/c')).toBe(true);
  });

  it('differ where only a mode does', async () => {
    const id = await trees.writeBlob('x');
    const as = (mode: string) => changeTree(trees, emptyTree, [{ path: 'run', to: { mode, id } }]);
    const [from, to] = [await as('100644'), await as('100755')];
    expect(await diffTrees(trees, from, to)).toEqual([
      { path: 'run', before: { mode: '100644', id }, after: { mode: '100755', id } },
    ]);
  });

  it('have the modes of an index, whatever an agent wrote', async () => {
    const id = await trees.writeBlob('x');
    const odd = ['100664', '100777', '100600'].map((mode, at) => ({ path: `f${at}`, to: { mode, id } }));
    const tree = await changeTree(trees, emptyTree, odd);
    expect((await trees.entries(tree)).map(({ mode }) => mode)).toEqual(['100644', '100755', '100644']);
  });

  it.each(['.git', '.GIT', '..', '.', ''])('are never written with an entry called %j', (bad) => {
    expect(() => formatTree([{ mode: '100644', name: bad, id: emptyTree }])).toThrow('cannot be in a tree');
  });

  it(
    'are listed as git lists them, one after the other',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(files, { minLength: 2, maxLength: 4 }), async (all) => {
          const list = listsOf({ store, trees });
          for (const each of all)
            expect(await list(await addFiles(trees, emptyTree, each))).toEqual(Object.keys(each).toSorted());
        }),
        runs,
      ),
    60_000,
  );

  it('share one list where no file came or went', async () => {
    const list = listsOf({ store, trees });
    const [one, other] = [await addFiles(trees, emptyTree, { a: '1' }), await addFiles(trees, emptyTree, { a: '2' })];
    expect(await list(one)).toBe(await list(other));
  });
});

describe('commits', () => {
  const at = 1_700_000_000_999;
  const parts = fc.record({
    name: fc.string({ minLength: 1, unit: 'grapheme' }).filter((each) => !each.includes('\0') && /\w/.test(each)),
    email: fc.string({ unit: 'grapheme-ascii' }),
    message: fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0')),
  });

  it(
    'get the ids git gives them, whatever their authors are called',
    () =>
      fc.assert(
        fc.asyncProperty(parts, async ({ name: who, email, message }) => {
          const tree = await trees.write([]);
          const date = `@${Math.floor(at / 1000)} +0000`;
          const byGit = await execa('git', ['commit-tree', tree, '-F', '-'], {
            ...{ cwd: store, extendEnv: false, input: message },
            env: {
              ...gitTestEnv,
              ...{ GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date },
              ...{ GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date },
            },
          });
          const draft = { tree, parents: [], message };
          const ours = await writeObject(store, 'commit', formatCommit(draft, { identity: { name: who, email }, at }));
          expect(ours).toBe(byGit.stdout);
        }),
        runs,
      ),
    60_000,
  );
});

describe('the reader of objects', () => {
  it('finds what was added after it began, and says what is not there', async () => {
    expect(await reader.info(emptyTree.replace('4', '5'))).toBeUndefined();
    const id = await trees.writeBlob('new');
    expect(await reader.read(id)).toMatchObject({ id, type: 'blob', size: 3, data: Buffer.from('new') });
  });

  it('answers many at once in their order, large ones among them', async () => {
    const texts = Array.from({ length: 40 }, (_, n) => (n % 10 === 0 ? `${n}\n`.repeat(200_000) : `${n}\n`));
    const ids = await Promise.all(texts.map((text) => trees.writeBlob(text)));
    const read = await Promise.all(ids.map((id) => reader.read(id)));
    expect(read.map((object) => object?.data.toString() === texts[read.indexOf(object)])).not.toContain(false);
    expect(read.map((object) => object?.id)).toEqual(ids);
  });

  it('answers all the same when git is killed', async () => {
    const id = await trees.writeBlob('x'.repeat(3_000_000));
    await reader.info(id);
    const asked = reader.read(id);
    await execa('pkill', ['-9', '-P', String(process.pid), '-f', 'cat-file --batch-command'], { reject: false });
    expect(await reader.info(id)).toMatchObject({ size: 3_000_000 });
    expect((await asked)?.data).toHaveLength(3_000_000);
  });

  it.each(['a\nb', 'HEAD:x', 'a b', ''])('asks git nothing for %j', async (bad) => {
    await expect(reader.info(bad)).rejects.toThrow('names no object');
  });
});
