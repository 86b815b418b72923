import type { RunEvent, RunEventBody } from '../core/run/event.js';
import { redactValues } from '../core/text/redact-values.js';
import { apply, begin, replay } from '../core/run/apply.js';
import type { Run } from '../core/run/run.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Sink } from '../ports/sink.js';

/** The one writer of a run: an event is journalled, folded into the run, then told to every sink, in that order. */
export interface Recorder {
  readonly run: Run;
  record(body: RunEventBody): Run;
  /** Resolves when every sink has shown or written what it was told. */
  flush(): Promise<void>;
}

export interface Recording {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly sinks: readonly Sink[];
  /** Takes secrets out of a text; applied to every text of every event before anybody is told. */
  readonly redact: (text: string) => string;
}

type Started = Extract<RunEventBody, { type: 'run-started' }>;

/** Begins a run with its first event. */
export const startRecording = (recording: Recording, started: Started): Recorder => {
  const first = stamp(recording, started, 1);
  const run = begin(first);
  tell(recording, first, run);
  return recordFrom(recording, run, 1);
};

/** Goes on with a run whose journal holds `events`; the next one follows them. Nothing is told of them again. */
export const continueRecording = (recording: Recording, events: readonly RunEvent[]): Recorder => {
  const run = replay(events);
  if (run === undefined) throw new Error('A journal opens with run-started');
  return recordFrom(recording, run, events.length);
};

const stamp = <Body extends RunEventBody>({ clock, redact }: Recording, body: Body, seq: number) => ({
  ...redactValues(body, redact),
  seq,
  at: clock.now(),
});

const tell = ({ journal, sinks }: Recording, event: RunEvent, run: Run): void => {
  journal.append(event);
  for (const sink of sinks) sink.tell(event, run);
};

const recordFrom = (recording: Recording, begun: Run, lastSeq: number): Recorder => {
  let run = begun;
  let seq = lastSeq;
  return {
    get run() {
      return run;
    },
    record: (body) => {
      const event = stamp(recording, body, ++seq);
      run = apply(run, event);
      tell(recording, event, run);
      return run;
    },
    flush: async () => {
      await Promise.all(recording.sinks.map((sink) => sink.flush()));
    },
  };
};

/** Runs `step` as a phase of the run: told at its start and, whatever comes, at its end. */
export const inPhase = async <T>(
  { recorder, clock }: { readonly recorder: Recorder; readonly clock: Clock },
  phase: Extract<RunEventBody, { type: 'phase-started' }>['phase'],
  step: () => Promise<T>,
): Promise<T> => {
  const startedAt = clock.now();
  recorder.record({ type: 'phase-started', phase });
  try {
    return await step();
  } finally {
    recorder.record({ type: 'phase-ended', phase, durationMs: clock.now() - startedAt });
  }
};
