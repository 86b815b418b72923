import { join } from 'node:path';
import { warmNeed } from '../adapters/aider/warm-need.js';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { openArtifacts } from '../adapters/files/artifacts.js';
import { openJournal, restoreJournal } from '../adapters/journal/journal.js';
import { executeRequest } from '../app/execute-request.js';
import { eventsFile } from '../app/log-files.js';
import { secretsOf } from '../app/run-action.js';
import { tellResult, type Told } from '../app/tell-result.js';
import { trackProgress } from '../app/track-progress.js';
import type { Undertaking } from '../app/undertaking.js';
import type { Run } from '../core/run/run.js';
import { agentsThatFit } from '../core/schedule/memory.js';
import type { Settings } from '../core/settings/settings.js';
import { redactor } from '../core/text/redact.js';
import type { Machine } from '../ports/machine.js';
import type { Opened } from './ground.js';
import { randomFraction } from './random-fraction.js';
import { prepareWorkshop } from './workshop.js';

/** Carries a run out on what was opened for it: journal, comment, workshop, then `executeRequest`; tells the result. */
export const carryOut = async (undertaking: Undertaking, opened: Opened): Promise<Told> => {
  const { settings, request, runId, github, logsFolder, warn } = undertaking;
  const { resume, given, notes } = undertaking;
  const journalFile = join(logsFolder, eventsFile(runId));
  if (resume !== undefined) restoreJournal(journalFile, resume.events);
  const journal = openJournal(journalFile);
  const artifacts = openArtifacts(logsFolder);
  let priceSource = '';
  const need = warmNeed();
  const facts = (run: Run) => ({ ...undertaking.facts(run), events: `.aider_logs/${eventsFile(runId)}`, priceSource });
  const onGitHub = github === undefined ? {} : { github };
  const { number } = request;
  const tracking =
    github === undefined || number === undefined
      ? []
      : [trackProgress({ github, clock, number, facts, onFailure: warn })];
  const recorder = await executeRequest(
    {
      runId,
      settings: {
        ...settings,
        maxAgents: settings.maxAgents === 'auto' ? agentsByMemory(settings) : settings.maxAgents,
      },
      repository: opened.repository,
      isolation: { level: opened.isolated.place.level, notes: opened.isolated.notes },
      prepare: async (signal) => {
        const workshop = await prepareWorkshop(undertaking, { ...opened, need }, signal);
        if (workshop.ok) priceSource = workshop.value.priceSource;
        return workshop;
      },
      artifacts,
      journal,
      archive: opened.archive,
      sinks: [...undertaking.sinks, ...tracking, need.sink],
      clock,
      machine,
      random: randomFraction,
      redact: redactor(secretsOf(settings)),
      facts,
      signal: undertaking.stop.signal,
      ...onGitHub,
      ...(given && { given }),
      ...(notes && { notes }),
      ...(resume && { resume: resume.events }),
    },
    request,
  );
  const told = await tellResult({ recorder, artifacts, clock, facts, ...onGitHub });
  journal.close();
  return told;
};

/** `process.availableMemory` looks at control groups too, as `os.freemem` does not. */
const machine: Machine = { freeMemory: () => process.availableMemory() };

/** At most four: agents wait on their provider. Of warm agents one is loaded beyond those at work. */
const agentsByMemory = ({ agentStart }: Pick<Settings, 'agentStart'>): number =>
  Math.max(1, Math.min(4, agentsThatFit(machine.freeMemory()) - (agentStart === 'warm' ? 1 : 0)));
