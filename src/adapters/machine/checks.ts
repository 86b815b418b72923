import type { Check, Finding } from '../../core/doctor.js';
import type { Failure } from '../../core/failure.js';
import { renderFault } from '../../core/settings/fault.js';
import { parseSettings, type SettingsSources } from '../../core/settings/settings.js';
import type { Clock } from '../../ports/clock.js';
import { findPython } from '../aider/find-python.js';
import type { ProvisionOptions } from '../aider/installation.js';
import { findInstalled, provisionAider } from '../aider/provision.js';
import { toolEnv } from '../aider/tool-env.js';
import { tryGit } from '../git/git.js';
import { ensureBubblewrap, findExecutable } from '../processes/bubblewrap.js';

export interface CheckOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly toolCache: string;
  readonly settings: Omit<SettingsSources, 'needs'>;
  readonly aiderVersion: string;
  /** Install what can be installed. */
  readonly fix: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The checks of this machine: what runs, and what a run would miss. */
export const machineChecks = (options: CheckOptions): Readonly<Record<string, Check>> => ({
  node: () => Promise.resolve([checkNode(process.versions.node)]),
  git: async () => [await checkGit(options.folder)],
  repository: async () => [await checkRepository(options.folder)],
  python: async () => [await checkPython(options)],
  aider: async () => [await checkAider(options)],
  isolation: async () => [await checkIsolation(options)],
  settings: () => Promise.resolve(checkSettings(options)),
});

const ok = (name: string, found: string): Finding => ({ name, state: 'ok', found, fix: '' });

const wrong = (name: string, found: string, fix: string): Finding => ({ name, state: 'wrong', found, fix });

const fromFailure = (name: string, { message, action }: Failure): Finding => wrong(name, message, action);

const checkNode = (version: string): Finding =>
  Number(version.split('.')[0]) >= 24
    ? ok('node', `Node ${version}`)
    : wrong('node', `Node ${version}`, 'Install Node 24 or newer.');

const checkGit = async (folder: string): Promise<Finding> => {
  const said = await tryGit(['version'], { folder }).catch(() => undefined);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said?.stdout ?? '') ?? [];
  if (major === undefined || minor === undefined)
    return wrong('git', 'git could not be started', 'Install git 2.38 or newer.');
  const isNew = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38);
  return isNew
    ? ok('git', `git ${major}.${minor}`)
    : wrong('git', `git ${major}.${minor}`, 'Install git 2.38 or newer.');
};

const checkRepository = async (folder: string): Promise<Finding> => {
  const said = await tryGit(['rev-parse', '--verify', '--quiet', 'HEAD'], { folder }).catch(() => undefined);
  return said?.exitCode === 0
    ? ok('repository', `a commit to start from in ${folder}`)
    : wrong('repository', `no commit in ${folder}`, 'Go into a git repository that has at least one commit.');
};

const checkPython = async ({ env, signal }: CheckOptions): Promise<Finding> => {
  const found = await findPython({ env: toolEnv(env), signal, timeoutMs: 20_000 });
  return found.ok
    ? ok('python', `Python ${found.value.version} at ${found.value.path}`)
    : fromFailure('python', found.failure);
};

const checkAider = async (options: CheckOptions): Promise<Finding> => {
  const { toolCache, aiderVersion: version, fix, env, clock, signal } = options;
  const there = await findInstalled({ toolCache, version });
  if (there !== undefined) return ok('aider', `Aider ${there.version} in the tool cache`);
  if (!fix)
    return {
      name: 'aider',
      state: 'note',
      found: `Aider ${version} is not installed yet; a run installs it`,
      fix: 'aider-orchestrator doctor --fix',
    };
  const wanted: ProvisionOptions = { version, toolCache, env, clock, signal };
  const installed = await provisionAider(wanted);
  return installed.ok ? ok('aider', `Aider ${version}, installed now`) : fromFailure('aider', installed.failure);
};

const checkIsolation = async ({ env, fix, signal }: CheckOptions): Promise<Finding> => {
  const there = await findExecutable('bwrap', env['PATH'] ?? '');
  if (there !== undefined)
    return ok('isolation', 'bubblewrap: agents see every clone at one path, with processes of their own');
  const installed = fix ? await ensureBubblewrap({ env, signal }) : undefined;
  if (installed?.ok === true) return ok('isolation', 'bubblewrap, installed now');
  const why = installed === undefined ? 'bubblewrap is not installed' : installed.failure;
  return {
    name: 'isolation',
    state: 'note',
    found: `${why}; every clone keeps its own path`,
    fix: 'apt-get install bubblewrap',
  };
};

const checkSettings = ({ settings }: CheckOptions): readonly Finding[] => {
  const parsed = parseSettings({ ...settings, needs: { githubToken: false } });
  if (parsed.ok)
    return [ok('settings', `model ${parsed.value.model}, PRD and plan by ${parsed.value.prdModel}, keys are there`)];
  return parsed.failure.map((fault) => wrong('settings', renderFault(fault), fault.mend));
};
