import { tmpdir } from 'node:os';
import type { LocalFacts } from '../adapters/git/local-facts.js';
import { findGitHub } from '../adapters/github/find-github.js';
import { createGitHub } from '../adapters/github/github.js';
import type { Workplace } from '../app/run-command.js';
import type { Failure } from '../core/failure.js';
import { failed, success, type Result } from '../core/result.js';
import { detachedHead, gitMissing, notARepository } from '../core/repository-failures.js';
import type { Settings } from '../core/settings/settings.js';
import type { Env } from './env.js';
import { logsFolderOf } from './places.js';

/** The repository in this folder and, with `--github`, the one on GitHub its remote names. */
export const openWorkplace = async (
  settings: Settings,
  local: LocalFacts,
  gitHubEnv: Env | undefined,
): Promise<Result<Workplace, Failure>> => {
  const root = local.root;
  if (!local.hasGit) return failed(gitMissing);
  if (root === undefined) return failed(notARepository(process.cwd()));
  const baseBranch = settings.baseBranch ?? local.branch;
  if (baseBranch === undefined) return failed(detachedHead);
  const common = { baseBranch, logsFolder: logsFolderOf(root), temp: tmpdir() };
  if (gitHubEnv !== undefined) return openGitHubWorkplace(settings, local, { ...common, env: gitHubEnv });
  const name = local.userName ?? 'aider-orchestrator';
  const identity = { name, email: local.userEmail ?? 'aider-orchestrator@localhost' };
  return success({ ...common, source: { kind: 'local', folder: root }, identity, actor: name });
};

const openGitHubWorkplace = async (
  settings: Settings,
  local: LocalFacts,
  { env, ...common }: Pick<Workplace, 'baseBranch' | 'logsFolder' | 'temp'> & { readonly env: Env },
): Promise<Result<Workplace, Failure>> => {
  const place = findGitHub(local.originUrl, env);
  if (!place.ok) return place;
  const token = settings.githubToken ?? '';
  const github = createGitHub({ ...place.value, token });
  const identity = await github.identity();
  const remoteUrl = `${place.value.serverUrl}/${place.value.repository}.git`;
  const workspace = local.root === undefined ? {} : { workspace: local.root };
  const source = { kind: 'remote', ...workspace, remoteUrl, token: () => token } as const;
  return success({ ...common, source, identity, actor: identity.login, github });
};
