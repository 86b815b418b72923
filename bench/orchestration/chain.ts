import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.js';
import { openRepository, type OpenRepository } from '../../src/adapters/git/open-repository.js';
import { ownPath } from '../../src/adapters/processes/own-path.js';
import type { AgentHost } from '../../src/ports/agent-host.js';
import type { Place } from '../../src/ports/place.js';
import { aPlan, aTask } from '../../__tests__/support/builders.js';
import { allCpuMs } from '../lib/child-cpu.js';
import { runEngine, type Timed } from '../lib/engine.js';
import { pathOf } from '../lib/make-repository.js';
import { leaveOnDisk, scaledAgents } from '../lib/scaled-agents.js';
import { timedRepository, type Stages } from './timed-repository.js';

/** The repository adapter on a made repository. */
export const openMade = async (
  source: string,
  runFolder: string,
  place: Place = ownPath(),
): Promise<OpenRepository> => {
  const opened = await openRepository({
    source: { kind: 'local', folder: source },
    base: { branch: 'main' },
    runFolder,
    identity: { name: 'Ann', email: 'ann@example.com' },
    clock: systemClock,
    place,
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
};

/** What lies between the end of one agent and the begin of the next, one entry a task, ms. */
export interface Between {
  readonly wall: readonly number[];
  /** Of our process and of those it started. */
  readonly cpu: readonly number[];
}

export interface ChainRun {
  readonly between: Between;
  /** From `task-landing` to `task-landed`, ms: merge, tree sanity, journal on disk, commit and ref. */
  readonly landings: readonly number[];
  readonly stages: Stages;
}

export interface ChainOptions {
  readonly source: string;
  readonly folder: string;
  readonly files: number;
  readonly tasks: number;
  /** Where the agents' side of the work runs; without a sandbox by default. */
  readonly place?: Place;
}

/** An agent takes at least so long, ms. */
const agentMs = 300;

/**
 * Tasks that each wait for the one before, through the engine on real git, each changing one file. An agent is at work
 * until the pool is filled again, as a real one is for minutes; what the pool costs is measured apart.
 */
export const runChain = async ({ source, folder, files, tasks, place }: ChainOptions): Promise<ChainRun> => {
  await mkdir(folder, { recursive: true });
  const opened = await openMade(source, join(folder, 'run'), place);
  const { repository, stages } = timedRepository(opened);
  const plan = aPlan(
    Array.from({ length: tasks }, (_, n) =>
      aTask(`t-${n}`, {
        writes: [pathOf(Math.floor((n * files) / tasks))],
        dependsOn: n === 0 ? [] : [`t-${n - 1}`],
      }),
    ),
  );
  const { agents, between } = watched(
    scaledAgents({ msOf: () => agentMs, leave: leaveOnDisk, clock: systemClock }),
    () => opened.whenReady(),
  );
  const prepared = () => opened.whenReady();
  try {
    const engine = { plan, maxAgents: 4, repository, agents, clock: systemClock, folder, prepared };
    const run = await runEngine(engine);
    return { between, landings: landingsOf(run.events), stages };
  } finally {
    await opened.close();
  }
};

/** The same agents, who do not end before the pool is filled; and the time between them. */
const watched = (agents: AgentHost, filled: () => Promise<void>): { agents: AgentHost; between: Between } => {
  const between = { wall: [] as number[], cpu: [] as number[] };
  let ended: { readonly at: number; readonly cpu: number } | undefined;
  return {
    between,
    agents: {
      ...agents,
      send: async (message) => {
        const now = { at: performance.now(), cpu: await allCpuMs() };
        if (ended !== undefined) {
          between.wall.push(now.at - ended.at);
          between.cpu.push(now.cpu - ended.cpu);
        }
        const [facts] = await Promise.all([agents.send(message), filled()]);
        ended = { cpu: await allCpuMs(), at: performance.now() };
        return facts;
      },
    },
  };
};

const landingsOf = (events: readonly Timed[]): readonly number[] =>
  events.flatMap(({ event, at }) => {
    if (event.type !== 'task-landed') return [];
    const begun = events.find((each) => each.event.type === 'task-landing' && each.event.task === event.task);
    return begun === undefined ? [] : [at - begun.at];
  });
