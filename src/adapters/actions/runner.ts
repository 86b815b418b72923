import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { context } from '@actions/github';
import type { Runner } from '../../ports/runner.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The runner this process is a step of: everything it says comes by environment and files, as GitHub documents. */
export const openRunner = (env: Env): Runner => {
  const serverUrl = need(env, 'GITHUB_SERVER_URL');
  const repository = need(env, 'GITHUB_REPOSITORY');
  const apiUrl = need(env, 'GITHUB_API_URL');
  const id = need(env, 'GITHUB_RUN_ID');
  const attempt = env['GITHUB_RUN_ATTEMPT'] ?? '1';
  return {
    inputs: readInputs(env),
    event: { eventName: context.eventName, payload: context.payload },
    repository,
    serverUrl,
    apiUrl,
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] ?? `${apiUrl}/graphql`,
    workspace: need(env, 'GITHUB_WORKSPACE'),
    temp: need(env, 'RUNNER_TEMP'),
    runId: `${id}-${attempt}`,
    workflow: { id: Number(id), attempt: Number(attempt) },
    triggeringActor: env['GITHUB_TRIGGERING_ACTOR'] ?? '',
    runUrl: `${serverUrl}/${repository}/actions/runs/${id}`,
    hide: (secrets) => secrets.forEach((secret) => core.setSecret(secret)),
    say: (message) => literally(message),
    warn: (message) => core.warning(message),
    fail: ({ message, action }) => core.error(`${message}\n→ ${action}`),
    setOutputs: (outputs) => Object.entries(outputs).forEach(([name, value]) => core.setOutput(name, value)),
    writeSummary: async (markdown) => {
      await core.summary.addRaw(markdown).write({ overwrite: true });
    },
    saveState: (name, value) => core.saveState(name, value),
    readState: (name) => core.getState(name),
  };
};

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

/** Between the marks the runner reads no workflow commands, whatever the text holds. */
const literally = (message: string): void => {
  const mark = randomUUID();
  process.stdout.write(`::stop-commands::${mark}\n${message}\n::${mark}::\n`);
};

const need = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(
      `${name} is not set: expected to run as a step of GitHub Actions. On your own machine use dist/cli.js.`,
    );
  return value;
};
