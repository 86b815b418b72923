import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from './limits.js';

/** Control groups of one launch: its first process joins each by writing its id to `joins`. */
export interface ControlGroup {
  readonly joins: readonly string[];
  remove(): Promise<void>;
}

/** Version 1 has a tree for each controller, version 2 one for all. */
interface Tree {
  readonly folder: string;
  readonly controllers: readonly string[];
}

const root = '/sys/fs/cgroup';

const findTrees = async (): Promise<readonly Tree[]> => {
  const unified = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => undefined);
  if (unified === undefined)
    return ['pids', 'memory'].map((name) => ({ folder: join(root, name), controllers: [name] }));
  return [{ folder: root, controllers: unified.trim().split(' ') }];
};

const valuesOf = ({ controllers }: Tree, { processes, totalMemoryBytes }: Limits): readonly (readonly string[])[] => [
  ...(controllers.includes('pids') ? [['pids.max', `${processes}`]] : []),
  ...(controllers.includes('memory') ? [['memory.max', `${totalMemoryBytes}`]] : []),
];

// Version 1 calls it otherwise.
const olderNames: Readonly<Record<string, string>> = { 'memory.max': 'memory.limit_in_bytes' };

const setValue = (folder: string, [name = '', value = '']: readonly string[]): Promise<boolean> => {
  const set = (file: string) => writeFile(join(folder, file), value, { flag: 'r+' });
  return set(name)
    .catch(() => set(olderNames[name] ?? name))
    .then(
      () => true,
      () => false,
    );
};

/** A child of the tree with its limits; undefined where we may not make one or none of them can be set. */
const makeIn = async (tree: Tree, limits: Limits): Promise<string | undefined> => {
  const folder = join(tree.folder, `aider-orchestrator-${randomUUID()}`);
  const made = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (!made) return undefined;
  const set = await Promise.all(valuesOf(tree, limits).map((value) => setValue(folder, value)));
  if (set.some((each) => each)) return folder;
  await rmdir(folder).catch(() => undefined);
  return undefined;
};

const removals = new Set<Promise<void>>();

/** Resolves when every group whose removal has begun is gone. */
export const controlGroupsGone = async (): Promise<void> => void (await Promise.all(removals));

/** A group that still holds a dying process cannot be removed at once. */
const removeSoon = async (folder: string, tries = 20): Promise<void> => {
  for (let n = 0; n < tries; n += 1) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (removed) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

/**
 * Control groups that bound processes and memory of a launch as a whole. Needed where this process is root, for whom
 * the kernel counts no processes; undefined where the machine gives us none.
 */
export const makeControlGroup = async (limits: Limits): Promise<ControlGroup | undefined> => {
  const made = await Promise.all((await findTrees()).map((tree) => makeIn(tree, limits)));
  const folders = made.filter((folder) => folder !== undefined);
  if (folders.length === 0) return undefined;
  return {
    joins: folders.map((folder) => join(folder, 'cgroup.procs')),
    remove: () => {
      const removal = Promise.all(folders.map((folder) => removeSoon(folder))).then(() => {
        removals.delete(removal);
      });
      removals.add(removal);
      return removal;
    },
  };
};
