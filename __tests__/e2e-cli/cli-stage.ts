import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ScriptedModel } from '../../demo/model/index.js';
import { startScriptedModel } from '../../demo/model/index.js';
import { projectFolder, toolCacheFolder } from '../../demo/runner/index.js';
import { readSample, writeTree } from '../demo/scenarios/final-tree.js';
import { greeting } from '../support/e2e-plans.js';
import { commitAll, makeTemp, runGit, writeFiles } from '../support/git-repo.js';

/** Starting real agents takes seconds of CPU, on a machine that may do other things too. */
export const commandTimeoutMs = 180_000;

/** Found anywhere a person may look, it was leaked. */
export const modelKey = 'sk-marked-0123456789abcdefghijklmnop';

export const models = ['--model', 'openai/gpt-4.1', '--prd-model', 'openai/gpt-4.1'] as const;

/** The folder of the bundle: `dist/`, or a fresh build that E2E_DIST names. */
export const bundle = process.env['E2E_DIST'] ?? join(projectFolder, 'dist');

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's machine: an empty home but for a git identity, the sample repository, and a provider of models. */
export interface CliStage {
  readonly model: ScriptedModel;
  readonly root: string;
  /** The sample repository on `main`. */
  readonly repository: string;
  /** Runs a command to its end; the environment is closed, `env` is added. */
  cli(args: readonly string[], more?: { cwd?: string; env?: Readonly<Record<string, string>> }): Promise<Ended>;
  git(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export const openCliStage = async (): Promise<CliStage> => {
  const root = await makeTemp();
  const [repository, home, temp] = ['repository', 'home', 'tmp'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const [model] = await Promise.all([startScriptedModel({ script: greeting, latencyMs: 0 }), mkdir(temp)]);
  await writeFiles(home, { '.gitconfig': '[user]\n\tname = Mona\n\temail = mona@example.test\n' });
  await writeTree(repository, await readSample());
  await runGit(repository, 'init', '-q', '-b', 'main');
  await commitAll(repository, 'first');
  const machine = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: temp,
    GIT_CONFIG_NOSYSTEM: '1',
    RUNNER_TOOL_CACHE: toolCacheFolder(),
    OPENAI_API_BASE: model.openAiBase,
    OPENAI_API_KEY: modelKey,
  };
  return {
    ...{ model, root, repository },
    cli: async (args, { cwd = repository, env = {} } = {}) => {
      const options = { cwd, env: { ...machine, ...env }, extendEnv: false, reject: false, stdin: 'ignore' } as const;
      const { exitCode, stdout, stderr } = await execa(process.execPath, [join(bundle, 'cli.js'), ...args], options);
      return { exitCode, stdout, stderr };
    },
    git: (...args) => runGit(repository, ...args),
    close: async () => {
      await model.close();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
};
