import type { InspectedChange } from '../core/policy/inspected-change.js';
import type { FileAttributes } from '../core/conflicts/rules.js';
import type { FileChange } from '../core/run/event.js';

/** A private checkout in which an agent or a validation command works. Its `.git` is never trusted or opened by us. */
export interface Clone {
  readonly id: string;
  /** Where it really lies. */
  readonly folder: string;
  /** Private HOME of its processes, a copy of the one set-up left. */
  readonly home: string;
  /** The commit it was made at. */
  readonly commit: string;
}

export type Merge =
  { readonly kind: 'clean'; readonly tree: string } | { readonly kind: 'conflict'; readonly files: readonly string[] };

export interface CommitDraft {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Whole message, trailers included. */
  readonly message: string;
}

/**
 * What an agent left: its whole tree, fetched from a bundle into our store. Not yet judged: it may hold what nobody may
 * land (links, submodules), which the caller leaves out of the paths it composes.
 */
export type Collected =
  { readonly kind: 'collected'; readonly tree: string } | { readonly kind: 'refused'; readonly why: string };

/**
 * Our own store of the user's repository, with clones beside it. Everything is named by commit and tree ids; refs
 * move by compare and swap; nothing is ever checked out in the user's own work tree.
 */
export interface Repository {
  /** The commit the work starts at. */
  readonly base: { readonly branch: string; readonly sha: string };
  /** Paths of all files at a commit, `/` separated, sorted. */
  listFiles(commit: string): Promise<readonly string[]>;
  /** The same files with their sizes in bytes, in the same order. Dearer than `listFiles` (0.2 s at 10,000 files). */
  fileSizes(commit: string): Promise<ReadonlyMap<string, number>>;
  /** Text of a file at a commit; undefined when it is not there or not a regular file. Cut at `maxBytes`. */
  readFile(commit: string, path: string, maxBytes?: number): Promise<string | undefined>;
  /** Paths that differ between `ref` (any revision of the user's repository) and base. */
  changedSince(ref: string): Promise<readonly string[] | undefined>;

  /** Begins to make clones at base in the background, so that `clone` finds them ready. */
  prepareClones(count: number): void;
  /** A clone at `commit`, with set-up's products as writable copies and repository traps taken out of the way. */
  clone(commit: string, purpose: 'agent' | 'validation'): Promise<Clone>;
  discard(clone: Clone): Promise<void>;
  /**
   * Takes an agent's work as data: a bundle written on its side, fetched with fsck. Ignored files are left out, except
   * the exact paths of `planned`.
   */
  collect(clone: Clone, planned?: readonly string[]): Promise<Collected>;

  /** `from`'s tree with the files of `paths` as they are in tree `to` (gone there: deleted). */
  composeTree(from: string, to: string, paths: readonly string[]): Promise<string>;
  /** `commit`'s tree with these files added or replaced; by plumbing, so no ignore rule stops it. */
  addFiles(commit: string, files: Readonly<Record<string, string>>): Promise<string>;
  commit(draft: CommitDraft): Promise<string>;
  /** What differs between two commits or trees; `<commit>^` is a commit's first parent, here and in `diff`. */
  changes(from: string, to: string): Promise<readonly FileChange[]>;
  /** The same with what the patch policy has to know: modes, sizes and added lines. */
  inspect(from: string, to: string): Promise<readonly InspectedChange[]>;
  /** Unified diff of two commits or trees, cut at `maxBytes`. */
  diff(from: string, to: string, maxBytes: number): Promise<string>;
  merge(ours: string, theirs: string): Promise<Merge>;
  /**
   * The tree of a merge that conflicts, with markers in the files: labelled with the two ids as given, what was before
   * between them. Files without markers in it did not conflict in their lines.
   */
  markedMerge(ours: string, theirs: string): Promise<string>;
  /** What `.gitattributes` at a commit say of these paths, in their order. */
  attributes(commit: string, paths: readonly string[]): Promise<readonly FileAttributes[]>;
  /** The best common ancestor of two commits; rejects where there is none. */
  mergeBase(a: string, b: string): Promise<string>;
  /** Paths of files that `from` has and `to` has not, whatever became of their content; sorted. */
  gone(from: string, to: string): Promise<readonly string[]>;
  /** Those of `commits` that the store holds. */
  hasCommits(commits: readonly string[]): Promise<ReadonlySet<string>>;

  /** Moves a ref of the store from `from` to `to` (null: it must not exist); false when it was elsewhere. */
  moveRef(ref: string, to: string, from: string | null): Promise<boolean>;
  /** Sets a ref of the store, wherever it was. For refs only we write, such as `refs/heads/agent-<n>`. */
  setRef(ref: string, to: string): Promise<void>;
  /** Puts `commit` on a branch where the user looks for it: pushed to the remote, or set in the local repository. */
  publish(branch: string, commit: string): Promise<Published>;
  /** Branches as a git bundle, with all they have beyond the base commit. */
  bundle(branches: readonly BranchCommit[]): Promise<Uint8Array>;
  /** A branch's commit where the user looks for it, and whether all its own commits carry our trailer. */
  findBranch(branch: string): Promise<{ readonly sha: string; readonly ours: boolean } | undefined>;
}

/** A branch by its short name, and where it is. */
export interface BranchCommit {
  readonly name: string;
  readonly commit: string;
}

export type Published = { readonly kind: 'published' } | { readonly kind: 'refused'; readonly why: string };
