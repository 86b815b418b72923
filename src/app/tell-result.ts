import { buildReport, type Report } from '../core/report/report.js';
import { renderHtmlReport } from '../core/render/html-report.js';
import { renderIterationSummary, summaryMarker } from '../core/render/iteration-summary.js';
import type { Artifacts } from '../ports/files.js';
import type { Clock } from '../ports/clock.js';
import type { GitHub } from '../ports/github.js';
import { summaryPath } from './deliver.js';
import type { FactsOf } from './facts.js';
import type { Recorder } from './recorder.js';
import { attempt } from './side-channel.js';

export interface Telling {
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
  readonly github?: GitHub;
  readonly facts: FactsOf;
}

/** Where the files of a run that has ended are, '' where one could not be written, and what they say. */
export interface Told {
  readonly report: Report;
  readonly summaryFile: string;
  readonly reportFile: string;
}

/**
 * After the end: the summary and the HTML report as files, and the iteration and success summary as a comment on the
 * pull request (edited on a later run). None of it can change how the run ended: what fails is a warning.
 */
export const tellResult = async (telling: Telling): Promise<Told> => {
  const { recorder, clock, github, facts } = telling;
  const report = buildReport(recorder.run, { ...facts(recorder.run), finishedAt: recorder.run.end?.at ?? clock.now() });
  const { runId } = recorder.run;
  const summaryName = summaryPath(runId).replace('.aider_logs/', '');
  const [summaryFile, reportFile] = await Promise.all([
    keepFile(telling, summaryName, () => `${JSON.stringify(report.summary, null, 2)}\n`),
    keepFile(telling, `report-${runId}.html`, () => renderHtmlReport(report)),
    ...(github === undefined ? [] : [commentOnPullRequest(telling, github, report)]),
  ]);
  await recorder.flush();
  return { report, summaryFile, reportFile };
};

const keepFile = async ({ recorder, artifacts }: Telling, name: string, render: () => string): Promise<string> => {
  let path = '';
  await attempt(recorder, `Writing ${name}`, async () => {
    path = await artifacts.write(name, render());
  });
  return path;
};

const commentOnPullRequest = async ({ recorder }: Telling, github: GitHub, report: Report): Promise<void> => {
  const number = recorder.run.pullRequest?.number;
  if (number === undefined) return;
  await attempt(recorder, 'The comment on the pull request', async () => {
    const body = renderIterationSummary(report);
    const before = await github.findComment(number, summaryMarker);
    if (before === undefined) await github.createComment(number, body);
    else await github.updateComment(before.id, body);
  });
};
