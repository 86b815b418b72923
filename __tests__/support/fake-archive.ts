import { orderByTime } from '../../src/core/run/order-runs.js';
import type {
  JournalArchive,
  JournalCard,
  JournalSnapshot,
  Kept,
  KeptJournal,
} from '../../src/ports/journal-archive.js';
import { Gate } from './gate.js';

/**
 * An archive in memory, kept honest by the contract suite it shares with the git adapter. `refusal` is why it takes
 * nothing, `breaks` why it cannot be reached, until told otherwise.
 */
export class FakeArchive implements JournalArchive {
  refusal: string | undefined;
  breaks: Error | undefined;
  /** Held as `keep`, a snapshot waits before it is taken. */
  readonly gate = new Gate();
  /** Every snapshot that was taken, in order. */
  readonly taken: JournalSnapshot[] = [];
  readonly #kept = new Map<string, KeptJournal>();

  /** `now` in epoch ms. */
  constructor(private readonly now: () => number = () => 1_700_000_000_000) {}

  async keep(snapshot: JournalSnapshot): Promise<Kept> {
    this.#check();
    await this.gate.pass('keep');
    if (this.refusal !== undefined) return { kind: 'refused', why: this.refusal };
    this.taken.push(snapshot);
    const { runId } = snapshot;
    this.#kept.set(runId, {
      ...snapshot,
      keptAt: Math.floor(this.now() / 1000) * 1000,
      commit: `commit-${this.taken.length}`,
      ref: `refs/aider/${runId}/journal`,
    });
    return { kind: 'kept' };
  }

  async read(runId: string): Promise<KeptJournal | undefined> {
    this.#check();
    return this.#kept.get(runId);
  }

  async newestOf(issue: number): Promise<KeptJournal | undefined> {
    this.#check();
    return this.#sorted().findLast((each) => each.issue === issue);
  }

  async list(): Promise<readonly JournalCard[]> {
    this.#check();
    return this.#sorted().map(({ runId, issue, pullRequest, keptAt, commit }) => ({
      runId,
      ...(issue === undefined ? {} : { issue }),
      ...(pullRequest === undefined ? {} : { pullRequest }),
      keptAt,
      commit,
    }));
  }

  #check(): void {
    if (this.breaks !== undefined) throw this.breaks;
  }

  #sorted(): readonly KeptJournal[] {
    return [...this.#kept.values()].sort(orderByTime);
  }
}
