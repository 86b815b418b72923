import { appendFileSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Runner } from '../../ports/runner.js';
import { fileCommand, literally, workflowCommand } from './workflow-commands.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The runner this process is a step of: everything it says comes by environment and files, as GitHub documents. */
export const openRunner = (env: Env): Runner => {
  const serverUrl = need(env, 'GITHUB_SERVER_URL');
  const repository = need(env, 'GITHUB_REPOSITORY');
  const apiUrl = need(env, 'GITHUB_API_URL');
  const id = need(env, 'GITHUB_RUN_ID');
  const keep = (file: string, name: string, value: string): void =>
    appendFileSync(need(env, file), fileCommand(name, value));
  return {
    inputs: readInputs(env),
    event: { eventName: env['GITHUB_EVENT_NAME'] ?? '', payload: readPayload(env['GITHUB_EVENT_PATH']) },
    repository,
    serverUrl,
    apiUrl,
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] ?? `${apiUrl}/graphql`,
    workspace: need(env, 'GITHUB_WORKSPACE'),
    temp: need(env, 'RUNNER_TEMP'),
    runId: `${id}-${env['GITHUB_RUN_ATTEMPT'] ?? '1'}`,
    runUrl: `${serverUrl}/${repository}/actions/runs/${id}`,
    hide: (secrets) => secrets.forEach((secret) => write(workflowCommand('add-mask', secret))),
    say: (message) => write(literally(message)),
    warn: (message) => write(workflowCommand('warning', message)),
    fail: ({ message, action }) => write(workflowCommand('error', `${message}\n→ ${action}`)),
    setOutputs: (outputs) => Object.entries(outputs).forEach(([name, value]) => keep('GITHUB_OUTPUT', name, value)),
    writeSummary: (markdown) => writeFile(need(env, 'GITHUB_STEP_SUMMARY'), markdown),
    saveState: (name, value) => keep('GITHUB_STATE', name, value),
    readState: (name) => env[`STATE_${name}`] ?? '',
  };
};

const write = (text: string): void => void process.stdout.write(text);

/** The event as JSON; undefined where there is no file, which is then an event that cannot be read. */
const readPayload = (path: string | undefined): unknown =>
  path === undefined || path === '' ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as unknown);

const inputPrefix = 'INPUT_';

/**
 * Every input that was given, by its name as people write it. Unknown ones too: a workflow's misspelt input reaches us
 * all the same (the runner only warns), and is then named with the settings' other faults.
 */
const readInputs = (env: Env): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env)
      .filter(([name]) => name.startsWith(inputPrefix))
      .map(([name, value]) => [name.slice(inputPrefix.length).toLowerCase(), value?.trim() ?? ''] as const)
      .filter(([, value]) => value !== ''),
  );

const need = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(
      `${name} is not set: expected to run as a step of GitHub Actions. On your own machine use dist/cli.js.`,
    );
  return value;
};
