import { apply } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import type { Sink } from '../../src/ports/sink.js';
import { inPhase, startRecording } from '../../src/app/recorder.js';
import { aPlan, planMade, runStarted } from '../support/builders.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeJournal, RecordingSink } from '../support/recording.js';

const started = runStarted() as Extract<RunEvent, { type: 'run-started' }>;

const begin = (sinks: readonly Sink[] = [], redact = (text: string) => text) => {
  const clock = new FakeClock(1_000);
  const journal = new FakeJournal();
  return { clock, journal, recorder: startRecording({ clock, journal, sinks, redact }, started) };
};

describe('a recorder', () => {
  it('opens the journal with the start of the run', () => {
    const { journal, recorder } = begin();
    expect(journal.events).toEqual([{ ...started, seq: 1, at: 1_000 }]);
    expect(recorder.run).toMatchObject({ runId: 'r1', startedAt: 1_000 });
  });

  it('numbers events without a gap and stamps them with the clock', async () => {
    const { clock, journal, recorder } = begin();
    recorder.record({ type: 'warning', message: 'one' });
    await clock.advance(250);
    recorder.record({ type: 'warning', message: 'two' });
    expect(journal.events.map(({ seq, at }) => [seq, at])).toEqual([
      [1, 1_000],
      [2, 1_000],
      [3, 1_250],
    ]);
  });

  it('has an event in the journal before the first sink hears of it, and tells sinks in their order', () => {
    const heard: string[] = [];
    const journalled = (): number => journal.events.length;
    const sink = (name: string): Sink => ({
      tell: ({ seq }) => void heard.push(`${name} ${seq} of ${opened ? journalled() : 1}`),
      flush: async () => undefined,
    });
    let opened = false;
    const { journal, recorder } = begin([sink('a'), sink('b')]);
    opened = true;
    recorder.record({ type: 'warning', message: 'x' });
    expect(heard).toEqual(['a 1 of 1', 'b 1 of 1', 'a 2 of 2', 'b 2 of 2']);
  });

  it('tells no sink of an event the journal could not keep', () => {
    const sink = new RecordingSink();
    const { journal, recorder } = begin([sink]);
    journal.failOn('append', new Error('disk full'));
    expect(() => recorder.record({ type: 'warning', message: 'x' })).toThrow('disk full');
    expect(sink.told).toHaveLength(1);
  });

  it('gives sinks the run as it is after the event, and the caller the same', () => {
    const sink = new RecordingSink();
    const { recorder } = begin([sink]);
    const run: Run = recorder.record(planMade(aPlan()));
    expect(run.tasks).toHaveLength(1);
    expect(sink.told.at(-1)?.run).toBe(run);
    expect(recorder.run).toBe(run);
  });

  it('holds just what a reader of its journal would see', () => {
    const { journal, recorder } = begin();
    recorder.record(planMade(aPlan()));
    recorder.record({ type: 'warning', message: 'x' });
    expect(journal.replayed()).toEqual(recorder.run);
  });

  it('takes secrets out of every text before anybody is told', () => {
    const sink = new RecordingSink();
    const { journal, recorder } = begin([sink], (text) => text.replaceAll('hunter2', '***'));
    recorder.record(planMade(aPlan([], { title: 'Use hunter2' }), { notes: ['key hunter2'] }));
    const everything = JSON.stringify([journal.events, sink.told, recorder.run]);
    expect(everything).not.toContain('hunter2');
    expect(everything).toContain('key ***');
  });

  it('waits for every sink when it is flushed', async () => {
    const sinks = [new RecordingSink(), new RecordingSink()];
    await begin(sinks).recorder.flush();
    expect(sinks.map(({ flushed }) => flushed)).toEqual([1, 1]);
  });
});

describe('a phase', () => {
  it('is told at its start and its end with how long it took', async () => {
    const { clock, journal, recorder } = begin();
    const value = await inPhase({ recorder, clock }, 'prd', async () => {
      await clock.advance(70);
      return 'done';
    });
    expect(value).toBe('done');
    expect(journal.of('phase-ended')).toMatchObject([{ phase: 'prd', durationMs: 70 }]);
    expect(recorder.run.phases).toEqual([{ phase: 'prd', startedAt: 1_000, durationMs: 70 }]);
  });

  it('ends also when its step fails', async () => {
    const { clock, recorder } = begin();
    const step = inPhase({ recorder, clock }, 'plan', () => Promise.reject(new Error('broken')));
    await expect(step).rejects.toThrow('broken');
    expect(recorder.run.phases).toMatchObject([{ phase: 'plan', durationMs: 0 }]);
  });

  it('is folded as the pure fold does', () => {
    const { journal, recorder } = begin();
    const before = recorder.run;
    recorder.record({ type: 'phase-started', phase: 'tasks' });
    const event = journal.events.at(-1);
    expect(event && apply(before, event)).toEqual(recorder.run);
  });
});
