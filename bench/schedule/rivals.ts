import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Task, TaskId } from '../../src/core/plan/plan.js';
import type { Clock } from '../../src/ports/clock.js';

/** A graph of tasks to be waited through. */
export interface Graph {
  readonly tasks: readonly Task[];
  readonly ms: ReadonlyMap<TaskId, number>;
  readonly agents: number;
  readonly clock: Clock;
}

const wait = ({ ms, clock }: Graph, { id }: Task): Promise<void> => clock.sleep(ms.get(id) ?? 0);

const readyOf = ({ tasks }: Graph, begun: ReadonlySet<TaskId>, done: ReadonlySet<TaskId>): readonly Task[] =>
  tasks.filter(({ id, dependsOn }) => !begun.has(id) && dependsOn.every((each) => done.has(each)));

/** Batch waves: start as many ready tasks as there are agents, wait for all of them, then the next batch. */
export const runBatches = async (graph: Graph): Promise<number> => {
  const startedAt = graph.clock.now();
  const done = new Set<TaskId>();
  for (let batch = readyOf(graph, done, done); batch.length > 0; batch = readyOf(graph, done, done)) {
    const now = batch.slice(0, graph.agents);
    await Promise.all(now.map((task) => wait(graph, task)));
    now.forEach(({ id }) => done.add(id));
  }
  return graph.clock.now() - startedAt;
};

/** A ready queue first in, first out: whoever became ready first, plan order among those of one moment. */
export const runFifo = async (graph: Graph): Promise<number> => {
  const startedAt = graph.clock.now();
  const [queued, done] = [new Set<TaskId>(), new Set<TaskId>()];
  const queue: Task[] = [];
  let running = 0;
  await new Promise<void>((resolve) => {
    const pump = (): void => {
      for (const task of readyOf(graph, queued, done)) {
        queued.add(task.id);
        queue.push(task);
      }
      while (running < graph.agents && queue[0] !== undefined) begin(queue[0]);
      if (running === 0) resolve();
    };
    const begin = (task: Task): void => {
      queue.shift();
      running += 1;
      void wait(graph, task).then(() => {
        running -= 1;
        done.add(task.id);
        pump();
      });
    };
    pump();
  });
  return graph.clock.now() - startedAt;
};

const makefile = ({ tasks, ms }: Graph): string =>
  [
    `all: ${tasks.map(({ id }) => id).join(' ')}`,
    ...tasks.map(
      ({ id, dependsOn }) => `${id}: ${dependsOn.join(' ')}\n\t@sleep ${((ms.get(id) ?? 0) / 1000).toFixed(4)}`,
    ),
    `.PHONY: all ${tasks.map(({ id }) => id).join(' ')}`,
    '',
  ].join('\n');

/** `make -j<agents>` on the same graph, each task a `sleep` of the same length; its processes' own time is in it. */
export const runMake = async (graph: Graph, folder: string): Promise<number> => {
  const own = await mkdtemp(join(folder, 'make-'));
  await writeFile(join(own, 'Makefile'), makefile(graph));
  const startedAt = performance.now();
  await execa('make', ['-s', `-j${graph.agents}`, '-C', own, 'all'], { stdin: 'ignore' });
  return performance.now() - startedAt;
};

/** Whether this machine has `make`. */
export const hasMake = async (): Promise<boolean> =>
  (await execa('make', ['--version'], { reject: false, stdin: 'ignore' })).exitCode === 0;
