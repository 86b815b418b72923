import { exitCodeOf } from '../core/report/outputs.js';
import { renderPrd } from '../core/render/prd.js';
import type { Failure } from '../core/failure.js';
import type { Request } from '../core/request/request.js';
import { makePlainSafe, makeSafe } from '../core/text/incoming.js';
import type { Given } from '../core/run/event.js';
import { failed, success, type Result } from '../core/result.js';
import type { Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import type { Sink } from '../ports/sink.js';
import type { Told } from './tell-result.js';
import type { Source, ToResume, Undertake } from './undertaking.js';

/** The repository a command works on. */
export interface Workplace {
  readonly source: Source;
  readonly baseBranch: string;
  readonly identity: { readonly name: string; readonly email: string };
  /** Who asks. */
  readonly actor: string;
  readonly logsFolder: string;
  readonly temp: string;
  /** With `--github`. */
  readonly github?: GitHub;
}

export interface CommandParts {
  readonly settings: Settings;
  readonly workplace: Workplace;
  readonly issue?: number;
  readonly given?: Given;
  /** The run that goes on; its own request is carried out. */
  readonly resume?: ToResume;
  readonly runId: string;
  readonly json: boolean;
  readonly display: Sink;
  readonly undertake: Undertake;
  readonly stop: AbortController;
  readonly out: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * `run` and, with `dry-run`, `plan`: carries a change out and says where the result is. Resolves with the exit code; 2
 * where it is not clear what was asked. With `json` nothing but JSON goes to `out`.
 */
export const runCommand = async (parts: CommandParts): Promise<number> => {
  const request = parts.resume === undefined ? await readRequest(parts) : success(parts.resume.run.request);
  if (!request.ok) return refuse(parts, request.failure, 2);
  const { settings, workplace, runId, display, stop, warn, given, resume } = parts;
  const { source, baseBranch, identity, logsFolder, temp, github } = workplace;
  const told = await parts.undertake({
    settings,
    request: request.value,
    source,
    baseBranch: resume?.run.base.branch ?? baseBranch,
    identity,
    runId,
    logsFolder,
    temp,
    sinks: [display],
    facts: () => ({ commandPrefix: settings.commandPrefix }),
    ...(github === undefined ? {} : { github }),
    ...(given === undefined ? {} : { given }),
    ...(resume === undefined ? {} : { resume }),
    warn,
    stop,
  });
  if (!told.ok) return refuse(parts, told.failure, 1);
  const { report } = told.value;
  const failure = report.run.end?.failure;
  if (settings.dryRun && failure !== undefined) return refuse(parts, failure, exitCodeOf(report));
  parts.out(settings.dryRun ? renderPlanned(told.value, parts.json) : renderDone(told.value, parts.json));
  return exitCodeOf(report);
};

const readRequest = async ({ settings, workplace, issue }: CommandParts): Promise<Result<Request, Failure>> => {
  const { actor, github } = workplace;
  if (issue !== undefined && github !== undefined) {
    const found = await github.readIssue(issue);
    if (found === undefined)
      return failed({
        reason: 'issue-not-found',
        who: 'user',
        message: `--issue: there is no issue #${issue} in this repository.`,
        action: 'Give the number of an issue that exists.',
      });
    return success({
      source: 'cli',
      actor,
      number: issue,
      title: makeSafe(found.title, 300),
      body: makeSafe(found.body),
    });
  }
  if (settings.change === undefined)
    return failed({
      reason: 'nothing-asked',
      who: 'user',
      message: 'There is no request: expected --change "what to do", or --github --issue <number>.',
      action: 'For example: aider-orchestrator run --model openai/gpt-4.1 --change "add a health endpoint with tests"',
    });
  const body = makePlainSafe(settings.change);
  return success({ source: 'cli', actor, title: makePlainSafe(body.split('\n', 1)[0] ?? '', 120), body });
};

const refuse = ({ warn }: CommandParts, failure: Failure, exitCode: number): number => {
  warn(renderFailure(failure));
  return exitCode;
};

const renderPlanned = ({ report }: Told, json: boolean): string => {
  const { prd, plan } = report.run;
  if (prd === undefined || plan === undefined) return json ? '' : 'Nothing was planned.\n';
  if (json) return `${JSON.stringify(plan.plan, null, 2)}\n`;
  const tasks = plan.plan.tasks.map(({ id, title, dependsOn, writes }) => {
    const after = dependsOn.length === 0 ? '' : `, after ${dependsOn.join(', ')}`;
    return `- ${id}: ${title} (writes ${writes.join(', ')}${after})`;
  });
  const notes = plan.notes.map((note) => `- ${note}`);
  const blocks = [renderPrd(prd.prd), `# Plan ${plan.hash.slice(0, 8)}\n\n${tasks.join('\n')}`, notes.join('\n')];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

/** A finished run for a person, or as JSON: where to find what came of it; why something failed the display has told already. */
export const renderDone = ({ report, reportFile, summaryFile }: Told, json: boolean): string => {
  const { summary } = report;
  if (json) return `${JSON.stringify(summary, null, 2)}\n`;
  const landed = summary.tasks.filter((task) => task.status === 'landed').length;
  const tasks = summary.tasks.length === 0 ? '' : `: ${landed} of ${summary.tasks.length} tasks landed`;
  const lines = [
    `${summary.status}${tasks}`,
    ...(summary.branch === null ? [] : [`branch   ${summary.branch}`]),
    ...(summary.pullRequest === null ? [] : [`PR       ${summary.pullRequest.url}`]),
    `report   ${reportFile}`,
    `summary  ${summaryFile}`,
  ];
  return `${lines.join('\n')}\n`;
};

const renderFailure = ({ message, action }: Failure): string => `${message}\n→ ${action}`;
