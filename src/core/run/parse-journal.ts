import { RunEvent } from './event.js';

/** The events of a journal's text in order, up to the first line that is not the next event: the last may be cut. */
export const parseJournal = (text: string): readonly RunEvent[] => {
  const events: RunEvent[] = [];
  for (const line of text.split('\n')) {
    const event = parseLine(line);
    if (event === undefined || event.seq !== events.length + 1) break;
    events.push(event);
  }
  return events;
};

const parseLine = (line: string): RunEvent | undefined => {
  try {
    return RunEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};
