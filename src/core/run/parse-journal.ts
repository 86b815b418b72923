import { RunEvent } from './event.js';

/**
 * The events of a journal's text in order, up to the first line that is not the next one. What follows the last line
 * break is the half line of a killed writer, and no event.
 */
export const parseJournal = (text: string): readonly RunEvent[] => {
  const events: RunEvent[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
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
