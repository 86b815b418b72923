import { openRunner } from '../adapters/actions/runner.js';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { createPlainDisplay } from '../adapters/display/plain-display.js';
import { parseSettingsFile } from '../adapters/files/settings-file.js';
import { removeAll } from '../adapters/git/remove-all.js';
import { openLedger } from '../adapters/git/ledger/open-ledger.js';
import { sweepRun } from '../adapters/processes/sweep.js';
import { createGitHub } from '../adapters/github/github.js';
import { readJournal } from '../adapters/journal/journal.js';
import { finishAction } from '../app/finish-action.js';
import { runAction as runActionWith } from '../app/run-action.js';
import type { OpenLedger } from '../app/undertaking.js';
import { settingsFile } from '../core/settings/fault.js';
import { runFolderOf } from './places.js';
import { undertakeWith } from './undertake.js';
import type { Env } from './env.js';
import { stopOnSignals } from './end-process.js';
import { letGoLeftovers } from './let-go.js';

/** The action's main step. Resolves with the exit code. */
export const runAction = async (env: Env): Promise<number> => {
  const runner = openRunner(env);
  return runActionWith({
    runner,
    env,
    readSettingsFile: async () => {
      const token = runner.inputs['github-token'] ?? env['GITHUB_TOKEN'];
      // Without a token the settings themselves say so, which is the better message.
      if (token === undefined) return undefined;
      return parseSettingsFile(await createGitHub({ ...runner, token }).readFile(settingsFile));
    },
    openGitHub: (settings) => createGitHub({ ...runner, token: settings.githubToken ?? '' }),
    display: createPlainDisplay(process.stdout),
    undertake: undertakeWith(env),
    openLedger: openRecords,
    now: () => clock.now(),
    stop: stopOnSignals(),
  });
};

/** Beside the folder of the run, which is gone when the issue is released. */
const openRecords: OpenLedger = ({ runId, temp, ...ground }) =>
  openLedger({ ...ground, folder: recordsOf(temp, runId), clock });

const recordsOf = (temp: string, runId: string): string => runFolderOf(temp, `${runId}-records`);

/** The action's post step: ends what a killed main step left behind. Resolves with the exit code. */
export const runPost = async (env: Env): Promise<number> => {
  const runner = openRunner(env);
  await letGoLeftovers(runner.temp, env);
  const token = runner.inputs['github-token'] ?? env['GITHUB_TOKEN'] ?? '';
  const github = createGitHub({ ...runner, token });
  const remoteUrl = `${runner.serverUrl}/${runner.repository}.git`;
  const ground = {
    source: { kind: 'remote', remoteUrl, token: () => token } as const,
    // Nothing is committed here.
    ...{ baseBranch: '', identity: { name: '', email: '', login: '' } },
  };
  return finishAction({
    runner,
    github,
    readJournal,
    now: () => clock.now(),
    openLedger: () => openRecords({ ...ground, runId: `${runner.runId}-post`, temp: runner.temp }),
    sweep: async (runId) => {
      const folder = runFolderOf(runner.temp, runId);
      await sweepRun(folder);
      await Promise.all([folder, recordsOf(runner.temp, runner.runId)].map(removeAll));
    },
  });
};
