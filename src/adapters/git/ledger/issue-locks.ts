import type { Clock } from '../../../ports/clock.js';
import type { HeldLock, IssueLocks, LockHolder } from '../../../ports/issue-locks.js';
import type { Identity } from '../objects/commit-object.js';
import { type RecordFacts, readRecords, writeRecord } from './records.js';
import type { RefSpace } from './ref-space.js';

export interface LocksOptions {
  readonly refs: RefSpace;
  /** Where locks are written. */
  readonly store: string;
  readonly identity: Identity;
  readonly clock: Clock;
}

const lockRef = (issue: number): string => `refs/aider/locks/issue-${issue}`;

/** Locks as commits without files at `refs/aider/locks/issue-<n>`. */
export const createIssueLocks = ({ refs, store, identity, clock }: LocksOptions): IssueLocks => {
  const read = async (issue: number): Promise<HeldLock | undefined> => {
    const version = (await refs.list(lockRef(issue))).get(lockRef(issue));
    if (version === undefined) return undefined;
    const [record] = await readRecords(await refs.open([version]), [version]);
    return { version, holder: toHolder(record) };
  };

  /** A refusal counts as "elsewhere" only when the lock really is: else the remote's own words are told. */
  const move = async (issue: number, from: string | null, to: string | null): Promise<boolean> => {
    const ref = lockRef(issue);
    const moved = await refs.move(store, [{ ref, from, to }]);
    if (moved.kind === 'published') return true;
    const now = (await refs.list(ref)).get(ref) ?? null;
    if (now === from) throw new Error(moved.why);
    return now === to;
  };

  return {
    read,
    take: async (issue, holder, over) => {
      const version = await writeRecord(store, toRecord(issue, holder), { identity, at: clock.now() });
      return (await move(issue, over, version)) ? version : undefined;
    },
    release: (issue, version) => move(issue, version, null),
  };
};

const toRecord = (issue: number, { runId, workflow, until }: LockHolder) => ({
  subject: `Lock issue ${issue}`,
  trailers: {
    'Aider-Run': runId,
    ...(workflow === undefined ? {} : { 'Aider-Workflow-Run': `${workflow.id}/${workflow.attempt}` }),
    'Aider-Until': new Date(until).toISOString(),
  },
});

const toHolder = (record: RecordFacts | undefined): LockHolder => {
  const value = (name: string): string => record?.trailers.get(name) ?? '';
  const [, id, attempt] = /^(\d+)\/(\d+)$/.exec(value('Aider-Workflow-Run')) ?? [];
  const until = Date.parse(value('Aider-Until'));
  return {
    runId: value('Aider-Run'),
    ...(id === undefined ? {} : { workflow: { id: Number(id), attempt: Number(attempt) } }),
    until: Number.isNaN(until) ? 0 : until,
  };
};
