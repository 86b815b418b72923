import type { Run } from '../run/run.js';

/** What a plain Aider takes (measured: 244 MB) with room for its answers, and what is left to all the rest; bytes. */
const perAgent = 300 * 2 ** 20;
const reserve = 512 * 2 ** 20;

/** An agent has not taken its memory yet when it has just been started, ms. */
const untilGrown = 10_000;

/** So many agents fit into this much free memory. */
export const agentsThatFit = (freeBytes: number): number => Math.max(0, Math.floor((freeBytes - reserve) / perAgent));

/** So many further agents fit, those counted that have just been started and have yet to take theirs. */
export const roomFor = (run: Run, freeBytes: number, now: number): number => {
  const young = run.tasks.filter(({ state }) => state.kind === 'running' && now - state.since < untilGrown).length;
  return Math.max(0, agentsThatFit(freeBytes) - young);
};
