import type { Locksmith } from '../../ports/locksmith.js';
import type { Place } from '../../ports/place.js';
import type { Repository } from '../../ports/repository.js';
import { openSetupNetwork } from './open-network.js';

export interface LocksmithOptions {
  readonly repository: Repository;
  readonly place: Place;
  /** The environment of the orchestrator; only registries, proxies and certificates of it are passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A lock is made in seconds; one that takes longer is redone by its task. */
const relockMs = 3 * 60_000;

/** Package managers of the machine, run the way set-up is. */
export const createLocksmith = ({ repository, place, env }: LocksmithOptions): Locksmith => ({
  relock: async (clone, { folder, command }, signal) => {
    const network = await openSetupNetwork({
      repository,
      commit: repository.base.sha,
      place,
      home: place.homeOf(clone),
      env,
    });
    const ended = await place
      .run(clone, {
        command: '/bin/sh',
        args: ['-c', `cd -- "$1" && { ${command}; }`, 'relock', folder],
        ...network.launch,
        timeoutMs: relockMs,
        signal,
        maxOutputBytes: 10_000,
      })
      .finally(() => network.close());
    return ended.exitCode === 0;
  },
});
