import type { Failure } from '../core/failure.js';
import { exitCodeOf, outputsOf } from '../core/report/outputs.js';
import { renderJobSummary } from '../core/render/job-summary.js';
import { renderRefusal } from '../core/render/replies.js';
import { noPullRequest } from '../core/render/sections.js';
import { isolationWarning } from '../core/isolation.js';
import type { Request } from '../core/request/request.js';
import { failed, success } from '../core/result.js';
import type { Run } from '../core/run/run.js';
import { settingsFailure, settingsFile } from '../core/settings/fault.js';
import { parseSettings, type Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import type { Runner } from '../ports/runner.js';
import type { Sink } from '../ports/sink.js';
import { summaryPath } from './deliver.js';
import { errorText } from './error-text.js';
import { eventsFile } from './log-files.js';
import { states } from './finish-action.js';
import { handleEvent } from './handle-event.js';
import { markEnded, markStarted } from './labels.js';
import { internalError } from './internal-error.js';
import { quietly } from './quietly.js';
import type { Told } from './tell-result.js';
import type { Undertake } from './undertaking.js';

/** What the action is handed. */
export interface ActionParts {
  readonly runner: Runner;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed `.github/aider-orchestrator.yml` of the default branch; undefined where there is none. */
  readonly readSettingsFile: () => Promise<unknown>;
  readonly openGitHub: (settings: Settings) => GitHub;
  readonly display: Sink;
  readonly undertake: Undertake;
  readonly stop: AbortController;
}

/** The action, from the event to the exit code. */
export const runAction = async (parts: ActionParts): Promise<number> => {
  const { runner } = parts;
  const file = await parts.readSettingsFile().then(success, (error: unknown) => failed(fileUnread(error)));
  if (!file.ok) return stopWith(runner, file.failure);
  const parsed = parseSettings({ inputs: runner.inputs, file: file.value, env: parts.env });
  if (!parsed.ok) return stopWith(runner, settingsFailure(parsed.failure));
  const settings = parsed.value;
  runner.hide(secretsOf(settings));
  const github = parts.openGitHub(settings);
  const handled = await handleEvent(runner.event, { github, settings, warn: runner.warn });
  if (handled.kind === 'run') return carryOut(parts, { settings, github, request: handled.request });
  runner.say(handled.message);
  runner.setOutputs({ status: 'skipped' });
  return 0;
};

/** Without its settings a run might do what the file forbids, so it does nothing. */
const fileUnread = (error: unknown): Failure => ({
  reason: 'settings-file-unread',
  who: 'world',
  message: `${settingsFile} of the default branch could not be read: ${error instanceof Error ? error.message : String(error)}`,
  action: 'Run it again; if it stays, look whether the token may read the contents of this repository.',
});

/** Every value that must never be shown. */
export const secretsOf = ({ githubToken, providers }: Settings): readonly string[] =>
  [githubToken, ...Object.values(providers).map(({ key }) => key)].filter((value) => value !== undefined);

const stopWith = (runner: Runner, failure: Failure): number => {
  runner.fail(failure);
  runner.setOutputs({ status: 'failed' });
  return 1;
};

interface Admitted {
  readonly settings: Settings;
  readonly github: GitHub;
  readonly request: Request;
}

const carryOut = async (parts: ActionParts, admitted: Admitted): Promise<number> => {
  const { runner } = parts;
  const { github, request, settings } = admitted;
  const issue = request.number;
  if (issue !== undefined)
    await quietly(runner.warn, 'Taking the label off', () => markStarted(github, issue, settings.triggerLabel));
  runner.saveState(states.journal, journalPath(runner));
  const told = await undertakeOnGitHub(parts, admitted).catch((error: unknown) => failed(internalError(error)));
  const exitCode = told.ok ? await announce(parts, admitted, told.value) : await giveUp(parts, admitted, told.failure);
  runner.saveState(states.finished, 'true');
  return exitCode;
};

/** For a run that could not be opened at all: there is no tracking comment to say it. */
const giveUp = async (
  { runner }: ActionParts,
  { github, request: { number } }: Admitted,
  failure: Failure,
): Promise<number> => {
  if (number !== undefined) {
    await quietly(runner.warn, 'Telling the failure', () => github.createComment(number, renderRefusal(failure)));
    await quietly(runner.warn, 'Setting the label', () => markEnded(github, number, 'failed'));
  }
  return stopWith(runner, failure);
};

const journalPath = ({ workspace, runId }: Runner): string => `${workspace}/.aider_logs/${eventsFile(runId)}`;

const undertakeOnGitHub = async (
  parts: ActionParts,
  { settings, github, request }: Admitted,
): ReturnType<Undertake> => {
  const { runner, stop, display } = parts;
  const known = await Promise.all([github.identity(), settings.baseBranch ?? github.defaultBranch()]).catch(unanswered);
  if (!('length' in known)) return failed(known);
  const [identity, baseBranch] = known;
  return parts.undertake({
    settings,
    request,
    source: {
      kind: 'remote',
      workspace: runner.workspace,
      remoteUrl: `${runner.serverUrl}/${runner.repository}.git`,
      token: () => settings.githubToken,
    },
    baseBranch,
    identity,
    runId: runner.runId,
    logsFolder: `${runner.workspace}/.aider_logs`,
    temp: runner.temp,
    sinks: [display],
    facts: (run) => ({
      links: { run: runner.runUrl, ...prdLink(github, run) },
      checksWait: identity.login === 'github-actions[bot]',
      commandPrefix: settings.commandPrefix,
    }),
    github,
    warn: runner.warn,
    stop,
  });
};

const unanswered = (error: unknown): Failure => ({
  reason: 'github-unanswered',
  who: 'world',
  message: `GitHub did not answer what a run has to know: ${errorText(error)}`,
  action: 'Look at githubstatus.com and ask again when it answers.',
});

/** The PRD can be followed once it is on its branch. */
const prdLink = (github: GitHub, { branch, prd }: Run): { readonly prd?: string } =>
  branch === undefined || prd === undefined ? {} : { prd: github.fileUrl(branch.name, prd.path) };

const announce = async (parts: ActionParts, { github, request }: Admitted, told: Told): Promise<number> => {
  const { runner } = parts;
  const { report } = told;
  const { status } = report.summary;
  const failure = report.run.end?.failure;
  runner.setOutputs(outputsOf(report, { summaryPath: summaryPath(report.summary.runId), reportPath: told.reportFile }));
  await quietly(runner.warn, 'Writing the job summary', () => runner.writeSummary(renderJobSummary(report)));
  const { number } = request;
  if (number !== undefined) await quietly(runner.warn, 'Setting the label', () => markEnded(github, number, status));
  if (status === 'failed' && failure !== undefined) runner.fail(failure);
  if (report.run.pullRequestForbidden !== undefined) runner.fail(noPullRequest(report.run.pullRequestForbidden));
  else if (status === 'partial') runner.warn('Not everything was delivered; the pull request says what is missing.');
  if (report.summary.isolation === 'none') runner.warn(isolationWarning('none'));
  if (status === 'cancelled') runner.warn('The run was stopped; what had landed is kept.');
  return exitCodeOf(report);
};
