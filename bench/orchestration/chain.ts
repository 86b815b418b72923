import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.js';
import { openRepository, type OpenRepository } from '../../src/adapters/git/open-repository.js';
import { ownPath } from '../../src/adapters/processes/own-path.js';
import { aPlan, aTask } from '../../__tests__/support/builders.js';
import { runEngine } from '../lib/engine.js';
import { pathOf } from '../lib/make-repository.js';
import { leaveOnDisk, scaledAgents } from '../lib/scaled-agents.js';
import { timedRepository, type Stages } from './timed-repository.js';

/** The repository adapter on a made repository. */
export const openMade = async (source: string, runFolder: string): Promise<OpenRepository> => {
  const opened = await openRepository({
    source: { kind: 'local', folder: source },
    base: { branch: 'main' },
    runFolder,
    identity: { name: 'Ann', email: 'ann@example.com' },
    clock: systemClock,
    place: ownPath(),
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
};

export interface ChainRun {
  /** Wall clock without the agents' own time, ms a task: all of it lies on the critical path. */
  readonly perTask: number;
  readonly stages: Stages;
}

export interface ChainOptions {
  readonly source: string;
  readonly folder: string;
  readonly files: number;
  readonly tasks: number;
  /** How long each agent takes, ms: meanwhile the pool is filled. */
  readonly agentMs: number;
}

/** Tasks that each wait for the one before, through the engine on real git, each changing one file. */
export const runChain = async ({ source, folder, files, tasks, agentMs }: ChainOptions): Promise<ChainRun> => {
  await mkdir(folder, { recursive: true });
  const opened = await openMade(source, join(folder, 'run'));
  const { repository, stages } = timedRepository(opened);
  const plan = aPlan(
    Array.from({ length: tasks }, (_, n) =>
      aTask(`t-${n}`, {
        writes: [pathOf(Math.floor((n * files) / tasks))],
        dependsOn: n === 0 ? [] : [`t-${n - 1}`],
      }),
    ),
  );
  const agents = scaledAgents({ msOf: () => agentMs, leave: leaveOnDisk, clock: systemClock });
  try {
    const run = await runEngine({ plan, maxAgents: 4, repository, agents, clock: systemClock, folder });
    return { perTask: run.tookMs / tasks - agentMs, stages };
  } finally {
    await opened.close();
  }
};
