import type { RunEvent } from '../../src/core/run/event.js';
import type { WholeWorld } from './world.js';

/**
 * Where a killed run goes on: `same` machine; `crashed`, which took the last commits with it; `wiped`, where the journal
 * is left but the run's own store is not; `fresh`, where there is only what a clone of the repository brings.
 */
export type Machine = 'same' | 'crashed' | 'wiped' | 'fresh';

export const machines: readonly Machine[] = ['same', 'crashed', 'wiped', 'fresh'];

export interface Kill {
  /** So many events were on record. */
  readonly after: number;
  readonly machine: Machine;
  /** Of a machine that crashed: the commits made since so many events are gone. */
  readonly forgotten: number;
}

/** Notes how many events were on record when each commit was made. */
export const watchCommits = ({ repository }: WholeWorld, onRecord: () => number): ReadonlyMap<string, number> => {
  const madeAt = new Map<string, number>();
  repository.onCommit = (id) => void madeAt.set(id, Math.min(onRecord(), madeAt.get(id) ?? Infinity));
  return madeAt;
};

/** Leaves of the world what is there after the kill. Resolves with the journal that whoever resumes can read. */
export const leaveBehind = async (
  { repository, archive }: WholeWorld,
  { machine, forgotten }: Kill,
  { local, madeAt }: { readonly local: readonly RunEvent[]; readonly madeAt: ReadonlyMap<string, number> },
): Promise<readonly RunEvent[]> => {
  const kept = await archive.read('r1');
  switch (machine) {
    case 'same':
      repository.reopen();
      return local;
    case 'crashed':
      repository.reopen([...madeAt].filter(([, at]) => at <= local.length - forgotten).map(([id]) => id));
      return local;
    case 'wiped':
      repository.reopen(kept?.works ?? []);
      return local;
    case 'fresh':
      repository.reopen(kept?.works ?? []);
      return kept?.events ?? [];
  }
};
