import type { Timed } from '../lib/engine.js';

/** From the event that made a start possible, ms, one entry a task that had to wait for one. */
export interface StartGaps {
  /** To the record that the task has started. */
  readonly toStart: readonly number[];
  /** To the message in its agent's hands: clone taken and dependencies folded. */
  readonly toMessage: readonly number[];
}

/** What lets another task start: a landing, or an agent that is free. */
const frees = new Set(['task-landing', 'task-landed', 'attempt-failed', 'task-failed', 'conflict-found']);

/** The last freeing event before each start is the one it waited for; `sentAt` is by agent. */
export const startGaps = (events: readonly Timed[], sentAt: ReadonlyMap<string, number>): StartGaps => {
  const starts = events.flatMap(({ event, at }, index) => {
    if (event.type !== 'task-started') return [];
    const freed = events.slice(0, index).findLast((each) => frees.has(each.event.type));
    return freed === undefined ? [] : [{ at, freedAt: freed.at, sent: sentAt.get(`agent-${event.agent}`) ?? Infinity }];
  });
  return {
    toStart: starts.map(({ at, freedAt }) => at - freedAt),
    toMessage: starts.map(({ sent, freedAt }) => sent - freedAt),
  };
};
