import { orderByTime } from '../../../core/run/order-runs.js';
import { journalFile, toJournalFiles } from '../../../core/run/journal-files.js';
import { parseJournal } from '../../../core/run/parse-journal.js';
import type { Clock } from '../../../ports/clock.js';
import type { JournalArchive, JournalCard, JournalSnapshot, KeptJournal } from '../../../ports/journal-archive.js';
import { readFileAt } from '../files.js';
import type { Identity } from '../objects/commit-object.js';
import { type RecordFacts, parentsOf, readRecords, writeRecord } from './records.js';
import type { RefSpace } from './ref-space.js';

export interface ArchiveOptions {
  readonly refs: RefSpace;
  /** Where journals are written, and where the works of their snapshots lie. */
  readonly store: string;
  readonly identity: Identity;
  readonly clock: Clock;
}

const journalRef = (runId: string): string => `refs/aider/${runId}/journal`;

/** More is not read: a journal of 50 tasks takes about 2 MB. */
const maxJournalBytes = 256 * 1024 * 1024;

/** Journals as commits in the user's repository; each ref moves by compare and swap. */
export const createJournalArchive = ({ refs, store, identity, clock }: ArchiveOptions): JournalArchive => {
  /** Where our refs were when last looked at. */
  const known = new Map<string, string | null>();

  const placeOf = async (ref: string): Promise<string | null> => {
    const seen = known.get(ref);
    return seen === undefined ? ((await refs.list(ref)).get(ref) ?? null) : seen;
  };

  const list = async (): Promise<readonly JournalCard[]> => {
    const found = await refs.list(journalRef('*'));
    const folder = await refs.open([...found.values()]);
    const cards = (await readRecords(folder, [...found.values()])).flatMap(toCard);
    return cards.filter((card) => found.get(journalRef(card.runId)) === card.commit).sort(orderByTime);
  };

  const readWhole = async (card: JournalCard): Promise<KeptJournal> => {
    const folder = await refs.openWhole(card.commit);
    const text = await readFileAt(folder, card.commit, { path: journalFile, maxBytes: maxJournalBytes });
    const works = await parentsOf(folder, card.commit);
    return { ...card, events: parseJournal(text ?? ''), works, ref: journalRef(card.runId) };
  };

  return {
    list,
    keep: async (snapshot) => {
      const ref = journalRef(snapshot.runId);
      const from = await placeOf(ref);
      const to = await writeRecord(store, toRecord(snapshot), { identity, at: clock.now() });
      const moved = await refs.move(store, [{ ref, from, to }]);
      if (moved.kind === 'refused') return moved;
      known.set(ref, to);
      return { kind: 'kept' };
    },
    read: async (runId) => {
      const commit = (await refs.list(journalRef(runId))).get(journalRef(runId));
      if (commit === undefined) return undefined;
      const [card] = (await readRecords(await refs.open([commit]), [commit])).flatMap(toCard);
      return card?.runId === runId ? readWhole(card) : undefined;
    },
    newestOf: async (issue) => {
      const card = (await list()).findLast((each) => each.issue === issue);
      return card === undefined ? undefined : readWhole(card);
    },
  };
};

const toRecord = ({ runId, issue, pullRequest, events, works }: JournalSnapshot) => ({
  subject: `Keep the journal of run ${runId}`,
  trailers: {
    'Aider-Run': runId,
    ...(issue === undefined ? {} : { 'Aider-Issue': String(issue) }),
    ...(pullRequest === undefined ? {} : { 'Aider-Pull-Request': String(pullRequest) }),
  },
  files: toJournalFiles(events),
  parents: works,
});

const toCard = ({ commit, at, trailers }: RecordFacts): readonly JournalCard[] => {
  const runId = trailers.get('Aider-Run');
  const [issue, pullRequest] = ['Aider-Issue', 'Aider-Pull-Request'].map((name) => Number(trailers.get(name)));
  if (runId === undefined) return [];
  return [{ runId, commit, keptAt: at, ...(issue && { issue }), ...(pullRequest && { pullRequest }) }];
};
