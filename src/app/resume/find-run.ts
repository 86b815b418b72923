import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import { replay } from '../../core/run/apply.js';
import type { RunEvent } from '../../core/run/event.js';
import { isUnfinished } from '../../core/run/resume.js';
import type { JournalArchive } from '../../ports/journal-archive.js';
import type { ToResume } from '../undertaking.js';

/** Where the records of runs are: beside the repository on this machine, and in the repository itself. */
export interface RunRecords {
  /** Ids of the runs with a journal on this machine. */
  localRuns(): Promise<readonly string[]>;
  /** None where there is no such journal. */
  readLocal(runId: string): Result<readonly RunEvent[], Failure>;
  readonly archive: Pick<JournalArchive, 'list' | 'read'>;
}

/** Every run on record, the newest first. Those whose journal cannot be read are left out. */
export const listRuns = async (records: RunRecords): Promise<readonly ToResume[]> => {
  const [local, cards] = await Promise.all([records.localRuns(), records.archive.list()]);
  const ids = [...new Set([...local, ...cards.map(({ runId }) => runId)])];
  const found = await Promise.all(ids.map((id) => readRun(records, id)));
  return found.flatMap((each) => (each.ok ? [each.value] : [])).toSorted((a, b) => b.run.startedAt - a.run.startedAt);
};

/**
 * The run of this id, or the newest that is not finished. The longer of its two journals counts: what is kept in the
 * repository is there from the last push. Fails with `run-not-found`, `nothing-to-resume` or `journal-broken`.
 */
export const findRun = async (records: RunRecords, wanted?: string): Promise<Result<ToResume, Failure>> => {
  if (wanted !== undefined) return readRun(records, wanted);
  const newest = (await listRuns(records)).find(({ run }) => isUnfinished(run));
  return newest === undefined ? failed(nothingToResume) : success(newest);
};

const readRun = async ({ readLocal, archive }: RunRecords, runId: string): Promise<Result<ToResume, Failure>> => {
  const [local, kept] = [readLocal(runId), await archive.read(runId)];
  const fromHere = local.ok ? local.value : [];
  const events = kept !== undefined && kept.events.length > fromHere.length ? kept.events : fromHere;
  const run = replay(events);
  if (run === undefined) return failed(local.ok ? notFound(runId) : local.failure);
  return success({ run, events, ...(kept === undefined ? {} : { kept: { ref: kept.ref, commits: kept.works } }) });
};

const nothingToResume: Failure = {
  reason: 'nothing-to-resume',
  who: 'user',
  message: 'No run of this repository was left unfinished.',
  action: 'Start one with `aider-orchestrator run`, or see `aider-orchestrator status`.',
};

const notFound = (runId: string): Failure => ({
  reason: 'run-not-found',
  who: 'user',
  message: `There is no journal of a run ${runId}, neither in .aider_logs/ nor at refs/aider/${runId}/journal.`,
  action: 'See `aider-orchestrator status` for the runs there are.',
});

/** Two processes at work on one run would undo each other's work. */
export const stillRunning = (runId: string, pid: number): Failure => ({
  reason: 'run-at-work',
  who: 'user',
  message: `Run ${runId} is at work, in process ${pid}.`,
  action: `Wait for it, or stop it with \`kill ${pid}\`, then resume.`,
});
