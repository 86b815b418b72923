import type { Run } from '../run/run.js';
import { isActive } from './decide.js';

/** Kept beyond those at work: the next one is loaded while they work. */
const ahead = 1;

/**
 * How many agents may have to start soon, beside those at work: what is worth loading ahead of need. As many as may
 * work at once while there is no plan yet; later as many as there are tasks that have not started, and never so many
 * that more than one is loaded beyond those that may work at once. Repairs are not foreseen.
 */
export const agentsSoon = (run: Run): number => {
  if (run.end !== undefined) return 0;
  if (run.plan === undefined) return run.phase === 'setup' || run.phase === undefined ? 1 : run.maxAgents;
  const active = run.tasks.filter(({ state }) => isActive(state)).length;
  const pending = run.tasks.filter(({ state }) => state.kind === 'pending').length;
  const atOnce = run.sequence === undefined ? run.maxAgents : 1;
  return Math.min(pending, Math.max(0, atOnce + ahead - active));
};
