import { createHash } from 'node:crypto';
import type { FileAttributes } from '../../src/core/conflicts/rules.js';
import type { InspectedChange } from '../../src/core/policy/inspected-change.js';
import type { FileChange } from '../../src/core/run/event.js';
import type {
  BranchCommit,
  Clone,
  Collected,
  CommitDraft,
  Merge,
  Published,
  Repository,
} from '../../src/ports/repository.js';

type Tree = Readonly<Record<string, string>>;
type Edits = Readonly<Record<string, string | null>>;
type Method = {
  [Name in keyof Repository]: Repository[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Repository];

interface StoredCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

const idOf = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex');

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

const commonLines = (a: readonly string[], b: readonly string[]): number => {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    const next = [0];
    b.forEach((other, n) => next.push(line === other ? (row[n] ?? 0) + 1 : Math.max(row[n + 1] ?? 0, next[n] ?? 0)));
    row = next;
  }
  return row.at(-1) ?? 0;
};

const countLines = (before: string | undefined, after: string | undefined) => {
  const [a, b] = [before ? linesOf(before) : [], after ? linesOf(after) : []];
  const common = commonLines(a, b);
  return { linesAdded: b.length - common, linesDeleted: a.length - common };
};

const pathsOf = (...trees: readonly Tree[]): readonly string[] =>
  [...new Set(trees.flatMap((tree) => Object.keys(tree)))].toSorted();

const isInsideOf = (path: string, other: string): boolean => path.startsWith(`${other}/`);

/** A tree given as files: `null` removes. */
const edited = (tree: Tree, edits: Edits): Tree =>
  Object.fromEntries(
    Object.entries({ ...tree, ...edits }).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])),
  );

/** By whole files: what only one side changed is taken; what both changed differently is a conflict. */
const mergeTrees = (base: Tree, ours: Tree, theirs: Tree): { tree: Tree; conflicts: readonly string[] } => {
  const tree: Record<string, string> = {};
  const conflicts: string[] = [];
  for (const path of pathsOf(base, ours, theirs)) {
    const [before, a, b] = [base[path], ours[path], theirs[path]];
    const taken = a === b || b === before ? a : a === before ? b : undefined;
    if (a !== b && a !== before && b !== before) conflicts.push(path);
    else if (taken !== undefined) tree[path] = taken;
  }
  const all = Object.keys(tree);
  const clashes = all.filter((path) => all.some((other) => isInsideOf(other, path)));
  return { tree, conflicts: [...conflicts, ...clashes].toSorted() };
};

/**
 * A repository in memory: trees as maps from path to text, merges by whole files. Kept honest by the contract suite
 * it shares with the git adapter. `write` is what an agent does in its clone; `failOn` breaks a method until told
 * otherwise; `userBranches` is where the user would look for branches.
 */
export class FakeRepository implements Repository {
  readonly base: { readonly branch: string; readonly sha: string };
  readonly userBranches = new Map<string, string>();
  readonly refs = new Map<string, string>();
  /** Clones handed out and not yet discarded. */
  readonly clones = new Map<string, Clone>();
  /** `publish` of these branches is refused with this text. */
  readonly refusals = new Map<string, string>();
  /** The work in these clones, by id, cannot be read, for the reason given. */
  readonly unreadable = new Map<string, string>();
  /** Files that do not merge though no two sides wrote them, as where git takes a folder for renamed. */
  clash: (ours: string, theirs: string) => readonly string[] = () => [];
  /** Files a clean merge drops though nobody deleted them, as a fault of the merge would. */
  loses: (ours: string, theirs: string) => readonly string[] = () => [];
  /** Told of every commit made. */
  onCommit: (id: string) => void = () => undefined;
  prepared = 0;
  readonly #trees = new Map<string, Tree>();
  readonly #commits = new Map<string, StoredCommit>();
  readonly #work = new Map<string, Tree>();
  readonly #known = new Map<string, string | undefined>();
  readonly #broken = new Map<Method, () => Error>();
  #made = 0;

  /** With `before`, what the branch held one commit earlier, known as `<branch>~1`. */
  constructor(files: Tree, branch = 'main', before?: Tree) {
    const first = this.#store({ tree: this.#keep(before ?? files), parents: [], message: 'first' });
    const second = { tree: this.#keep(files), parents: [first], message: 'second' };
    const sha = before === undefined ? first : this.#store(second);
    if (before !== undefined) this.userBranches.set(`${branch}~1`, first);
    this.base = { branch, sha };
    this.userBranches.set(branch, sha);
  }

  /** Makes every later call of a method reject; `null` mends it. */
  failOn(method: Method, error: Error | null): void {
    if (error === null) this.#broken.delete(method);
    else this.#broken.set(method, () => error);
  }

  /**
   * Another process opens it: nobody's clones are left. With `kept` it does so where the rest is gone: there are only
   * those commits, the user's branches, and what they build on.
   */
  reopen(kept?: Iterable<string>): void {
    this.clones.clear();
    this.#work.clear();
    this.#known.clear();
    if (kept === undefined) return;
    const named = [...kept, this.base.sha, ...this.userBranches.values()].filter((id) => this.#commits.has(id));
    const there = new Set(named.flatMap((id) => [...this.#ancestors(id)]));
    for (const id of [...this.#commits.keys()]) if (!there.has(id)) this.#commits.delete(id);
    for (const [ref, id] of [...this.refs]) if (!there.has(id)) this.refs.delete(ref);
  }

  /** What an agent does: `null` removes a file. */
  write(clone: Clone, edits: Edits): void {
    this.#work.set(clone.id, edited(this.filesIn(clone), edits));
  }

  /** The work tree of a clone as it is now. */
  filesIn(clone: Clone): Tree {
    const files = this.#work.get(clone.id);
    if (files === undefined) throw new Error(`${clone.id} is no clone, or was discarded`);
    return files;
  }

  /** All files at a commit or tree. */
  filesAt(id: string): Tree {
    const commit = id.endsWith('^') ? this.commitAt(id) : this.#commits.get(id);
    const files = this.#trees.get(commit?.tree ?? id);
    if (files === undefined) throw new Error(`there is no commit or tree ${id}`);
    return files;
  }

  /** A commit by its id; `<id>^` is its first parent. */
  commitAt(id: string): StoredCommit {
    const found = id.endsWith('^') ? this.#parentOf(id.slice(0, -1)) : this.#commits.get(id);
    if (found === undefined) throw new Error(`there is no commit ${id}`);
    return found;
  }

  async listFiles(commit: string): Promise<readonly string[]> {
    this.#check('listFiles');
    return Object.keys(this.filesAt(commit)).toSorted();
  }

  async fileSizes(commit: string): Promise<ReadonlyMap<string, number>> {
    this.#check('fileSizes');
    const files = Object.entries(this.filesAt(commit)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return new Map(files.map(([path, text]) => [path, Buffer.byteLength(text)]));
  }

  async readFile(commit: string, path: string, maxBytes = 1024 * 1024): Promise<string | undefined> {
    this.#check('readFile');
    return this.filesAt(commit)[path]?.slice(0, maxBytes);
  }

  async changedSince(ref: string): Promise<readonly string[] | undefined> {
    this.#check('changedSince');
    const commit = this.userBranches.get(ref) ?? (this.#commits.has(ref) ? ref : undefined);
    if (commit === undefined) return undefined;
    return this.#differing(this.#mergeBase(commit, this.base.sha), this.base.sha);
  }

  prepareClones(count: number): void {
    this.#check('prepareClones');
    this.prepared = Math.max(this.prepared, count);
  }

  async clone(commit: string, _purpose: 'agent' | 'validation'): Promise<Clone> {
    this.#check('clone');
    this.#made += 1;
    const id = `clone-${this.#made}`;
    const clone = { id, folder: `/fake/${id}/repository`, home: `/fake/${id}/home`, commit };
    this.#work.set(id, this.filesAt(this.commitAt(commit).tree));
    this.clones.set(id, clone);
    return clone;
  }

  async discard(clone: Clone): Promise<void> {
    this.#check('discard');
    this.#work.delete(clone.id);
    this.clones.delete(clone.id);
  }

  async collect(clone: Clone): Promise<Collected> {
    this.#check('collect');
    const why = this.unreadable.get(clone.id);
    if (why !== undefined) return { kind: 'refused', why };
    return { kind: 'collected', tree: this.#keep(this.filesIn(clone)) };
  }

  async composeTree(from: string, to: string, paths: readonly string[]): Promise<string> {
    this.#check('composeTree');
    const target = this.filesAt(to);
    const edits = paths.map((path) => [path, target[path] ?? null] as const);
    return this.#keep(edited(this.filesAt(from), Object.fromEntries(edits)));
  }

  async addFiles(commit: string, files: Readonly<Record<string, string>>): Promise<string> {
    this.#check('addFiles');
    return this.#keep(edited(this.filesAt(commit), files));
  }

  async commit(draft: CommitDraft): Promise<string> {
    this.#check('commit');
    this.filesAt(draft.tree);
    draft.parents.forEach((parent) => this.commitAt(parent));
    return this.#store({ tree: draft.tree, parents: draft.parents, message: draft.message });
  }

  async changes(from: string, to: string): Promise<readonly FileChange[]> {
    this.#check('changes');
    return this.#changes(from, to);
  }

  async inspect(from: string, to: string): Promise<readonly InspectedChange[]> {
    this.#check('inspect');
    const [a, b] = [this.filesAt(from), this.filesAt(to)];
    return this.#changes(from, to).map((change) => {
      const [before, after] = [a[change.path], b[change.path]];
      const old = new Set(before === undefined ? [] : linesOf(before));
      return {
        ...change,
        modeBefore: before === undefined ? '000000' : '100644',
        modeAfter: after === undefined ? '000000' : '100644',
        size: new TextEncoder().encode(after ?? '').length,
        isBinary: `${before ?? ''}${after ?? ''}`.includes('\0'),
        added: after === undefined ? [] : linesOf(after).filter((line) => !old.has(line)),
      };
    });
  }

  async diff(from: string, to: string, maxBytes: number): Promise<string> {
    this.#check('diff');
    const [a, b] = [this.filesAt(from), this.filesAt(to)];
    const side = (sign: string, text: string | undefined): readonly string[] =>
      text === undefined ? [] : linesOf(text).map((line) => sign + line);
    const parts = this.#differing(from, to).map((path) =>
      [`diff --git a/${path} b/${path}`, ...side('-', a[path]), ...side('+', b[path]), ''].join('\n'),
    );
    return parts.join('').slice(0, maxBytes);
  }

  async merge(ours: string, theirs: string): Promise<Merge> {
    this.#check('merge');
    const { tree, conflicts } = mergeTrees(this.#mergedBases(ours, theirs), this.filesAt(ours), this.filesAt(theirs));
    const files = [...new Set([...conflicts, ...this.clash(ours, theirs)])].toSorted();
    if (files.length > 0) return { kind: 'conflict', files };
    const lost = this.loses(ours, theirs).map((path) => [path, null] as const);
    return { kind: 'clean', tree: this.#keep(edited(tree, Object.fromEntries(lost))) };
  }

  async markedMerge(ours: string, theirs: string): Promise<string> {
    this.#check('markedMerge');
    const base = this.#mergedBases(ours, theirs);
    const [mine, other] = [this.filesAt(ours), this.filesAt(theirs)];
    const { tree, conflicts } = mergeTrees(base, mine, other);
    const marked = conflicts.map((path) => {
      const [a, before = '', b] = [mine[path], base[path], other[path]];
      const text = `<<<<<<< ${ours}\n${a}||||||| base\n${before}=======\n${b}>>>>>>> ${theirs}\n`;
      return [path, a === undefined || b === undefined ? (a ?? b ?? null) : text] as const;
    });
    return this.#keep(edited(tree, Object.fromEntries(marked)));
  }

  /** Understands `<path or *.ending> merge=union|linguist-generated` at the root. */
  async attributes(commit: string, paths: readonly string[]): Promise<readonly FileAttributes[]> {
    this.#check('attributes');
    const lines = (this.filesAt(commit)['.gitattributes'] ?? '').split('\n').map((line) => line.split(' '));
    const has = (path: string, attribute: string): boolean =>
      lines.some(
        ([pattern = '', ...given]) =>
          given.includes(attribute) &&
          (pattern === path || (pattern.startsWith('*') && path.endsWith(pattern.slice(1)))),
      );
    return paths.map((path) => ({ union: has(path, 'merge=union'), generated: has(path, 'linguist-generated') }));
  }

  async mergeBase(a: string, b: string): Promise<string> {
    this.#check('mergeBase');
    return this.#mergeBase(a, b);
  }

  async gone(from: string, to: string): Promise<readonly string[]> {
    this.#check('gone');
    return this.#changes(from, to).flatMap(({ path, kind }) => (kind === 'deleted' ? [path] : []));
  }

  async hasCommits(commits: readonly string[]): Promise<ReadonlySet<string>> {
    this.#check('hasCommits');
    return new Set(commits.filter((id) => this.#commits.has(id)));
  }

  async moveRef(ref: string, to: string, from: string | null): Promise<boolean> {
    this.#check('moveRef');
    if ((this.refs.get(ref) ?? null) !== from) return false;
    this.refs.set(ref, to);
    return true;
  }

  async setRef(ref: string, to: string): Promise<void> {
    this.#check('setRef');
    this.refs.set(ref, to);
  }

  async publish(branch: string, commit: string): Promise<Published> {
    this.#check('publish');
    const why = this.refusals.get(branch);
    if (why !== undefined) return { kind: 'refused', why };
    const now = this.userBranches.get(branch);
    if (this.#known.has(branch) && this.#known.get(branch) !== now)
      return { kind: 'refused', why: `the branch ${branch} was moved by somebody else` };
    this.userBranches.set(branch, commit);
    this.#known.set(branch, commit);
    return { kind: 'published' };
  }

  /** Readable: a line of commit and name for each branch. */
  async bundle(branches: readonly BranchCommit[]): Promise<Uint8Array> {
    this.#check('bundle');
    branches.forEach(({ commit }) => this.commitAt(commit));
    const lines = branches.map(({ name, commit }) => `${commit} refs/heads/${name}\n`).join('');
    return new TextEncoder().encode(`# v2 git bundle\n-${this.base.sha} base\n${lines}\n`);
  }

  async findBranch(branch: string): Promise<{ readonly sha: string; readonly ours: boolean } | undefined> {
    this.#check('findBranch');
    const sha = this.userBranches.get(branch);
    this.#known.set(branch, sha);
    if (sha === undefined) return undefined;
    const before = this.#ancestors(this.base.sha);
    const own = [...this.#ancestors(sha)].filter((id) => !before.has(id));
    return { sha, ours: own.every((id) => /^Aider-Run: \S/m.test(this.commitAt(id).message)) };
  }

  #check(method: Method): void {
    const error = this.#broken.get(method)?.();
    if (error !== undefined) throw error;
  }

  #keep(files: Tree): string {
    const sorted = Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const id = idOf({ kind: 'tree', sorted });
    this.#trees.set(id, sorted);
    return id;
  }

  #store(commit: StoredCommit): string {
    const id = idOf({ kind: 'commit', commit });
    this.#commits.set(id, commit);
    this.onCommit(id);
    return id;
  }

  #parentOf(id: string): StoredCommit | undefined {
    const [first] = this.commitAt(id).parents;
    return first === undefined ? undefined : this.commitAt(first);
  }

  #differing(from: string, to: string): readonly string[] {
    const [a, b] = [this.filesAt(from), this.filesAt(to)];
    return pathsOf(a, b).filter((path) => a[path] !== b[path]);
  }

  #changes(from: string, to: string): readonly FileChange[] {
    const [a, b] = [this.filesAt(from), this.filesAt(to)];
    return this.#differing(from, to).map((path) => ({
      path,
      kind: a[path] === undefined ? 'added' : b[path] === undefined ? 'deleted' : 'modified',
      ...countLines(a[path], b[path]),
    }));
  }

  /** Of two histories that crossed, the common ancestors are merged first, as git does. */
  #mergedBases(a: string, b: string): Tree {
    const [first, ...rest] = this.#mergeBases(a, b);
    if (first === undefined) throw new Error(`${a} and ${b} have no common ancestor`);
    return rest.reduce(
      (tree, each) => mergeTrees(this.#mergedBases(first, each), tree, this.filesAt(each)).tree,
      this.filesAt(first),
    );
  }

  /** Common ancestors that no other one builds on. */
  #mergeBases(a: string, b: string): readonly string[] {
    const before = this.#ancestors(a);
    const common = [...this.#ancestors(b)].filter((id) => before.has(id));
    return common.filter((id) => !common.some((other) => other !== id && this.#ancestors(other).has(id)));
  }

  /** A commit and everything before it, nearest first. */
  #ancestors(id: string): ReadonlySet<string> {
    const found = new Set([id]);
    for (const each of found) this.commitAt(each).parents.forEach((parent) => found.add(parent));
    return found;
  }

  #mergeBase(a: string, b: string): string {
    const [base] = this.#mergeBases(a, b);
    if (base === undefined) throw new Error(`${a} and ${b} have no common ancestor`);
    return base;
  }
}
