import { tmpdir } from 'node:os';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { openArtifacts } from '../adapters/files/artifacts.js';
import { readLocalFacts, userConfig } from '../adapters/git/local-facts.js';
import { ownerOf } from '../adapters/processes/owner.js';
import { fetchJournals } from '../adapters/git/ledger/fetch-journals.js';
import { eventsFile } from '../app/log-files.js';
import { continueRecording } from '../app/recorder.js';
import { findRun, stillRunning } from '../app/resume/find-run.js';
import { renderDone } from '../app/run-command.js';
import { tellResult } from '../app/tell-result.js';
import { exitCodeOf } from '../core/report/outputs.js';
import type { RunEvent } from '../core/run/event.js';
import { isUnfinished } from '../core/run/resume.js';
import { withCassettes } from './cassettes.js';
import { carryOutLocally } from './local-run.js';
import type { Line } from './line.js';
import type { Env } from './env.js';
import { refuse } from './refuse.js';
import { logsFolderOf, runFolderOf, openRunRecords } from './places.js';

/** `resume`: goes on with a run that did not come to its end, or tells the end it came to. */
export const resumeLocally = async (line: Line<'resume'>, env: Env): Promise<number> => {
  const local = await readLocalFacts(process.cwd());
  const records = await openRunRecords(local);
  if (!records.ok) return refuse(records.failure, 2);
  const here = await findRun(records.value, line.run);
  // In a fresh clone they are where it was cloned from.
  const isThere = !here.ok && (await fetchJournals(local.root ?? '.', userConfig()));
  const found = isThere ? await findRun(records.value, line.run) : here;
  if (!found.ok) return refuse(found.failure, 2);
  const { run, events } = found.value;
  const pid = await ownerOf(runFolderOf(tmpdir(), run.runId));
  if (pid !== undefined) return refuse(stillRunning(run.runId, pid), 1);
  if (!isUnfinished(run)) return tellFinished(events, logsFolderOf(local.root ?? '.'), line.json);
  const settings = { ...run.given?.settings, ...line.settings };
  const given = { github: run.given?.github ?? false, settings };
  const order = { given, settings, local, json: line.json, env: withCassettes(line, env) };
  return carryOutLocally(order, { runId: run.runId, resume: found.value });
};

/** A run that was killed just after its end may not have come to write its files: they are written again. */
const tellFinished = async (events: readonly RunEvent[], logsFolder: string, json: boolean): Promise<number> => {
  const journal = { append: () => undefined };
  const recorder = continueRecording({ clock, journal, sinks: [], redact: (text) => text }, events);
  const { runId } = recorder.run;
  const facts = () => ({ events: `.aider_logs/${eventsFile(runId)}` });
  const told = await tellResult({ recorder, artifacts: openArtifacts(logsFolder), clock, facts });
  if (!json) process.stdout.write(`Run ${runId} is finished; nothing is left to resume.\n`);
  process.stdout.write(renderDone(told, json));
  return exitCodeOf(told.report);
};
