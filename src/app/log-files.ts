/** The journal of a run, below `.aider_logs/`. */
export const eventsFile = (runId: string): string => `events-${runId}.ndjson`;
