import { z } from 'zod';
import { appendToOwnFile, readForeignFile } from '../files/foreign-file.js';

/** What Aider's own event log says about one message. */
export interface LogFacts {
  readonly sendsStarted: number;
  readonly sends: number;
  readonly exitEvent: string | null;
}

// Aider 0.86.2, analytics.py: {"event", "properties", "user_id", "time"}, one JSON a line.
const Event = z.object({ event: z.string(), properties: z.record(z.string(), z.unknown()) });

interface Line {
  readonly text: string;
  readonly event: z.infer<typeof Event>;
}

/** Facts of a log that holds this message only; a broken line (the last one of a killed Aider) is skipped. */
export const logFacts = (log: string): LogFacts => {
  const events = linesOf(log).map((line) => line.event);
  const exit = events.findLast((each) => each.event === 'exit');
  return {
    sendsStarted: events.filter((each) => each.event === 'message_send_starting').length,
    sends: events.filter((each) => each.event === 'message_send').length,
    exitEvent: exit === undefined ? null : String(exit.properties.reason ?? ''),
  };
};

/** A message's log has some kilobytes; whoever writes more than this wants to fill our memory and disk. */
const maxLogBytes = 4 * 2 ** 20;

export interface LogPlaces {
  /** Written by the agent, so by anybody. */
  readonly from: string;
  /** The agent's log, ours. */
  readonly to: string;
  readonly redact: (text: string) => string;
}

/** Reads the log of one message ('' when Aider wrote none) and appends its whole lines to the agent's log. */
export const takeLog = async ({ from, to, redact }: LogPlaces): Promise<LogFacts> => {
  const log = redact((await readForeignFile(from, maxLogBytes)) ?? '');
  const lines = linesOf(log).map((line) => `${line.text}\n`);
  await appendToOwnFile(to, lines.join(''));
  return logFacts(log);
};

const linesOf = (log: string): readonly Line[] =>
  log.split('\n').flatMap((text) => {
    const event = parseLine(text);
    return event === undefined ? [] : [{ text, event }];
  });

const parseLine = (text: string): Line['event'] | undefined => {
  try {
    return Event.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
