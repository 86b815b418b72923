import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from './env.js';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import type { LocalFacts } from '../adapters/git/local-facts.js';
import { listJournals, readJournal } from '../adapters/journal/journal.js';
import { openLocalArchive } from '../adapters/git/ledger/open-local-archive.js';
import { eventsFile } from '../app/log-files.js';
import type { RunRecords } from '../app/resume/find-run.js';
import type { Failure } from '../core/failure.js';
import { failed, success, type Result } from '../core/result.js';
import { gitMissing, notARepository } from '../core/repository-failures.js';

/** Journals, summaries and reports of the runs of a repository. */
export const logsFolderOf = (root: string): string => join(root, '.aider_logs');

/** Where a run keeps its store and clones; removed at its end. */
export const runFolderOf = (temp: string, runId: string): string => join(temp, 'aider-orchestrator', runId);

/** The journals of this repository: beside it, and in it. */
export const openRunRecords = async ({ hasGit, root }: LocalFacts): Promise<Result<RunRecords, Failure>> => {
  if (!hasGit) return failed(gitMissing);
  if (root === undefined) return failed(notARepository(process.cwd()));
  const logs = logsFolderOf(root);
  return success({
    localRuns: () => Promise.resolve(listJournals(logs, eventsFile)),
    readLocal: (runId) => readJournal(join(logs, eventsFile(runId))),
    archive: openLocalArchive(root, clock),
  });
};

/** Outlives the run: the runner's own tool cache, else a folder of the user's cache. */
export const toolCache = (env: Env): string =>
  join(env['RUNNER_TOOL_CACHE'] ?? env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aider-orchestrator');
