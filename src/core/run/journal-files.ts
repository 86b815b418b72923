import type { RunEvent } from './event.js';
import { replay } from './apply.js';

/** The journal itself, NDJSON: `parseJournal` reads it. */
export const journalFile = 'events.ndjson';

/**
 * A journal as files: the events, which alone are read again, and for a person what stands in them of the request,
 * its base, the PRD and the plan.
 */
export const toJournalFiles = (events: readonly RunEvent[]): Readonly<Record<string, string>> => {
  const run = replay(events);
  return {
    [journalFile]: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    ...(run === undefined ? {} : { 'request.json': pretty(run.request), 'base.json': pretty(run.base) }),
    ...(run?.prd === undefined ? {} : { 'prd.json': pretty(run.prd) }),
    ...(run?.plan === undefined ? {} : { 'plan.json': pretty(run.plan) }),
  };
};

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
