import type { Failure } from '../core/failure.js';
import { exitCodeOf, outputsOf } from '../core/report/outputs.js';
import { renderJobSummary } from '../core/render/job-summary.js';
import { renderBusy, renderNote, renderRefusal } from '../core/render/replies.js';
import { noPullRequest } from '../core/render/sections.js';
import { isolationWarning } from '../core/isolation.js';
import type { IssueCopy } from '../core/request/payload.js';
import type { Request } from '../core/request/request.js';
import { failed, success } from '../core/result.js';
import { redactor } from '../core/text/redact.js';
import type { Run } from '../core/run/run.js';
import { settingsFailure, settingsFile } from '../core/settings/fault.js';
import { parseSettings, type Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import type { Runner } from '../ports/runner.js';
import type { Sink } from '../ports/sink.js';
import { cleanUp } from './clean-up/clean-up.js';
import { summaryPath } from './deliver.js';
import { eventsFile } from './log-files.js';
import { states, type HeldIssue } from './finish-action.js';
import { handleEvent, type Handled } from './handle-event.js';
import { markEnded, markStarted } from './labels.js';
import { internalError } from './internal-error.js';
import { quietly } from './quietly.js';
import { holdIssue, type Busy } from './lock/hold-issue.js';
import { onGround, unanswered, type Access, type Grounded } from './on-ground.js';
import {
  orderApproval,
  orderBegun,
  orderRequest,
  orderResume,
  type Decide,
  type Order,
  type Ordering,
} from './orders.js';
import { findBegun } from './resume/find-begun.js';
import type { Told } from './tell-result.js';
import type { OpenLedger, Undertake } from './undertaking.js';

/** What the action is handed. */
export interface ActionParts {
  readonly runner: Runner;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed `.github/aider-orchestrator.yml` of the default branch; undefined where there is none. */
  readonly readSettingsFile: () => Promise<unknown>;
  readonly openGitHub: (settings: Settings) => GitHub;
  readonly display: Sink;
  readonly undertake: Undertake;
  readonly openLedger: OpenLedger;
  readonly now: () => number;
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
  const access = { settings, github: parts.openGitHub(settings) };
  const rerunBy = runner.workflow.attempt > 1 ? { rerunBy: runner.triggeringActor } : {};
  return follow(parts, access, await handleEvent(runner.event, { ...access, warn: runner.warn, ...rerunBy }));
};

const follow = async (parts: ActionParts, access: Access, handled: Handled): Promise<number> => {
  const { runner } = parts;
  const ordering = orderingOf(runner, access);
  switch (handled.kind) {
    case 'run': {
      const { request } = handled;
      return carryOut(parts, { ...access, ...asked(request), decide: orderRequest(ordering, request) });
    }
    case 'approval':
      return carryOut(parts, { ...access, ...askedOn(handled.issue), decide: orderApproval(ordering, handled) });
    case 'resume':
      return carryOut(parts, { ...access, ...askedOn(handled.issue), decide: orderResume(ordering, handled) });
    case 'rerun':
      return runScheduleAgain(parts, access);
    case 'nothing':
      runner.say(handled.message);
      runner.setOutputs({ status: 'skipped' });
      return 0;
  }
};

const orderingOf = ({ workflow }: Runner, { settings, github }: Access): Ordering => ({
  github,
  workflow,
  commandPrefix: settings.commandPrefix,
  redact: redactor(secretsOf(settings)),
});

const asked = ({ number, source }: Request): Pick<Admitted, 'issue' | 'isAnswered'> => ({
  ...(number === undefined ? {} : { issue: number }),
  isAnswered: source !== 'schedule',
});

const askedOn = ({ number }: IssueCopy): Pick<Admitted, 'issue' | 'isAnswered'> => ({
  issue: number,
  isAnswered: true,
});

/** What the schedule had begun goes on; where nothing is left of that, it takes an issue as ever. */
const runScheduleAgain = async (parts: ActionParts, access: Access): Promise<number> => {
  const { runner } = parts;
  const look = ({ ledger }: Grounded) => findBegun(ledger.archive, runner.workflow);
  const begun = await onGround(parts, access, look).catch((error: unknown) => failed(unanswered(error)));
  if (!begun.ok) return stopWith(runner, begun.failure);
  if (begun.value === undefined)
    return follow(parts, access, await handleEvent(runner.event, { ...access, warn: runner.warn }));
  const { request } = begun.value.run;
  return carryOut(parts, { ...access, ...asked(request), decide: orderBegun(orderingOf(runner, access)) });
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

interface Admitted extends Access {
  readonly issue?: number;
  /** Whether somebody waits for a word on the issue: of a schedule only log and summary tell. */
  readonly isAnswered: boolean;
  readonly decide: Decide;
}

type Ready = Admitted & Grounded;

const carryOut = async (parts: ActionParts, admitted: Admitted): Promise<number> => {
  const opened = await onGround(parts, admitted, (grounded) => carryOutAlone(parts, { ...admitted, ...grounded }));
  return opened.ok ? opened.value : giveUp(parts, admitted, opened.failure);
};

/** Of several runs on an issue one works, the others say so. */
const carryOutAlone = async (parts: ActionParts, ready: Ready): Promise<number> => {
  const { runner, now } = parts;
  const { github, ledger, settings, issue } = ready;
  if (issue === undefined) return obey(parts, ready);
  const me = { runId: runner.runId, workflow: runner.workflow, until: now() + settings.runTimeoutMs + afterwardsMs };
  const onHeld = (version: string) =>
    runner.saveState(states.lock, JSON.stringify({ issue, version } satisfies HeldIssue));
  const holding = { locks: ledger.locks, github, now, warn: runner.warn, onHeld };
  const held = await holdIssue(holding, { issue, me }, () => obey(parts, ready));
  if (!held.ok) return giveUp(parts, ready, held.failure);
  return typeof held.value === 'number' ? held.value : tellBusy(parts, ready, held.value);
};

/** A run may be asked after as long as it takes, and some time to report. */
const afterwardsMs = 60 * 60_000;

const obey = async (parts: ActionParts, ready: Ready): Promise<number> => {
  const order = await ready.decide(ready.ledger).catch((error: unknown) => failed(unanswered(error)));
  if (!order.ok) return refuse(parts, ready, order.failure);
  await tellNotes(parts, ready, order.value);
  return work(parts, { ...ready, ...order.value });
};

const tellNotes = async ({ runner }: ActionParts, { github, issue, isAnswered }: Ready, order: Order) => {
  const { notes = [], resume } = order;
  if (resume !== undefined) runner.say(`Going on with run ${resume.run.runId}.`);
  if (issue === undefined || !isAnswered || notes.length === 0) return;
  await quietly(runner.warn, 'The answer', () => github.createComment(issue, renderNote(notes.join(' '))));
};

/** Nothing was begun, so nothing failed. */
const refuse = async ({ runner }: ActionParts, { github, issue }: Ready, failure: Failure): Promise<number> => {
  const text = renderRefusal(failure);
  if (issue !== undefined) await quietly(runner.warn, 'The refusal', () => github.createComment(issue, text));
  runner.say(`Refused: ${failure.message} (${failure.reason})`);
  runner.setOutputs({ status: 'skipped' });
  return 0;
};

type Work = Ready & Order;

/** A run that goes on keeps its name. */
const runIdOf = ({ runId }: Runner, { resume }: Order): string => resume?.run.runId ?? runId;

const work = async (parts: ActionParts, ready: Work): Promise<number> => {
  const { runner } = parts;
  const { github, settings, issue } = ready;
  if (issue !== undefined)
    await quietly(runner.warn, 'Taking the label off', () => markStarted(github, issue, settings.triggerLabel));
  runner.saveState(states.prefix, settings.commandPrefix);
  runner.saveState(states.journal, journalPath(runner, runIdOf(runner, ready)));
  const { leftovers } = ready.ledger;
  const cleaned = quietly(runner.warn, 'Deleting what earlier runs left', () =>
    cleanUp({ leftovers, github, now: parts.now, runId: runIdOf(runner, ready) }),
  );
  const told = await undertakeOnGitHub(parts, ready).catch((error: unknown) => failed(internalError(error)));
  await cleaned;
  const exitCode = told.ok ? await announce(parts, ready, told.value) : await giveUp(parts, ready, told.failure);
  runner.saveState(states.finished, 'true');
  return exitCode;
};

const tellBusy = async ({ runner }: ActionParts, { github, issue = 0, isAnswered }: Ready, { holder }: Busy) => {
  const text = renderBusy({ ...holder, issue, page: workflowPage(runner, holder) });
  if (isAnswered) await quietly(runner.warn, 'Saying that the issue is taken', () => github.createComment(issue, text));
  await quietly(runner.warn, 'Writing the job summary', () => runner.writeSummary(`${text}\n`));
  runner.say(text);
  runner.setOutputs({ status: 'skipped' });
  return 0;
};

const workflowPage = ({ serverUrl, repository }: Runner, { workflow }: Busy['holder']): string | undefined =>
  workflow && `${serverUrl}/${repository}/actions/runs/${workflow.id}`;

/** For a run that could not be opened at all: there is no tracking comment to say it. */
const giveUp = async ({ runner }: ActionParts, { github, issue }: Admitted, failure: Failure): Promise<number> => {
  if (issue !== undefined) {
    await quietly(runner.warn, 'Telling the failure', () => github.createComment(issue, renderRefusal(failure)));
    await quietly(runner.warn, 'Setting the label', () => markEnded(github, issue, 'failed'));
  }
  return stopWith(runner, failure);
};

const journalPath = ({ workspace }: Runner, runId: string): string => `${workspace}/.aider_logs/${eventsFile(runId)}`;

const undertakeOnGitHub = (
  parts: ActionParts,
  { settings, github, request, resume, notes, ground }: Work,
): ReturnType<Undertake> => {
  const { runner, stop, display } = parts;
  return parts.undertake({
    settings,
    request,
    ...ground,
    baseBranch: resume?.run.base.branch ?? ground.baseBranch,
    runId: resume?.run.runId ?? runner.runId,
    ...(resume && { resume }),
    ...(notes && { notes }),
    logsFolder: `${runner.workspace}/.aider_logs`,
    temp: runner.temp,
    sinks: [display],
    facts: (run) => ({
      links: { run: runner.runUrl, ...prdLink(github, run) },
      checksWait: ground.identity.login === 'github-actions[bot]',
      commandPrefix: settings.commandPrefix,
    }),
    github,
    warn: runner.warn,
    stop,
  });
};

/** The PRD can be followed once it is on its branch. */
const prdLink = (github: GitHub, { branch, prd }: Run): { readonly prd?: string } =>
  branch === undefined || prd === undefined ? {} : { prd: github.fileUrl(branch.name, prd.path) };

const announce = async (parts: ActionParts, { github, issue }: Admitted, told: Told): Promise<number> => {
  const { runner } = parts;
  const { report } = told;
  const { status } = report.summary;
  const failure = report.run.end?.failure;
  runner.setOutputs(outputsOf(report, { summaryPath: summaryPath(report.summary.runId), reportPath: told.reportFile }));
  await quietly(runner.warn, 'Writing the job summary', () => runner.writeSummary(renderJobSummary(report)));
  if (issue !== undefined) await quietly(runner.warn, 'Setting the label', () => markEnded(github, issue, status));
  if (status === 'failed' && failure !== undefined) runner.fail(failure);
  if (report.run.pullRequestForbidden !== undefined) runner.fail(noPullRequest(report.run.pullRequestForbidden));
  else if (status === 'partial') runner.warn('Not everything was delivered; the pull request says what is missing.');
  if (report.summary.isolation === 'none') runner.warn(isolationWarning('none'));
  if (status === 'cancelled') runner.warn('The run was stopped; what had landed is kept.');
  return exitCodeOf(report);
};
