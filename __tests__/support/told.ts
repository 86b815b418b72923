import { buildReport } from '../../src/core/report/report.js';
import type { RunEventBody } from '../../src/core/run/event.js';
import { success } from '../../src/core/result.js';
import type { Undertake, Undertaking } from '../../src/app/undertaking.js';
import { aRun, runStarted, startOfTime } from './builders.js';

/** Carries out nothing: gives back the run these events tell of, and keeps what it was asked for. */
export const undertakeAs = (
  ...events: readonly RunEventBody[]
): { readonly undertake: Undertake; readonly asked: readonly Undertaking[] } => {
  const asked: Undertaking[] = [];
  const undertake: Undertake = async (undertaking) => {
    asked.push(undertaking);
    const started = runStarted({ runId: undertaking.runId, request: undertaking.request });
    const run = aRun(...[started, ...events].map((body, index) => [index * 1000, body] as const));
    const report = buildReport(run, { ...undertaking.facts(run), finishedAt: startOfTime + 60_000 });
    const folder = undertaking.logsFolder;
    return success({ report, summaryFile: `${folder}/summary.json`, reportFile: `${folder}/report.html` });
  };
  return { undertake, asked };
};
