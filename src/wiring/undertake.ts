import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { isFreeForFolder } from '../adapters/files/foreign-file.js';
import { openLedger } from '../adapters/git/ledger/open-ledger.js';
import { openRepository } from '../adapters/git/open-repository.js';
import { killAll, markGroups } from '../adapters/processes/groups.js';
import { ownFolder } from '../adapters/processes/owner.js';
import { sweepRun } from '../adapters/processes/sweep.js';
import { reuseFolder } from '../adapters/git/leftover-store.js';
import { letGoLeftover } from '../adapters/other-user/leftover.js';
import { openPlace, type OpenedPlace } from '../adapters/processes/open-place.js';
import type { StopReason } from '../app/execute-request.js';
import type { Source, Undertake, Undertaking } from '../app/undertaking.js';
import type { Failure } from '../core/failure.js';
import { failed, success } from '../core/result.js';
import type { Env } from './env.js';
import { carryOut } from './carry-out.js';
import type { Ground } from './ground.js';
import { runFolderOf } from './places.js';

/** Opens everything a run needs, carries it out, tells the result, closes what it opened and removes its folder. */
export const undertakeWith =
  (env: Env): Undertake =>
  async (undertaking) => {
    if (!(await isFreeForFolder(undertaking.logsFolder))) return failed(logsElsewhere(undertaking.logsFolder));
    const runFolder = runFolderOf(undertaking.temp, undertaking.runId);
    await takeFolder(runFolder, env);
    try {
      return await undertakeIn({ runFolder, env }, undertaking);
    } finally {
      await rm(runFolder, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
        undertaking.warn(`${runFolder} could not be removed: ${String(error)}`),
      );
    }
  };

/** A repository that brings a link of this name would have us write wherever it leads. */
const logsElsewhere = (folder: string): Failure => ({
  reason: 'logs-folder-taken',
  who: 'user',
  message: `${folder} is a link or a file, so the logs of a run cannot be kept there.`,
  action: 'Remove it from the repository: `.aider_logs` has to be a folder, or not be there.',
});

/** What a killed process left of the run is ended, and its folder made fit to be worked in. */
const takeFolder = async (runFolder: string, env: Env): Promise<void> => {
  await sweepRun(runFolder);
  await letGoLeftover(runFolder, env['PATH'] ?? '');
  await reuseFolder(runFolder);
  await ownFolder(runFolder);
  markGroups(runFolder);
};

const undertakeIn = async (ground: Ground, undertaking: Undertaking): ReturnType<Undertake> => {
  const { settings, stop } = undertaking;
  const { runFolder, env } = ground;
  const isolated = await openPlace({
    want: settings.isolation,
    runFolder,
    closed: [undertaking.temp, ...foldersOf(undertaking.source)],
    env,
    signal: stop.signal,
  });
  if (!isolated.ok) return isolated;
  try {
    return await undertakeAt(isolated.value, ground, undertaking);
  } finally {
    await isolated.value.close();
  }
};

const undertakeAt = async (isolated: OpenedPlace, ground: Ground, undertaking: Undertaking): ReturnType<Undertake> => {
  const { settings, stop } = undertaking;
  const { runFolder } = ground;
  const { place } = isolated;
  const opened = await openRepository({
    source: undertaking.source,
    base: { branch: undertaking.baseBranch, sha: undertaking.resume?.run.base.sha },
    runFolder: isolated.workFolder ?? runFolder,
    identity: undertaking.identity,
    clock,
    place,
  });
  if (!opened.ok) return opened;
  const repository = opened.value;
  const kept = undertaking.resume?.kept;
  if (kept !== undefined) await repository.bringKept(kept);
  const ledger = { folder: join(runFolder, 'ledger'), works: repository.store, clock };
  const { archive } = await openLedger({ ...undertaking, ...ledger });
  const deadline = setTimeout(() => stop.abort('deadline' satisfies StopReason), settings.runTimeoutMs);
  const closing: (() => Promise<void>)[] = [];
  try {
    return success(await carryOut(undertaking, { ...ground, repository, archive, isolated, closing }));
  } finally {
    clearTimeout(deadline);
    await killAll();
    await Promise.all(closing.map((close) => close()));
    await repository.close();
  }
};

/** The user's own checkout: no process of a clone sees it. */
const foldersOf = (source: Source): readonly string[] => {
  if (source.kind === 'local') return [source.folder];
  return source.workspace === undefined ? [] : [source.workspace];
};
