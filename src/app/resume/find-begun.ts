import { isUnfinished } from '../../core/run/resume.js';
import type { Runner } from '../../ports/runner.js';
import type { ToResume } from '../undertaking.js';
import { lastWorkOn, readKept, type Records } from './last-work.js';

/**
 * The run that an earlier attempt of this very job began and did not end. Undefined where the job was not run again,
 * where that run had come to its end, and where another has worked on its issue since: then a new run begins. Rejects
 * when the repository cannot be reached.
 */
export const findBegun = async (archive: Records, workflow: Runner['workflow']): Promise<ToResume | undefined> => {
  if (workflow.attempt <= 1) return undefined;
  const runId = await lastAttempt(archive, workflow);
  const begun = runId === undefined ? undefined : await readKept(archive, runId);
  if (begun === undefined || !isUnfinished(begun.run)) return undefined;
  const { number } = begun.run.request;
  const last = number === undefined ? begun : await lastWorkOn(archive, number);
  return last?.run.runId === runId ? begun : undefined;
};

/** A run is named after the attempt that began it, whichever went on with it. */
const lastAttempt = async (archive: Records, { id, attempt }: Runner['workflow']): Promise<string | undefined> => {
  const kept = new Set((await archive.list()).map(({ runId }) => runId));
  const earlier = Array.from({ length: attempt - 1 }, (_, before) => `${id}-${attempt - 1 - before}`);
  return earlier.find((runId) => kept.has(runId));
};
