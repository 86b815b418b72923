import type { RunEvent } from './event.js';

/**
 * Events whose effect cannot be taken back, or not told from a second one, by who finds only the journal: they are on
 * disk before the effect begins. The first is followed by the tracking comment, the last by the closing ones.
 */
const intents: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'run-started',
  'run-resumed',
  'task-started',
  'task-landing',
  'integration-moving',
  'branch-pushing',
  'pull-request-opening',
  'run-ended',
]);

/** Whether an event has to be on disk before the run goes on. */
export const isIntent = ({ type }: Pick<RunEvent, 'type'>): boolean => intents.has(type);
