import type { Failure } from '../core/failure.js';
import { failed, success, type Result } from '../core/result.js';
import type { Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import type { Ledger } from '../ports/ledger.js';
import type { Runner } from '../ports/runner.js';
import { errorText } from './error-text.js';
import type { Ground, OpenLedger } from './undertaking.js';

/** How the repository is reached. */
export interface Access {
  readonly settings: Settings;
  readonly github: GitHub;
}

/** What a run on GitHub has to know before it begins. */
export interface Grounded {
  readonly ground: Ground;
  readonly ledger: Ledger;
}

interface Machine {
  readonly runner: Runner;
  readonly openLedger: OpenLedger;
}

/**
 * Does `work` with our records in the user's repository open. Fails with `github-unanswered` where GitHub does not say
 * where that is; rejects like `work`.
 */
export const onGround = async <T>(
  { runner, openLedger }: Machine,
  access: Access,
  work: (grounded: Grounded) => Promise<T>,
): Promise<Result<T, Failure>> => {
  const ground = await readGround(runner, access).catch(unanswered);
  if (!('source' in ground)) return failed(ground);
  const ledger = await openLedger({ ...ground, runId: runner.runId, temp: runner.temp });
  try {
    return success(await work({ ground, ledger }));
  } finally {
    await ledger.close();
  }
};

const readGround = async (runner: Runner, { settings, github }: Access): Promise<Ground> => {
  const [identity, baseBranch] = await Promise.all([github.identity(), settings.baseBranch ?? github.defaultBranch()]);
  const remoteUrl = `${runner.serverUrl}/${runner.repository}.git`;
  const source = { kind: 'remote', workspace: runner.workspace, remoteUrl, token: () => settings.githubToken } as const;
  return { identity, baseBranch, source };
};

/** Says that GitHub could not be asked. */
export const unanswered = (error: unknown): Failure => ({
  reason: 'github-unanswered',
  who: 'world',
  message: `GitHub did not answer what a run has to know: ${errorText(error)}`,
  action: 'Look at githubstatus.com and ask again when it answers.',
});
