import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import type { Clone } from '../../ports/repository.js';
import { makeClone, moveClone, removeTraps, writeExcludes } from './make-clone.js';
import { type Products, copyProducts } from './products.js';
import { removeAll } from './remove-all.js';

/** The clones of one run: made at base ahead of need, handed out at any commit. */
export interface Clones {
  /** Makes this many clones ready now, and keeps one or two ready from then on. */
  prepare(count: number): void;
  /** When all that are being made ready are. */
  whenReady(): Promise<void>;
  take(commit: string, purpose: 'agent' | 'validation'): Promise<Clone>;
  discard(clone: Clone): Promise<void>;
  /** From now on every clone handed out has them; those prepared already get them too. */
  useProducts(products: Products): void;
  close(): Promise<void>;
}

export interface ClonesOptions {
  readonly store: string;
  /** The clones lie here. */
  readonly folder: string;
  /** The commit clones are prepared at. */
  readonly base: string;
}

/**
 * Kept ready once the first ones were taken: a task that ends needs a clone to validate in and one for the task after
 * it. More would only take the processor from agents that are starting (2 s each at 10,000 files).
 */
const keptReady = 2;

export const openClones = ({ store, folder, base }: ClonesOptions): Clones => {
  const making = pLimit(Math.max(2, availableParallelism()));
  const refilling = pLimit(1);
  const removing = pLimit(1);
  const removals = new Set<Promise<void>>();
  let ready: Promise<Clone>[] = [];
  let wanted = 0;
  let made = 0;
  let products: Products | undefined;
  let closed = false;

  const equipped = new WeakSet<Clone>();

  const equip = async (clone: Clone): Promise<Clone> => {
    if (products === undefined || equipped.has(clone)) return clone;
    equipped.add(clone);
    await writeExcludes(clone, products.unignored);
    await copyProducts(products, clone);
    return clone;
  };
  const make = (commit: string): Promise<Clone> => {
    made += 1;
    const at = { id: `clone-${made}`, folder: join(folder, `clone-${made}`), commit };
    return making(async () => equip(await makeClone(store, at)));
  };
  /** A rejection belongs to whoever takes the clone; until then it is not "unhandled". */
  const held = (clone: Promise<Clone>): Promise<Clone> => {
    clone.catch(() => undefined);
    return clone;
  };
  /** One after the other, in the background. */
  const refill = (): void => {
    while (!closed && ready.length < Math.min(wanted, keptReady)) ready.push(held(refilling(() => make(base))));
  };
  const remove = (path: string): void => {
    const removal = removing(() => removeAll(path)).finally(() => removals.delete(removal));
    removal.catch(() => undefined);
    removals.add(removal);
  };

  return {
    prepare: (count) => {
      wanted = Math.max(wanted, count);
      while (!closed && ready.length < wanted) ready.push(held(make(base)));
    },
    whenReady: async () => void (await Promise.allSettled(ready)),
    take: async (commit, purpose) => {
      const prepared = ready.shift();
      const clone = await (prepared ?? make(commit));
      const there = clone.commit === commit ? clone : await moveClone(clone, commit);
      if (purpose === 'agent') await removeTraps(there);
      refill();
      return there;
    },
    discard: async (clone) => {
      const trash = join(folder, `trash-${randomUUID()}`);
      await mkdir(folder, { recursive: true });
      // Renaming is instant; removing a large clone is not, and nobody waits for it.
      await rename(dirname(clone.folder), trash);
      remove(trash);
    },
    useProducts: (made) => {
      products = made;
      ready = ready.map((clone) => held(clone.then((each) => making(() => equip(each)))));
    },
    close: async () => {
      closed = true;
      await Promise.allSettled(ready);
      await Promise.allSettled(removals);
      await removeAll(folder);
    },
  };
};
