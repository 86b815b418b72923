import { anyOverlap } from '../plan/glob-overlap.js';
import { topologicalOrder } from '../plan/graph.js';
import type { Run } from '../run/run.js';
import { decide, isActive, type Limits } from './decide.js';

/**
 * What must hold of a run at every moment, as sentences about what does not; empty when all is well. For tests, and
 * for a run that wants to know before it goes on.
 */
export const brokenInvariants = (run: Run, limits: Limits): readonly string[] => [
  ...sharedLocks(run),
  ...earlyStarts(run),
  ...tooManyAgents(run, limits),
  ...misorderedLandings(run),
];

/** The same once every command of `decide` has been carried out: also, no agent idles while a task could start. */
export const brokenAfterDecision = (run: Run, limits: Limits): readonly string[] => {
  const plan = run.plan?.plan;
  const left = plan === undefined ? [] : decide({ plan, run, limits }).filter(({ kind }) => kind !== 'finish');
  return [...brokenInvariants(run, limits), ...left.map((command) => `left undone: ${JSON.stringify(command)}`)];
};

const sharedLocks = (run: Run): readonly string[] => {
  const holders = run.tasks.filter(({ state }) => isActive(state)).map(({ task }) => task);
  return holders.flatMap((task, index) =>
    holders
      .slice(index + 1)
      .filter((other) => anyOverlap(task.writes, other.writes))
      .map((other) => `${task.id} and ${other.id} hold the same lock`),
  );
};

const earlyStarts = (run: Run): readonly string[] => {
  const landed = new Set(run.landings);
  return run.tasks
    .filter(({ state }) => isActive(state) || state.kind === 'landed')
    .flatMap(({ task }) => task.dependsOn.filter((id) => !landed.has(id)).map((id) => `${task.id} is before ${id}`));
};

const tooManyAgents = (run: Run, { maxAgents, sequential }: Limits): readonly string[] => {
  const running = run.tasks.filter(({ state }) => state.kind === 'running').length;
  const most = sequential ? 1 : maxAgents;
  return running > most ? [`${running} agents run, ${most} may`] : [];
};

const misorderedLandings = (run: Run): readonly string[] => {
  const tasks = run.landings.flatMap((id) => run.tasks.filter(({ task }) => task.id === id).map(({ task }) => task));
  const inOrder = topologicalOrder(tasks).every((id, index) => id === run.landings[index]);
  return inOrder ? [] : [`landed against the order of the plan: ${run.landings.join(', ')}`];
};
