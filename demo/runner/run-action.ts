import { mkdir, readFile, rm } from 'node:fs/promises';
import { inputVariables, readActionFile } from './action-file.js';
import type { ActionFile } from './action-file.js';
import { checkout } from './checkout.js';
import { parseFileCommands } from './file-commands.js';
import type { Leftover } from './leftovers.js';
import { findLeftovers } from './leftovers.js';
import type { Machine, StepFiles } from './machine.js';
import { makeMachine, makeStepFiles } from './machine.js';
import type { CancelWaits, Step, StepEnd } from './step.js';
import { killGroup, startStep } from './step.js';
import type { Job, ServerAddresses } from './variables.js';
import { findNode, machineVariables, projectFolder, runnerVariables, toolCacheFolder } from './variables.js';
import type { Annotation } from './workflow-commands.js';
import { parseWorkflowCommands } from './workflow-commands.js';

export interface RunActionOptions {
  readonly github: ServerAddresses;
  /** `owner/name` */
  readonly repo: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  /** As in a workflow's `with:`; defaults come from the action file. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** What `${{ github.token }}` is, and what the checkout used. */
  readonly token: string;
  /** As in a workflow's `env:`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting cancels the run as the platform does. */
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** For tests; default: the runner's own. */
  readonly cancelWaits?: CancelWaits;
  /** Checked out and named in GITHUB_REF. Default: the payload's default branch, else `main`. */
  readonly branch?: string;
  /** Default: the payload's sender, else `github-actions[bot]`. */
  readonly actor?: string;
  readonly runId?: number;
  readonly runAttempt?: number;
  /** Default: this project's `action.yml`. */
  readonly actionFile?: string;
  /** Stand-ins for the action's entry files. With `entry` and without `postEntry` no post step runs. */
  readonly entry?: string;
  readonly postEntry?: string;
}

export interface ActionRun {
  readonly exitCode: number | null;
  /** The signal that ended the main step, if one did. */
  readonly endedBy: string | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summaryMarkdown: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly durationMs: number;
  readonly maxRssKb?: number;
  /** Folder that was checked out, and RUNNER_TEMP; both gone after `dispose`. */
  readonly workspace: string;
  readonly temp: string;
  readonly sha: string;
  readonly post?: StepEnd;
  /** Processes of the run that outlived main and post; already killed. */
  readonly leftovers: readonly Leftover[];
  /** Deletes every file of the run. */
  dispose(): Promise<void>;
}

/** A run under way. */
export interface RunningAction {
  readonly pid: number;
  readonly ended: Promise<ActionRun>;
  /** One signal to the main step. */
  kill(signal: NodeJS.Signals): void;
  cancel(): void;
}

/** Runs the action as a runner would: workspace, event, variables, inputs, main, then post whatever main did. */
export const runAction = async (options: RunActionOptions): Promise<ActionRun> => (await startAction(options)).ended;

/** The same, given back as soon as the main step has started. */
export const startAction = async (options: RunActionOptions): Promise<RunningAction> => {
  const action = await readAction(options);
  const machine = await makeMachine(options.repo, options.event.payload);
  try {
    return await startMain(options, action, machine);
  } catch (error) {
    await rm(machine.root, { recursive: true, force: true });
    throw error;
  }
};

const startMain = async (options: RunActionOptions, action: ActionFile, machine: Machine): Promise<RunningAction> => {
  const job = await prepare(options, machine);
  const files = await makeStepFiles(machine, 'main');
  const step = startStep(stepOptions({ options, action, job, machine, files, entry: action.main }));
  options.signal?.addEventListener('abort', step.cancel);
  if (options.signal?.aborted === true) step.cancel();
  return {
    pid: step.pid,
    kill: step.kill,
    cancel: step.cancel,
    ended: finish({ options, action, job, machine, files, step }),
  };
};

interface Prepared {
  readonly options: RunActionOptions;
  readonly action: ActionFile;
  readonly job: Job;
  readonly machine: Machine;
  readonly files: StepFiles;
}

const readAction = async (options: RunActionOptions): Promise<ActionFile> => {
  const { entry, postEntry } = options;
  const read = async (): Promise<ActionFile> => readActionFile(options.actionFile ?? `${projectFolder}action.yml`);
  if (entry === undefined) return read();
  const defaults = options.actionFile === undefined ? new Map<string, string>() : (await read()).defaults;
  return { defaults, main: entry, ...(postEntry === undefined ? {} : { post: postEntry }) };
};

const prepare = async (options: RunActionOptions, machine: Machine): Promise<Job> => {
  const { github, repo, event, token } = options;
  const payload = event.payload as { repository?: { default_branch?: string }; sender?: { login?: string } } | null;
  const branch = options.branch ?? payload?.repository?.default_branch ?? 'main';
  await mkdir(toolCacheFolder(), { recursive: true });
  const env = machineVariables(machine);
  const sha = await checkout({ serverUrl: github.serverUrl, repo, branch, token, folder: machine.workspace, env });
  return {
    ...{ github, repo, event, branch, sha },
    runId: options.runId ?? 1_000_000 + Math.floor(Math.random() * 1_000_000),
    runAttempt: options.runAttempt ?? 1,
    actor: options.actor ?? payload?.sender?.login ?? 'github-actions[bot]',
  };
};

const stepOptions = ({ options, action, job, machine, files, entry }: Prepared & { readonly entry: string }) => ({
  node: findNode(),
  entry,
  cwd: machine.workspace,
  env: {
    ...runnerVariables(job, machine, files),
    ...options.env,
    ...inputVariables(action.defaults, options.inputs ?? {}, options.token),
  },
  ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  ...(options.cancelWaits === undefined ? {} : { cancelWaits: options.cancelWaits }),
});

const finish = async (run: Prepared & { readonly step: Step }): Promise<ActionRun> => {
  const end = await run.step.ended;
  run.options.signal?.removeEventListener('abort', run.step.cancel);
  const post = run.action.post === undefined ? undefined : await runPost(run, run.action.post);
  const leftovers = await sweep(run.machine, run.step.pid);
  return {
    ...{ exitCode: end.exitCode, endedBy: end.signal, stdout: end.stdout, stderr: end.stderr },
    outputs: parseFileCommands(await readFile(run.files.output, 'utf8')),
    summaryMarkdown: await readFile(run.files.summary, 'utf8'),
    ...parseWorkflowCommands(end.stdout),
    durationMs: end.durationMs,
    ...(end.maxRssKb === undefined ? {} : { maxRssKb: end.maxRssKb }),
    ...{ workspace: run.machine.workspace, temp: run.machine.temp, sha: run.job.sha },
    ...(post === undefined ? {} : { post }),
    leftovers,
    dispose: () => rm(run.machine.root, { recursive: true, force: true }),
  };
};

/** Post has main's variables and, as `STATE_*`, what main saved. */
const runPost = async (run: Prepared, entry: string): Promise<StepEnd> => {
  const saved = parseFileCommands(await readFile(run.files.state, 'utf8'));
  const files = await makeStepFiles(run.machine, 'post');
  const start = stepOptions({ ...run, files, entry });
  const state = Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value]));
  return startStep({ ...start, env: { ...start.env, ...state } }).ended;
};

/** As the runner ends orphans at the end of a job. */
const sweep = async (machine: Machine, pid: number): Promise<readonly Leftover[]> => {
  const leftovers = await findLeftovers(machine.root);
  killGroup(pid);
  for (const each of leftovers) killOne(each.pid);
  return leftovers;
};

const killOne = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
};
