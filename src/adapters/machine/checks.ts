import type { Check, Finding } from '../../core/doctor.js';
import { renderFault } from '../../core/settings/fault.js';
import { parseSettings, type SettingsSources } from '../../core/settings/settings.js';
import { findSetting } from '../../core/settings/table.js';
import type { Clock } from '../../ports/clock.js';
import type { ProvisionOptions } from '../aider/installation.js';
import { checkAider, checkPython } from './check-aider.js';
import { checkGit } from './check-git.js';
import { checkIsolation } from './check-isolation.js';
import { checkToken } from './check-token.js';
import { ok, wrong } from './finding.js';

export interface CheckOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly toolCache: string;
  readonly settings: Omit<SettingsSources, 'needs'>;
  /** Install what can be installed. */
  readonly fix: boolean;
  /** What `run --github` needs is needed too. */
  readonly github: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The checks of this machine: what runs, and what a run would miss. */
export const machineChecks = (options: CheckOptions): Readonly<Record<string, Check>> => {
  const { env, folder, fix, github, signal } = options;
  const aider = wantedAider(options);
  return {
    node: () => Promise.resolve([checkNode(process.versions.node)]),
    git: () => checkGit(folder),
    ...(aider.command === undefined ? { python: async () => [await checkPython(aider)] } : {}),
    aider: async () => [await checkAider(aider, fix)],
    isolation: async () => [await checkIsolation({ env, signal, fix, project: folder })],
    settings: () => Promise.resolve(checkSettings(options)),
    token: () => checkToken({ folder, env, needed: github }),
  };
};

const wantedAider = ({ settings, toolCache, env, clock, signal }: CheckOptions): ProvisionOptions => {
  const parsed = parseSettings({ ...settings, needs: { model: false, githubToken: false } });
  const version = parsed.ok ? parsed.value.aiderVersion : (findSetting('aider-version')?.default ?? '');
  const command = parsed.ok ? parsed.value.aiderCommand : undefined;
  return { version, ...(command === undefined ? {} : { command }), toolCache, env, clock, signal };
};

const checkNode = (version: string): Finding =>
  Number(version.split('.')[0]) >= 24
    ? ok('node', `Node ${version}`)
    : wrong('node', `Node ${version}`, 'Install Node 24 or newer.');

const checkSettings = ({ settings }: CheckOptions): readonly Finding[] => {
  const parsed = parseSettings({ ...settings, needs: { githubToken: false } });
  if (parsed.ok)
    return [ok('settings', `model ${parsed.value.model}, PRD and plan by ${parsed.value.prdModel}, keys are there`)];
  return parsed.failure.map((fault) => wrong('settings', renderFault(fault), fault.mend));
};
