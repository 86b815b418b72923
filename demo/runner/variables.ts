import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine, StepFiles } from './machine.js';

/** The addresses of a GitHub server. */
export interface ServerAddresses {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

export interface Job {
  readonly github: ServerAddresses;
  readonly repo: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  readonly branch: string;
  readonly sha: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly actor: string;
}

/** This project's own folder. */
export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Where tools such as Aider are kept between runs: `RUNNER_TOOL_CACHE`, else `.cache/tools` of this project. */
export const toolCacheFolder = (): string => process.env['RUNNER_TOOL_CACHE'] ?? `${projectFolder}.cache/tools`;

/** Node 24: the running one, else the pinned package of this platform. */
export const findNode = (): string => {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const pinned = `node-${process.platform}-${process.arch}/package.json`;
  return `${dirname(createRequire(import.meta.url).resolve(pinned))}/bin/node`;
};

/** The variables a step of a job has, inputs aside; names and forms as in GitHub's documentation of variables. */
export const runnerVariables = (job: Job, machine: Machine, files: StepFiles): Readonly<Record<string, string>> => ({
  ...machineVariables(machine),
  ...fileVariables(files),
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTION: '__self',
  GITHUB_ACTOR: job.actor,
  GITHUB_TRIGGERING_ACTOR: job.actor,
  GITHUB_API_URL: job.github.apiUrl,
  GITHUB_SERVER_URL: job.github.serverUrl,
  GITHUB_GRAPHQL_URL: job.github.graphqlUrl,
  GITHUB_EVENT_NAME: job.event.name,
  GITHUB_EVENT_PATH: machine.eventPath,
  GITHUB_JOB: 'orchestrate',
  GITHUB_WORKFLOW: 'aider-orchestrator',
  GITHUB_WORKFLOW_REF: `${job.repo}/.github/workflows/aider-orchestrator.yml@refs/heads/${job.branch}`,
  GITHUB_REF: `refs/heads/${job.branch}`,
  GITHUB_REF_NAME: job.branch,
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REPOSITORY: job.repo,
  GITHUB_REPOSITORY_OWNER: job.repo.split('/')[0] ?? '',
  GITHUB_RUN_ATTEMPT: String(job.runAttempt),
  GITHUB_RUN_ID: String(job.runId),
  GITHUB_RUN_NUMBER: '1',
  GITHUB_SHA: job.sha,
  GITHUB_WORKSPACE: machine.workspace,
});

/** What every process of the machine has: PATH with the pinned Node first, and a HOME of its own. */
export const machineVariables = (machine: Machine): Readonly<Record<string, string>> => ({
  PATH: `${dirname(findNode())}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
  HOME: machine.home,
  LANG: 'C.UTF-8',
  RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
  RUNNER_ENVIRONMENT: 'self-hosted',
  RUNNER_NAME: 'demo',
  RUNNER_OS: process.platform === 'darwin' ? 'macOS' : 'Linux',
  RUNNER_TEMP: machine.temp,
  RUNNER_TOOL_CACHE: toolCacheFolder(),
  RUNNER_WORKSPACE: dirname(machine.workspace),
});

const fileVariables = (files: StepFiles): Readonly<Record<string, string>> => ({
  GITHUB_ENV: files.env,
  GITHUB_OUTPUT: files.output,
  GITHUB_PATH: files.path,
  GITHUB_STATE: files.state,
  GITHUB_STEP_SUMMARY: files.summary,
});
