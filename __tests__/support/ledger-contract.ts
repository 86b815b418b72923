import type { LockHolder, IssueLocks } from '../../src/ports/issue-locks.js';
import type { JournalArchive, JournalSnapshot } from '../../src/ports/journal-archive.js';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { aPlan, aPrd, aRequest } from './builders.js';

/** A ledger as one machine sees it; `again` is the same from another machine. */
export interface LedgerRig {
  readonly archive: JournalArchive;
  readonly locks: IssueLocks;
  readonly again: () => Promise<{ readonly archive: JournalArchive; readonly locks: IssueLocks }>;
  /** A commit of the run's store that is not yet where the user's repository is. */
  readonly work: () => Promise<string>;
  /** Moves time on by so many ms. */
  tick(ms: number): void;
  close(): Promise<void>;
}

const base = { branch: 'main', sha: 'b'.repeat(40) };

const eventsOf = (runId: string, issue: number): readonly RunEvent[] => [
  {
    type: 'run-started',
    runId,
    request: aRequest({ number: issue, body: 'Zeile eins\nline "two" ü' }),
    base,
    models: { agent: 'openai/gpt-4.1', prd: 'openai/gpt-4.1' },
    maxAgents: 2,
    seq: 1,
    at: 1,
  },
  { type: 'prd-written', prd: aPrd(), path: 'docs/prd/x.md', origin: 'model', seq: 2, at: 2 },
  { type: 'plan-made', plan: aPlan(), hash: 'abc', origin: 'model', notes: [], seq: 3, at: 3 },
];

const snapshot = (runId: string, issue: number, over: Partial<JournalSnapshot> = {}): JournalSnapshot => ({
  runId,
  issue,
  events: eventsOf(runId, issue),
  works: [],
  ...over,
});

const holder = (runId: string, over: Partial<LockHolder> = {}): LockHolder => ({
  runId,
  workflow: { id: 77, attempt: 2 },
  until: 1_800_000_000_000,
  ...over,
});

/** What the ledger promises, whoever keeps it. */
export const describeLedger = (name: string, open: () => Promise<LedgerRig>): void => {
  describe(name, () => {
    let rig: LedgerRig;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(() => rig.close());

    describe('as an archive of journals', () => {
      it('gives a journal back whole on another machine: request, base, PRD and plan', async () => {
        const events = eventsOf('77-1', 12);
        expect(await rig.archive.keep(snapshot('77-1', 12))).toEqual({ kind: 'kept' });
        const { archive } = await rig.again();
        const kept = await archive.read('77-1');
        expect(kept).toMatchObject({ runId: '77-1', issue: 12, works: [], ref: 'refs/aider/77-1/journal' });
        expect(kept?.events).toEqual(events);
        const run = replay(kept?.events ?? []);
        expect(run).toMatchObject({
          base,
          request: { number: 12 },
          prd: { path: 'docs/prd/x.md' },
          plan: { hash: 'abc' },
        });
      });

      it('knows no journal that nobody kept', async () => {
        expect(await rig.archive.read('77-1')).toBeUndefined();
        expect(await rig.archive.newestOf(12)).toBeUndefined();
        expect(await rig.archive.list()).toEqual([]);
      });

      it('puts a later state in place of the earlier one', async () => {
        await rig.archive.keep(snapshot('77-1', 12, { events: eventsOf('77-1', 12).slice(0, 1) }));
        await rig.archive.keep(snapshot('77-1', 12, { pullRequest: 13 }));
        const kept = await rig.archive.read('77-1');
        expect(kept?.events).toHaveLength(3);
        expect(kept?.pullRequest).toBe(13);
        expect(await rig.archive.list()).toHaveLength(1);
      });

      it('goes on with the journal of a run on another machine', async () => {
        await rig.archive.keep(snapshot('77-1', 12));
        const { archive } = await rig.again();
        expect(await archive.keep(snapshot('77-1', 12, { pullRequest: 13 }))).toEqual({ kind: 'kept' });
        expect((await archive.read('77-1'))?.pullRequest).toBe(13);
      });

      it('finds the newest run of an issue among those of others', async () => {
        await rig.archive.keep(snapshot('9-1', 12));
        await rig.archive.keep(snapshot('10-1', 12));
        await rig.archive.keep(snapshot('11-1', 5));
        expect((await rig.archive.newestOf(12))?.runId).toBe('10-1');
        rig.tick(2000);
        await rig.archive.keep(snapshot('9-1', 12));
        expect((await rig.archive.newestOf(12))?.runId).toBe('9-1');
        expect((await rig.archive.list()).map(({ runId }) => runId)).toEqual(['10-1', '11-1', '9-1']);
      });

      it('keeps the works of a run alive with its journal', async () => {
        const works = [await rig.work(), await rig.work()];
        expect(await rig.archive.keep(snapshot('77-1', 12, { works }))).toEqual({ kind: 'kept' });
        expect((await (await rig.again()).archive.read('77-1'))?.works).toEqual(works);
      });
    });

    describe('as locks on issues', () => {
      it('gives a free issue to the one who takes it, and shows on another machine who that is', async () => {
        expect(await rig.locks.read(12)).toBeUndefined();
        const version = await rig.locks.take(12, holder('77-2'), null);
        expect(await (await rig.again()).locks.read(12)).toEqual({ version, holder: holder('77-2') });
        expect(await rig.locks.read(1)).toBeUndefined();
      });

      it('gives a taken issue to nobody else', async () => {
        await rig.locks.take(12, holder('77-2'), null);
        const { locks } = await rig.again();
        expect(await locks.take(12, holder('78-1'), null)).toBeUndefined();
        expect((await locks.read(12))?.holder.runId).toBe('77-2');
      });

      it('gives it to exactly one of several who take it at once', async () => {
        const others = await Promise.all([rig.again(), rig.again(), rig.again()]);
        const taken = await Promise.all(others.map(({ locks }, n) => locks.take(12, holder(`8${n}-1`), null)));
        const winners = taken.flatMap((version, n) => (version === undefined ? [] : [`8${n}-1`]));
        expect(winners).toHaveLength(1);
        expect((await rig.locks.read(12))?.holder.runId).toBe(winners[0]);
      });

      it('is taken over from the lock that was seen, by exactly one', async () => {
        const stale = (await rig.locks.take(12, holder('70-1', { until: 0 }), null)) ?? '';
        const others = await Promise.all([rig.again(), rig.again()]);
        const taken = await Promise.all(others.map(({ locks }, n) => locks.take(12, holder(`8${n}-1`), stale)));
        expect(taken.filter((version) => version !== undefined)).toHaveLength(1);
      });

      it('is released by the one who holds it, and by nobody who held it before', async () => {
        const first = (await rig.locks.take(12, holder('70-1'), null)) ?? '';
        const second = (await rig.locks.take(12, holder('71-1'), first)) ?? '';
        expect(await rig.locks.release(12, first)).toBe(false);
        expect((await rig.locks.read(12))?.version).toBe(second);
        expect(await rig.locks.release(12, second)).toBe(true);
        expect(await rig.locks.read(12)).toBeUndefined();
      });

      it('remembers a holder of the command line, who has no workflow run', async () => {
        const local: LockHolder = { runId: '20260302-090000-ab12', until: 1_700_000_100_000 };
        await rig.locks.take(12, local, null);
        expect((await rig.locks.read(12))?.holder).toEqual(local);
      });
    });
  });
};
