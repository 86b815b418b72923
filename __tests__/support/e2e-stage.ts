import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EmbeddedGitHub } from '../../demo/github/index.js';
import { startEmbeddedGitHub } from '../../demo/github/index.js';
import type { Script, ScriptedModel } from '../../demo/model/index.js';
import { startScriptedModel } from '../../demo/model/index.js';
import type { RunActionOptions, RunningAction } from '../../demo/runner/index.js';
import { projectFolder, startAction } from '../../demo/runner/index.js';
import { readSample } from '../demo/scenarios/final-tree.js';

/** What is set before a story begins. */
export interface StageOptions {
  /** A function where the model is to know the secrets, as a provider does that shows a key in its refusal. */
  readonly script: Script | ((secrets: Secrets) => Script);
  /** Put into the sample repository, over its own files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Added to the environment of the step. */
  readonly env?: Readonly<Record<string, string>>;
  /** Delay of every answer, ms. */
  readonly latencyMs?: number;
}

export type Event = RunActionOptions['event'];
export type Inputs = Readonly<Record<string, string>>;

/**
 * Values nobody may ever see again: each is unique, so that one found anywhere was leaked. Beside the keys in use those
 * of every other provider, and variables of a runner and of a job that are no business of ours.
 */
export interface Secrets {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly openAiKey: string;
  readonly geminiKey: string;
  readonly token: string;
}

/** What is unusual about a job. */
export interface JobFacts {
  /** The job of this workflow run is run again, on a new machine. */
  readonly again?: { readonly runId: number; readonly attempt: number };
  /** Its machine is gone with the main step: no post step runs. */
  readonly isLost?: true;
}

/** An embedded GitHub with the sample repository, a scripted model, and the action ready to be run on them. */
export interface Stage {
  readonly github: EmbeddedGitHub;
  readonly model: ScriptedModel;
  readonly repo: string;
  readonly secrets: Secrets;
  /** Opened by mona, who may write; otto, who may only read, is the other person. */
  openIssue(title?: string, body?: string): number;
  labelled(issue: number, by?: string): Event;
  commented(issue: number, body: string, by?: string): Event;
  dispatched(inputs: Inputs, by?: string): Event;
  scheduled(): Event;
  /** Starts the action; `inputs` go over the usual ones, '' takes one away. */
  start(event: Event, inputs?: Inputs, job?: JobFacts): Promise<RunningAction>;
  /** What the action printed so far, for a failing test. */
  transcript(): string;
  close(): Promise<void>;
}

const repo = 'acme/users-service';

/** Of the models two providers are used, so that both keys and both protocols are under test. */
const usualInputs = {
  model: 'openai/gpt-4.1',
  'prd-model': 'gemini/gemini-2.5-pro',
  'max-agents': '4',
  validation: 'lint: npm run lint',
  // Every story can be told with both: E2E_AGENT_START=plain.
  'agent-start': process.env['E2E_AGENT_START'] ?? 'warm',
};

/** A fresh build may be tried before it is committed: E2E_DIST is its folder. */
const entries = (): Pick<RunActionOptions, 'actionFile' | 'entry' | 'postEntry'> => {
  const dist = process.env['E2E_DIST'];
  if (dist === undefined) return {};
  return {
    actionFile: join(projectFolder, 'action.yml'),
    entry: join(dist, 'index.js'),
    postEntry: join(dist, 'post.js'),
  };
};

const mainOnly = (): Pick<RunActionOptions, 'actionFile' | 'entry'> => ({
  actionFile: join(projectFolder, 'action.yml'),
  entry: join(process.env['E2E_DIST'] ?? join(projectFolder, 'dist'), 'index.js'),
});

/** With characters that look otherwise in an address or in JSON. */
const marked = (name: string): string => `${name}-marked-${randomBytes(16).toString('hex')}+/"=`;

const named = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, marked(name.toLowerCase())]));

const otherKeys = ['anthropic', 'openrouter', 'deepseek', 'groq', 'xai'].map((name) => `${name}-api-key`);

const otherVariables = [
  ...['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_RESULTS_TOKEN'],
  ...['AWS_SECRET_ACCESS_KEY', 'NPM_TOKEN', 'DEPLOY_PASSWORD', 'GITHUB_PAT_TOKEN'],
];

const makeSecrets = (github: EmbeddedGitHub): Secrets => ({
  inputs: named(otherKeys),
  env: named(otherVariables),
  openAiKey: `sk-marked-${randomBytes(16).toString('hex')}`,
  geminiKey: `marked-gemini-${randomBytes(16).toString('hex')}`,
  token: github.createToken({
    actor: 'github-actions[bot]',
    kind: 'actions',
    permissions: { contents: 'write', issues: 'write', 'pull-requests': 'write', actions: 'read', metadata: 'read' },
    repositories: [repo],
  }),
});

const makeRepository = async (github: EmbeddedGitHub, files: StageOptions['files']): Promise<void> => {
  github.createUser('mona');
  github.createUser('otto');
  const all = { ...Object.fromEntries(await readSample()), ...files };
  await github.createRepository({ owner: 'acme', name: 'users-service', files: all });
  github.setPermission(repo, 'mona', 'write');
  github.setPermission(repo, 'otto', 'read');
};

/** Opens the stage. `close()` ends both servers. */
export const openStage = async (options: StageOptions): Promise<Stage> => {
  const github = await startEmbeddedGitHub();
  const secrets = makeSecrets(github);
  const script = typeof options.script === 'function' ? options.script(secrets) : options.script;
  const [model] = await Promise.all([
    startScriptedModel({ script, latencyMs: options.latencyMs ?? 0 }),
    makeRepository(github, options.files),
  ]);
  const printed: string[] = [];
  return {
    ...{ github, model, repo, secrets },
    ...eventsOf(github),
    start: (event, inputs = {}, { again, isLost } = {}) =>
      startOnGitHub(github, {
        ...(isLost ? mainOnly() : entries()),
        ...(again && { runId: again.runId, runAttempt: again.attempt }),
        ...{ github, repo, event, token: secrets.token },
        inputs: {
          ...usualInputs,
          'api-base': model.openAiBase,
          'openai-api-key': secrets.openAiKey,
          'gemini-api-key': secrets.geminiKey,
          ...secrets.inputs,
          ...inputs,
        },
        env: { GEMINI_API_BASE: model.geminiBase, ...secrets.env, ...options.env },
        onLine: (line, stream) => void printed.push(`${stream === 'stderr' ? '!' : '|'} ${line}`),
      }),
    transcript: () => printed.join('\n'),
    close: async () => {
      await Promise.all([model.close(), github.close()]);
    },
  };
};

/** The run is in GitHub's list as long as it goes on, and over afterwards. */
const startOnGitHub = async (github: EmbeddedGitHub, options: RunActionOptions): Promise<RunningAction> => {
  const runId = options.runId ?? github.addWorkflowRun(repo, { actor: 'mona' });
  github.setWorkflowRun(repo, runId, { status: 'in_progress', conclusion: null });
  const running = await startAction({ ...options, runId });
  const ended = running.ended.then((run) => {
    github.setWorkflowRun(repo, runId, { status: 'completed', conclusion: run.exitCode === 0 ? 'success' : 'failure' });
    return run;
  });
  return { ...running, ended };
};

const eventsOf = (
  github: EmbeddedGitHub,
): Pick<Stage, 'openIssue' | 'labelled' | 'commented' | 'dispatched' | 'scheduled'> => ({
  openIssue: (title = 'Greet people', body = 'Please add a greeting to the service.') =>
    github.openIssue(repo, { title, body, author: 'mona' }),
  labelled: (issue, by = 'mona') => ({ name: 'issues', payload: github.label(repo, issue, 'aider', by) }),
  commented: (issue, body, by = 'mona') => ({
    name: 'issue_comment',
    payload: github.comment(repo, issue, by, body),
  }),
  dispatched: (inputs, by = 'mona') => ({
    name: 'workflow_dispatch',
    payload: github.dispatchPayload(repo, by, inputs),
  }),
  scheduled: () => ({ name: 'schedule', payload: github.schedulePayload(repo, '0 3 * * *') }),
});
