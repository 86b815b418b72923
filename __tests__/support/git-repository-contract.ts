import { readMarked } from '../../src/core/conflicts/hunks.js';
import type { Clone, Repository } from '../../src/ports/repository.js';

/** An opened repository, and what its user and its agents do. */
export interface RepositoryRig {
  readonly repository: Repository;
  /** What an agent does in its clone; `null` removes. */
  write(clone: Clone, files: Readonly<Record<string, string | null>>): Promise<void>;
  /** What lies at a path of a clone. */
  read(clone: Clone, path: string): Promise<string | undefined>;
  /** A branch where the user looks for it. */
  userBranch(name: string): Promise<string | undefined>;
  /** The user, or somebody, moves a branch to a commit that is there. */
  moveUserBranch(name: string, commit: string): Promise<void>;
  /** The user takes a branch out of a bundle; resolves with its commit. */
  takeFrom(bundle: Uint8Array, name: string): Promise<string>;
  close(): Promise<void>;
}

const files = {
  'README.md': '# Sample\n',
  'src/a.ts': 'export const a = 1;\n',
  'src/b.ts': 'export const b = 1;\nexport const c = 2;\n',
};

/** What the port promises, whoever keeps it. */
export const describeRepository = (
  name: string,
  open: (files: Readonly<Record<string, string>>) => Promise<RepositoryRig>,
): void => {
  describe(`${name} as a repository`, () => {
    let rig: RepositoryRig;
    let repository: Repository;
    let base: string;
    beforeEach(async () => {
      rig = await open(files);
      repository = rig.repository;
      base = repository.base.sha;
    });
    afterEach(() => rig.close());

    /** A commit of ours on `parent` with the edits, made the way an agent's work is. */
    const work = async (edits: Readonly<Record<string, string | null>>, parent = base, message = 'work') => {
      const clone = await repository.clone(parent, 'agent');
      await rig.write(clone, edits);
      const collected = await repository.collect(clone);
      await repository.discard(clone);
      if (collected.kind !== 'collected') throw new Error(collected.why);
      return repository.commit({ tree: collected.tree, parents: [parent], message });
    };

    it('lists files sorted and reads their text, cut where asked', async () => {
      expect(await repository.listFiles(base)).toEqual(['README.md', 'src/a.ts', 'src/b.ts']);
      expect([...(await repository.fileSizes(base))].map(([path]) => path)).toEqual(await repository.listFiles(base));
      expect((await repository.fileSizes(base)).get('src/a.ts')).toBe('export const a = 1;\n'.length);
      expect(await repository.readFile(base, 'src/a.ts')).toBe('export const a = 1;\n');
      expect(await repository.readFile(base, 'src/a.ts', 6)).toBe('export');
      expect(await repository.readFile(base, 'src')).toBeUndefined();
      expect(await repository.readFile(base, 'nowhere.ts')).toBeUndefined();
    });

    it('says which commits it holds', async () => {
      const made = await work({ 'src/new.ts': 'new\n' });
      const nobodys = '0123456789abcdef0123456789abcdef01234567';
      expect(await repository.hasCommits([made, nobodys, base])).toEqual(new Set([made, base]));
      expect(await repository.hasCommits([])).toEqual(new Set());
    });

    it('collects what an agent added, changed and deleted, with lines', async () => {
      const clone = await repository.clone(base, 'agent');
      await rig.write(clone, { 'new/c.ts': 'one\ntwo\n', 'src/a.ts': 'export const a = 2;\n', 'src/b.ts': null });
      const collected = await repository.collect(clone);
      if (collected.kind !== 'collected') throw new Error(collected.why);
      expect(await repository.changes(base, collected.tree)).toEqual([
        { path: 'new/c.ts', kind: 'added', linesAdded: 2, linesDeleted: 0 },
        { path: 'src/a.ts', kind: 'modified', linesAdded: 1, linesDeleted: 1 },
        { path: 'src/b.ts', kind: 'deleted', linesAdded: 0, linesDeleted: 2 },
      ]);
    });

    it('collects again after a further message, and the unchanged clone is no change', async () => {
      const clone = await repository.clone(base, 'agent');
      const before = await repository.collect(clone);
      if (before.kind !== 'collected') throw new Error(before.why);
      expect(await repository.changes(base, before.tree)).toEqual([]);
      await rig.write(clone, { 'src/a.ts': 'second\n' });
      await repository.collect(clone);
      await rig.write(clone, { 'src/a.ts': 'third\n' });
      const collected = await repository.collect(clone);
      if (collected.kind !== 'collected') throw new Error(collected.why);
      expect(await repository.readFile(collected.tree, 'src/a.ts')).toBe('third\n');
    });

    it('clones at any commit, each clone on its own', async () => {
      const later = await work({ 'src/a.ts': 'later\n' });
      repository.prepareClones(2);
      const [one, two] = await Promise.all([repository.clone(later, 'agent'), repository.clone(base, 'validation')]);
      await rig.write(one, { 'README.md': 'changed\n' });
      expect(await rig.read(one, 'src/a.ts')).toBe('later\n');
      expect(await rig.read(two, 'src/a.ts')).toBe('export const a = 1;\n');
      expect(await rig.read(two, 'README.md')).toBe('# Sample\n');
      expect([one.commit, two.commit]).toEqual([later, base]);
    });

    it('composes a tree of the chosen files only', async () => {
      const done = await work({ 'src/a.ts': 'new\n', 'src/b.ts': null, 'other.ts': 'x\n', 'more.ts': 'y\n' });
      const tree = await repository.composeTree(base, done, ['src/b.ts', 'more.ts', 'README.md']);
      expect(await repository.listFiles(tree)).toEqual(['README.md', 'more.ts', 'src/a.ts']);
      expect(await repository.readFile(tree, 'src/a.ts')).toBe('export const a = 1;\n');
    });

    it('adds and replaces files by plumbing', async () => {
      const tree = await repository.addFiles(base, { 'docs/prd/x.md': '# PRD ü\n', 'README.md': 'new\n' });
      expect(await repository.changes(base, tree)).toEqual([
        { path: 'README.md', kind: 'modified', linesAdded: 1, linesDeleted: 1 },
        { path: 'docs/prd/x.md', kind: 'added', linesAdded: 1, linesDeleted: 0 },
      ]);
      expect(await repository.readFile(tree, 'docs/prd/x.md')).toBe('# PRD ü\n');
    });

    it('inspects what changed: modes, sizes and added lines', async () => {
      const done = await work({ 'new.ts': 'one\ntwo\n', 'src/a.ts': 'export const a = 2;\n', 'src/b.ts': null });
      const text = { isBinary: false, modeBefore: '100644', modeAfter: '100644' };
      expect(await repository.inspect(base, done)).toMatchObject([
        { ...text, path: 'new.ts', kind: 'added', modeBefore: '000000', size: 8, added: ['one', 'two'] },
        { ...text, path: 'src/a.ts', kind: 'modified', size: 20, added: ['export const a = 2;'] },
        { ...text, path: 'src/b.ts', kind: 'deleted', modeAfter: '000000', size: 0, added: [] },
      ]);
    });

    it('shows a diff and cuts it', async () => {
      const done = await work({ 'src/a.ts': 'export const a = 2;\n' });
      const diff = await repository.diff(base, done, 10_000);
      expect(diff).toContain('diff --git a/src/a.ts b/src/a.ts\n');
      expect(diff).toContain('-export const a = 1;\n');
      expect(diff).toContain('+export const a = 2;\n');
      expect(await repository.diff(base, done, 12)).toBe('diff --git a');
    });

    it('knows the first parent of a commit as `<commit>^`', async () => {
      const first = await work({ 'src/a.ts': 'first\n' });
      const second = await work({ 'src/b.ts': 'second\n' }, first);
      expect((await repository.changes(`${second}^`, second)).map(({ path }) => path)).toEqual(['src/b.ts']);
      const diff = await repository.diff(`${first}^`, first, 10_000);
      expect(diff).toContain('+first');
      expect(diff).not.toContain('src/b.ts');
    });

    it('merges by the common ancestor the commits say, also one without a past', async () => {
      const start = await work({ 'src/a.ts': 'started\n' });
      const done = await work({ 'src/b.ts': 'done\n' }, start);
      const bare = async (of: string, parents: readonly string[]): Promise<string> =>
        repository.commit({ tree: await repository.composeTree(of, of, []), parents, message: 'bare' });
      const ancestor = await bare(start, []);
      const merge = await repository.merge(await bare(base, [ancestor]), await bare(done, [ancestor]));
      if (merge.kind !== 'clean') throw new Error('a conflict');
      expect((await repository.changes(base, merge.tree)).map(({ path }) => path)).toEqual(['src/b.ts']);
    });

    it('merges work on different files', async () => {
      const [one, two] = [await work({ 'src/a.ts': 'one\n' }), await work({ 'src/b.ts': 'two\n' })];
      const merged = await repository.merge(one, two);
      if (merged.kind !== 'clean') throw new Error('a conflict');
      expect(await repository.readFile(merged.tree, 'src/a.ts')).toBe('one\n');
      expect(await repository.readFile(merged.tree, 'src/b.ts')).toBe('two\n');
    });

    it.each([
      ['the same line', { 'src/a.ts': 'one\n' }, { 'src/a.ts': 'two\n' }, ['src/a.ts']],
      ['an edit and a deletion', { 'src/a.ts': 'one\n' }, { 'src/a.ts': null }, ['src/a.ts']],
      ['two additions of one path', { 'n.ts': 'one\n' }, { 'n.ts': 'two\n' }, ['n.ts']],
    ])('names the files of a conflict: %s', async (_kind, ours, theirs, expected) => {
      const merged = await repository.merge(await work(ours), await work(theirs));
      expect(merged).toEqual({ kind: 'conflict', files: expected });
    });

    it('merges histories that crossed: what both have of each other is no conflict', async () => {
      const [one, other] = [await work({ 'src/a.ts': 'one\n' }), await work({ 'src/b.ts': 'other\n' })];
      const join = async (ours: string, theirs: string): Promise<string> => {
        const merged = await repository.merge(ours, theirs);
        if (merged.kind !== 'clean') throw new Error(`conflict in ${merged.files.join(' ')}`);
        return repository.commit({ tree: merged.tree, parents: [ours, theirs], message: 'join' });
      };
      const landed = await join(one, other);
      const further = await work({ 'src/a.ts': 'one more\n', 'new.ts': 'new\n' }, await join(other, one));
      const both = await join(landed, further);
      expect(await repository.readFile(both, 'src/a.ts')).toBe('one more\n');
      expect(await repository.readFile(both, 'src/b.ts')).toBe('other\n');
    });

    it('merges what both sides did alike', async () => {
      const [one, two] = [await work({ 'n.ts': 'same\n' }, base, 'one'), await work({ 'n.ts': 'same\n' }, base, 'two')];
      expect((await repository.merge(one, two)).kind).toBe('clean');
    });

    it('marks what did not merge, with the ids of both sides', async () => {
      const one = await work({ 'src/a.ts': 'one\n', 'README.md': 'changed\n' });
      const two = await work({ 'src/a.ts': 'two\n', 'src/b.ts': null });
      const tree = await repository.markedMerge(one, two);
      const parts = readMarked((await repository.readFile(tree, 'src/a.ts')) ?? '', { ours: one, theirs: two });
      expect(parts).toEqual([{ hunk: { ours: 'one\n', before: 'export const a = 1;\n', theirs: 'two\n' } }]);
      expect(await repository.readFile(tree, 'README.md')).toBe('changed\n');
      expect(await repository.listFiles(tree)).toEqual(['README.md', 'src/a.ts']);
    });

    it('reads attributes as a commit declares them', async () => {
      const declared = await work({ '.gitattributes': '*.log merge=union\ngen.ts linguist-generated\n' });
      const paths = ['x/y.log', 'gen.ts', 'src/a.ts'];
      expect(await repository.attributes(declared, paths)).toEqual([
        { union: true, generated: false },
        { union: false, generated: true },
        { union: false, generated: false },
      ]);
      expect(await repository.attributes(base, ['x/y.log'])).toEqual([{ union: false, generated: false }]);
    });

    it('finds the common ancestor, and what files are gone from one commit to another', async () => {
      const one = await work({ 'src/a.ts': null, 'n.ts': 'new\n' });
      const two = await work({ 'README.md': null, 'src/b.ts': 'changed\n' });
      expect(await repository.mergeBase(one, two)).toBe(base);
      expect(await repository.mergeBase(base, two)).toBe(base);
      expect(await repository.gone(base, one)).toEqual(['src/a.ts']);
      expect(await repository.gone(one, two)).toEqual(['README.md', 'n.ts']);
      expect(await repository.gone(two, two)).toEqual([]);
    });

    it('moves a ref only from where it was', async () => {
      const [one, two] = [await work({ 'src/a.ts': 'one\n' }), await work({ 'src/a.ts': 'two\n' })];
      expect(await repository.moveRef('refs/aider/t', one, base)).toBe(false);
      expect(await repository.moveRef('refs/aider/t', one, null)).toBe(true);
      expect(await repository.moveRef('refs/aider/t', two, null)).toBe(false);
      expect(await repository.moveRef('refs/aider/t', two, base)).toBe(false);
      expect(await repository.moveRef('refs/aider/t', two, one)).toBe(true);
      await repository.setRef('refs/aider/t', base);
      expect(await repository.moveRef('refs/aider/t', one, base)).toBe(true);
    });

    it('lets exactly one of many movers win', async () => {
      const heads = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => work({ 'n.ts': `${n}\n` })));
      const moved = await Promise.all(heads.map((head) => repository.moveRef('refs/aider/t', head, null)));
      expect(moved.filter(Boolean)).toHaveLength(1);
    });

    it('publishes a branch, moves it on, and finds it as ours', async () => {
      const one = await work({ 'src/a.ts': 'one\n' }, base, 'One\n\nAider-Run: r1\n');
      const two = await work({ 'src/a.ts': 'two\n' }, one, 'Two\n\nAider-Run: r1\n');
      expect(await repository.findBranch('aider/issue-1')).toBeUndefined();
      expect(await repository.publish('aider/issue-1', one)).toEqual({ kind: 'published' });
      expect(await repository.findBranch('aider/issue-1')).toEqual({ sha: one, ours: true });
      expect(await repository.publish('aider/issue-1', two)).toEqual({ kind: 'published' });
      expect(await rig.userBranch('aider/issue-1')).toBe(two);
    });

    it('tells a branch that holds a commit of somebody else', async () => {
      const ours = await work({ 'src/a.ts': 'one\n' }, base, 'One\n\nAider-Run: r1\n');
      await repository.publish('aider/issue-2', ours);
      const foreign = await work({ 'src/a.ts': 'two\n' }, ours, 'By hand');
      await repository.publish('aider/issue-2', foreign);
      expect(await repository.findBranch('aider/issue-2')).toEqual({ sha: foreign, ours: false });
    });

    it('does not move a branch that somebody moved since we looked', async () => {
      const [one, two] = [await work({ 'src/a.ts': 'one\n' }), await work({ 'src/a.ts': 'two\n' })];
      await repository.publish('aider/issue-3', one);
      await rig.moveUserBranch('aider/issue-3', base);
      expect(await repository.publish('aider/issue-3', two)).toMatchObject({ kind: 'refused' });
      expect(await rig.userBranch('aider/issue-3')).toBe(base);
    });

    it('bundles branches, so that who has the base can take each of them', async () => {
      const [one, two] = [await work({ 'one.ts': 'one\n' }), await work({ 'two.ts': 'two\n' })];
      const branches = [
        { name: 'aider/issue-1', commit: one },
        { name: 'aider-agents/issue-1/agent-2', commit: two },
      ];
      const bundle = await repository.bundle(branches);
      for (const { name, commit } of branches) expect(await rig.takeFrom(bundle, name)).toBe(commit);
      expect(await rig.userBranch('aider/issue-1')).toBeUndefined();
    });

    it('tells what changed since a branch, and knows when it does not', async () => {
      expect(await repository.changedSince('main')).toEqual([]);
      expect(await repository.changedSince('no-such-ref')).toBeUndefined();
    });
  });
};
