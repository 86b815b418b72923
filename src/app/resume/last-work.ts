import { replay } from '../../core/run/apply.js';
import { isUnfinished } from '../../core/run/resume.js';
import type { Run } from '../../core/run/run.js';
import type { JournalArchive, JournalCard } from '../../ports/journal-archive.js';
import type { ToResume } from '../undertaking.js';

export type Records = Pick<JournalArchive, 'list' | 'read'>;

/** A run as it was kept in the repository; undefined where its journal cannot be read. Rejects like the archive. */
export const readKept = async (archive: Records, runId: string): Promise<ToResume | undefined> => {
  const kept = await archive.read(runId);
  const run = kept && replay(kept.events);
  return kept && run && { run, events: kept.events, kept: { ref: kept.ref, commits: kept.works } };
};

/**
 * The run that says where the work on an issue stands: the newest, but for those after it that came to nothing. So work
 * that was delivered, or waits for approval, is never undone by an older run that goes on. Undefined where there is none.
 */
export const lastWorkOn = async (archive: Records, issue: number): Promise<ToResume | undefined> => {
  const cards = (await archive.list()).filter((card: JournalCard) => card.issue === issue);
  let newest: ToResume | undefined;
  for (const { runId } of cards.toReversed()) {
    const found = await readKept(archive, runId);
    if (found !== undefined && !cameToNothing(found.run)) return found;
    newest ??= found;
  }
  return newest;
};

const cameToNothing = (run: Run): boolean =>
  !isUnfinished(run) && (run.end?.status === 'failed' || run.end?.status === 'skipped');
