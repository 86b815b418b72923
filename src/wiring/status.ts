import { tmpdir } from 'node:os';
import { readLocalFacts } from '../adapters/git/local-facts.js';
import { ownerOf } from '../adapters/processes/owner.js';
import { safeText } from '../adapters/display/safe-text.js';
import { describeRun, renderRunState } from '../app/resume/describe-run.js';
import { findRun, listRuns } from '../app/resume/find-run.js';
import type { Line } from './line.js';
import { refuse } from './refuse.js';
import { runFolderOf, openRunRecords } from './places.js';

/** `status`: tells of one run of this repository, or of all. */
export const tellStatus = async ({ run: wanted, json }: Line<'status'>): Promise<number> => {
  const records = await openRunRecords(await readLocalFacts(process.cwd()));
  if (!records.ok) return refuse(records.failure, 2);
  const one = wanted === undefined ? undefined : await findRun(records.value, wanted);
  if (one?.ok === false) return refuse(one.failure, 2);
  const runs = one === undefined ? await listRuns(records.value) : [one.value];
  const states = await Promise.all(
    runs.map(async ({ run }) => describeRun(run, await ownerOf(runFolderOf(tmpdir(), run.runId)))),
  );
  const lines = states.map((state) => `${safeText(renderRunState(state))}\n`).join('');
  process.stdout.write(json ? `${JSON.stringify(states, null, 2)}\n` : lines || 'No run is known here.\n');
  return 0;
};
