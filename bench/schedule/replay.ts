import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.js';
import { lowerBoundMs } from '../../src/core/plan/bounds.js';
import { criticalPath } from '../../src/core/plan/graph.js';
import type { Clock } from '../../src/ports/clock.js';
import { FakeClock } from '../../__tests__/support/fake-clock.js';
import { FakeRepository } from '../../__tests__/support/fake-repository.js';
import { runEngine } from '../lib/engine.js';
import type { ReplayedPlan } from '../lib/replayed-plan.js';
import { scaledAgents } from '../lib/scaled-agents.js';
import { startGaps, type StartGaps } from './start-gaps.js';
import { runBatches, runFifo, runMake, type Graph } from './rivals.js';

/** Makespan over lower bound of one plan, by each scheduler, and the engine's gaps before starts, ms. */
export interface Replayed {
  readonly engine: number;
  readonly batches: number;
  readonly fifo: number;
  readonly make: number | undefined;
  /** The lower bound over the plain maximum of critical path and work / agents. */
  readonly overPlain: number;
  readonly gaps: StartGaps;
}

export interface ReplayOptions {
  readonly agents: number;
  /** `virtual`: time is only counted, so nothing but the order of starts is measured. Else on the machine's clock. */
  readonly time: 'virtual' | { readonly minuteMs: number };
  readonly withMake: boolean;
  readonly folder: string;
}

/** Runs one plan through the engine and the others, one after the other, by the same clock. */
export const replay = async (replayed: ReplayedPlan, options: ReplayOptions): Promise<Replayed> => {
  const { agents, time, folder } = options;
  const { tasks } = replayed.plan;
  const virtual = new FakeClock();
  const [clock, minuteMs] = time === 'virtual' ? [virtual, 60_000] : [systemClock, time.minuteMs];
  const pass = <T>(work: Promise<T>): Promise<T> => (time === 'virtual' ? virtual.drive(work) : work);
  const ms = new Map([...replayed.minutes].map(([id, each]) => [id, Math.round(each * minuteMs)]));
  const graph: Graph = { tasks, ms, agents, clock };
  const bound = lowerBoundMs(tasks, ms, agents);
  // Counted time passes only while nothing real is waited for.
  const own = await mkdtemp(join(folder, 'run-'));
  const engine = await pass(engineOf(graph, replayed, own));
  return {
    engine: engine.tookMs / bound,
    batches: (await pass(runBatches(graph))) / bound,
    fifo: (await pass(runFifo(graph))) / bound,
    make: options.withMake ? (await runMake(graph, folder)) / bound : undefined,
    overPlain: bound / plainBound(graph),
    gaps: engine.gaps,
  };
};

const plainBound = ({ tasks, ms, agents }: Graph): number => {
  const durationOf = ({ id }: (typeof tasks)[number]): number => ms.get(id) ?? 0;
  const work = tasks.reduce((sum, task) => sum + durationOf(task), 0);
  return Math.max(criticalPath(tasks, durationOf).length, work / agents);
};

const engineOf = async (
  { tasks, ms, agents: maxAgents, clock }: Graph & { readonly clock: Clock },
  { plan }: ReplayedPlan,
  folder: string,
): Promise<{ readonly tookMs: number; readonly gaps: StartGaps }> => {
  const repository = new FakeRepository({ 'README.md': '# Sample\n' });
  const byPath = new Map(tasks.map(({ id, writes }) => [writes[0] ?? '', ms.get(id) ?? 0]));
  const agents = scaledAgents({
    msOf: (path) => byPath.get(path) ?? 0,
    leave: async (clone, path, text) => repository.write(clone, { [path]: text }),
    clock,
  });
  const { tookMs, events } = await runEngine({ plan, maxAgents, repository, agents, clock, folder });
  return { tookMs, gaps: startGaps(events, agents.sentAt) };
};
