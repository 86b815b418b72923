import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Clock } from '../../ports/clock.js';
import type { Place } from '../../ports/place.js';
import type { Repository } from '../../ports/repository.js';
import { readAttributes } from './attributes.js';
import { readChanges, readDiff } from './changes.js';
import { commitDraft } from './commit-draft.js';
import { addFiles, composeTree, gone } from './compose-tree.js';
import { type Clones, openClones } from './clones.js';
import { collect } from './collect.js';
import { fileSizes, hasCommits, readFileAt, resolveCommit } from './files.js';
import { fields, git, tryGit } from './git.js';
import { inspectChanges } from './inspect.js';
import { localUpstream } from './local-upstream.js';
import { makeBundle } from './make-bundle.js';
import { markedMerge, mergeBase, mergeCommits } from './merge.js';
import type { Products } from './products.js';
import { notInClones } from './not-in-clones.js';
import { moveRef } from './refs.js';
import { listsOf } from './list-files.js';
import { rememberLists } from './remember-lists.js';
import type { RemoteOptions } from './remote.js';
import { remoteUpstream } from './remote-upstream.js';
import { initRepository } from './store.js';
import type { Identity } from './objects/commit-object.js';
import { openObjectReader } from './objects/read-objects.js';
import { openTrees } from './objects/trees.js';
import { type Kept, type Upstream, areOurs } from './upstream.js';

/** Where the user's repository is: a folder (CLI), or a remote with perhaps a checkout of it (Action). */
export type Source =
  { readonly kind: 'local'; readonly folder: string } | ({ readonly kind: 'remote' } & RemoteOptions);

export interface OpenRepositoryOptions {
  readonly source: Source;
  /** `sha`: work from this commit of the branch, not from its tip. */
  readonly base: { readonly branch: string; readonly sha?: string | undefined };
  /** A folder of this run; store, clones and bundles are made below it and removed by `close`. */
  readonly runFolder: string;
  /** Author and committer of every commit. */
  readonly identity: Identity;
  readonly clock: Clock;
  readonly place: Place;
  /** The most an agent's changes may take, packed. Default 64 MiB. */
  readonly maxBundleBytes?: number;
}

/** A repository that is open: the port, and what only the composition root and set-up use. */
export interface OpenRepository extends Repository {
  /** The folder of our own store. */
  readonly store: string;
  /** Brings what was kept of a run that is resumed into the store; false when it is gone. */
  bringKept(kept: Kept): Promise<boolean>;
  /** When every clone that is being prepared is ready to be taken. */
  whenReady(): Promise<void>;
  /** Gives set-up's products to every clone from now on, also to those prepared already. */
  useProducts(products: Products): void;
  /** For a person: what the base commit has and no clone of it. */
  notInClones(): Promise<readonly string[]>;
  /** Removes store and clones. Processes in clones must have ended. */
  close(): Promise<void>;
}

const needed = [2, 38] as const;

/** More of a patch is not looked through. */
const maxPatchBytes = 64 * 1024 * 1024;

const checkGit = async (): Promise<Failure | undefined> => {
  const said = await tryGit(['version'], { folder: '/' });
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said.stdout) ?? [];
  const version = [Number(major), Number(minor)] as const;
  if (major !== undefined && (version[0] > needed[0] || (version[0] === needed[0] && version[1] >= needed[1])))
    return undefined;
  return {
    reason: major === undefined ? 'git-missing' : 'git-too-old',
    who: 'user',
    message: major === undefined ? 'git could not be started.' : `This is git ${major}.${minor}.`,
    action: `Install git ${needed.join('.')} or newer and put it first on PATH.`,
  };
};

const checkFolder = async (folder: string): Promise<Failure | undefined> => {
  const isOne = await tryGit(['rev-parse', '--git-dir'], { folder }).catch(() => undefined);
  if (isOne?.exitCode === 0) return undefined;
  return {
    reason: 'not-a-repository',
    who: 'user',
    message: `${folder} is not in a git repository.`,
    action: 'Run it inside a git repository, or make one with `git init` and a first commit.',
  };
};

const changedSince = async (upstream: Upstream, at: { store: string; base: string }, ref: string) => {
  const found = await upstream.findRevision(at.store, ref);
  if (found === undefined) return undefined;
  const args = ['diff', '--name-only', '--no-renames', '-z', '--end-of-options', `${found.commit}...${at.base}`];
  const ended = await tryGit(args, { folder: found.folder });
  return ended.exitCode === 0 ? fields(ended.stdout) : undefined;
};

interface Parts {
  readonly options: OpenRepositoryOptions;
  readonly upstream: Upstream;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly store: string;
  readonly bundles: string;
  readonly clones: Clones;
}

const assemble = ({ options, upstream, base, store, bundles, clones }: Parts): OpenRepository => {
  const { identity, clock, place, maxBundleBytes = 64 * 1024 * 1024 } = options;
  const reader = openObjectReader(store);
  const trees = openTrees(store, reader);
  /** What each branch was when we last looked: publishing moves it from there, or not at all. */
  const known = new Map<string, string | null>();
  const look = async (branch: string): Promise<string | undefined> => {
    const sha = await upstream.findBranch(store, branch);
    known.set(branch, sha ?? null);
    return sha;
  };
  return {
    base,
    store,
    listFiles: rememberLists(listsOf({ store, trees })),
    fileSizes: (commit) => fileSizes(store, commit),
    readFile: (commit, path, maxBytes) => readFileAt(store, commit, { path, maxBytes }),
    changedSince: (ref) => changedSince(upstream, { store, base: base.sha }, ref),
    prepareClones: (count) => clones.prepare(count),
    clone: (commit, purpose) => clones.take(commit, purpose),
    discard: async (clone) => {
      await place.leave?.(clone);
      await clones.discard(clone);
    },
    collect: (clone, planned = []) =>
      collect({ store, trees, place, folder: bundles, maxBundleBytes }, { clone, planned }),
    composeTree: (from, to, paths) => composeTree(trees, from, { to, paths }),
    addFiles: async (commit, files) => addFiles(trees, await trees.idOf(commit), files),
    commit: (draft) => commitDraft(store, reader, { draft, by: { identity, at: clock.now() } }),
    changes: (from, to) => readChanges(store, from, to),
    inspect: (from, to) => inspectChanges({ store, reader }, { from, to, maxBytes: maxPatchBytes }),
    diff: (from, to, maxBytes) => readDiff(store, { from, to, maxBytes }),
    hasCommits: (commits) => hasCommits(store, commits),
    merge: (ours, theirs) => mergeCommits(store, ours, theirs),
    markedMerge: (ours, theirs) => markedMerge(store, ours, theirs),
    attributes: (commit, paths) => readAttributes(store, commit, paths),
    mergeBase: (a, b) => mergeBase(store, a, b),
    gone: (from, to) => gone(trees, from, to),
    moveRef: (ref, to, from) => moveRef(store, ref, { to, from }),
    setRef: async (ref, to) => void (await git(['update-ref', ref, to], { folder: store })),
    publish: async (branch, commit) => {
      if (!known.has(branch)) await look(branch);
      const published = await upstream.publish(store, { branch, commit, expected: known.get(branch) ?? null, base });
      if (published.kind === 'published') known.set(branch, commit);
      return published;
    },
    findBranch: async (branch) => {
      const sha = await look(branch);
      return sha === undefined ? undefined : { sha, ours: await areOurs(upstream.folderOf(store), base.sha, sha) };
    },
    bundle: (branches) => makeBundle(store, branches, { base: base.sha, folder: bundles }),
    bringKept: (kept) => upstream.bringKept(store, kept),
    whenReady: () => clones.whenReady(),
    useProducts: (products) => clones.useProducts(products),
    notInClones: () => notInClones(store, base.sha),
    close: async () => {
      await clones.close();
      reader.close();
      await Promise.all([store, bundles].map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
};

/**
 * Opens the user's repository: makes our own store below the run folder, filled at base. Nothing is written to the
 * user's repository until `publish`, and its work tree, dirty or not, is never looked at. Failures:
 * `git-missing`, `git-too-old`, `not-a-repository`, `base-branch-missing`, `base-commit-missing`,
 * `source-unreadable`, `remote-denied`, `remote-unreachable`.
 */
export const openRepository = async (options: OpenRepositoryOptions): Promise<Result<OpenRepository, Failure>> => {
  const { source, runFolder } = options;
  const fault = (await checkGit()) ?? (source.kind === 'local' ? await checkFolder(source.folder) : undefined);
  if (fault !== undefined) return failed(fault);
  const upstream = source.kind === 'local' ? localUpstream(source.folder) : remoteUpstream(source);
  const { branch, sha } = options.base;
  const found = sha === undefined ? await upstream.findBase(branch) : success(sha);
  if (!found.ok) return found;
  const [store, bundles] = [join(runFolder, 'store'), join(runFolder, 'bundles')];
  await Promise.all([initRepository(store, { bare: true }), mkdir(bundles, { recursive: true })]);
  const filled = await upstream.fill(store, found.value);
  if (!filled.ok) return filled;
  const commit = await resolveCommit(store, found.value);
  if (commit === undefined) throw new Error(`the store was filled but does not hold ${found.value}`);
  const clones = openClones({ store, folder: join(runFolder, 'clones'), base: commit });
  return success(assemble({ options, upstream, base: { branch, sha: commit }, store, bundles, clones }));
};
