import type { RunEvent } from '../core/run/event.js';

/** What is to be kept of a run as it stands. */
export interface JournalSnapshot {
  readonly runId: string;
  /** The issue it works on, and the pull request it opened. */
  readonly issue?: number;
  readonly pullRequest?: number;
  /** Secrets already taken out, as the recorder does. */
  readonly events: readonly RunEvent[];
  /**
   * Commits of the run's store that a resume needs, e.g. the integration head: they are kept alive with the journal.
   * Whoever gives them has judged them by the patch policy.
   */
  readonly works: readonly string[];
}

/** What is known of a kept journal without reading it. */
export interface JournalCard {
  readonly runId: string;
  readonly issue?: number;
  readonly pullRequest?: number;
  /** When it was last kept, epoch ms, in whole seconds. */
  readonly keptAt: number;
  /** The commit its ref points at; the ref moves by compare and swap from there. */
  readonly commit: string;
}

/**
 * A kept journal. `replay(events)` is the run: request, base, PRD, plan with its hash, tasks and landings, all read
 * from the events and never from a comment.
 */
export interface KeptJournal extends JournalCard {
  /** From `run-started` on, in order; a line that cannot be read ends it. */
  readonly events: readonly RunEvent[];
  /** Reachable from `ref`, so that they can be fetched by it. */
  readonly works: readonly string[];
  /** Full name, `refs/aider/<run>/journal`. */
  readonly ref: string;
}

/** `why` is the remote's own answer, e.g. that the token may not write. */
export type Kept = { readonly kind: 'kept' } | { readonly kind: 'refused'; readonly why: string };

/**
 * Journals kept where the user's repository is, at `refs/aider/<run>/journal`: what approve, resume and post read
 * after the machine of a run is gone. Calls reject when the repository cannot be reached.
 */
export interface JournalArchive {
  /** Puts the journal in place of what was kept of the run before. One writer a run. */
  keep(snapshot: JournalSnapshot): Promise<Kept>;
  read(runId: string): Promise<KeptJournal | undefined>;
  /** The journal of the run on this issue that was kept last; of the same second that of the later run id. */
  newestOf(issue: number): Promise<KeptJournal | undefined>;
  /** Every kept journal, oldest first. */
  list(): Promise<readonly JournalCard[]>;
}
