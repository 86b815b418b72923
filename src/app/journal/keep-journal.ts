import type { Failure } from '../../core/failure.js';
import type { RunEvent } from '../../core/run/event.js';
import { commitsOf } from '../../core/run/resume.js';
import type { Run } from '../../core/run/run.js';
import type { JournalArchive, JournalSnapshot, Kept } from '../../ports/journal-archive.js';
import type { Sink } from '../../ports/sink.js';
import { errorText } from '../error-text.js';

export interface KeepingOptions {
  readonly archive: JournalArchive;
  /** Of a run that goes on: what its journal holds already. */
  readonly earlier?: readonly RunEvent[];
  /** Whether a commit may be pushed; asked once for each. */
  readonly mayPush: (commit: string) => Promise<boolean>;
  /** Told once when the journal could not be kept; the run goes on. */
  readonly onFailure: (message: string) => void;
}

/** Keeps the journal of a run in the archive while the run goes on. */
export interface JournalKeeper extends Sink {
  /** Resolves when all it was told is kept, or with why that cannot be. */
  proveKept(): Promise<Failure | undefined>;
}

/**
 * The journal goes to the archive when somebody asks for proof, at each landing and at the end. Nobody else waits for
 * that: while one push is under way, what happens meanwhile is put into the next.
 */
export const keepJournal = ({ archive, earlier = [], mayPush, onFailure }: KeepingOptions): JournalKeeper => {
  const events: RunEvent[] = [...earlier];
  const allowed = new Map<string, boolean>();
  let latest: Run | undefined;
  let stale = false;
  let loop: Promise<void> | undefined;
  let why: string | undefined;
  let told = false;

  const pushable = async (run: Run): Promise<readonly string[]> => {
    const works = commitsOf(run);
    for (const work of works) if (!allowed.has(work)) allowed.set(work, await mayPush(work));
    return works.filter((work) => allowed.get(work));
  };

  const keep = async (run: Run): Promise<void> => {
    const sofar = [...events];
    const kept = await pushable(run)
      .then((works) => archive.keep(snapshotOf(run, sofar, works)))
      .catch((error: unknown): Kept => ({ kind: 'refused', why: errorText(error) }));
    why = kept.kind === 'refused' ? kept.why : undefined;
  };

  const keepUp = async (): Promise<void> => {
    while (stale && latest !== undefined) {
      stale = false;
      await keep(latest);
    }
    loop = undefined;
  };

  const tellFailure = (): void => {
    if (why === undefined || told) return;
    told = true;
    onFailure(`The journal could not be kept in the repository, so this run cannot be resumed: ${why}`);
  };

  const begin = (): Promise<void> => {
    stale = true;
    return (loop ??= keepUp());
  };

  return {
    tell: (event, run) => {
      events.push(event);
      latest = run;
      if (event.type === 'task-landed' || event.type === 'run-ended') void begin().then(tellFailure);
    },
    flush: async () => {
      await loop;
    },
    proveKept: async () => {
      await begin();
      told ||= why !== undefined;
      return why === undefined ? undefined : notKept(why);
    },
  };
};

const snapshotOf = (run: Run, events: readonly RunEvent[], works: readonly string[]): JournalSnapshot => ({
  runId: run.runId,
  ...(run.request.number === undefined ? {} : { issue: run.request.number }),
  ...(run.pullRequest === undefined ? {} : { pullRequest: run.pullRequest.number }),
  events,
  works,
});

const notKept = (why: string): Failure => ({
  reason: 'journal-refused',
  who: 'user',
  message: `The journal could not be pushed below refs/aider/, so no agent was started: ${why}`,
  action:
    'Give the job `permissions: contents: write`, or `github-token` a token with it, and look whether a rule of the repository protects refs/aider/**.',
});
