import { trackingMarker } from '../../src/core/render/markdown.js';
import { startRecording, type Recorder } from '../../src/app/recorder.js';
import { trackProgress, type TrackingOptions } from '../../src/app/track-progress.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { runStarted } from '../support/builders.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeGitHub } from '../support/fake-github.js';
import { FakeJournal } from '../support/recording.js';

const started = runStarted() as Extract<RunEvent, { type: 'run-started' }>;

interface Tracked {
  readonly clock: FakeClock;
  readonly github: FakeGitHub;
  readonly recorder: Recorder;
  readonly warnings: readonly string[];
  readonly happen: () => void;
  readonly end: () => void;
  readonly edits: () => number;
}

const track = (github = new FakeGitHub(), over: Partial<TrackingOptions> = {}): Tracked => {
  github.addIssue();
  const clock = new FakeClock();
  const warnings: string[] = [];
  const onFailure = (message: string): void => void warnings.push(message);
  const sink = trackProgress({ github, clock, number: 1, facts: () => ({}), onFailure, ...over });
  const redact = (text: string): string => text;
  const recorder = startRecording({ clock, journal: new FakeJournal(), sinks: [sink], redact }, started);
  return {
    clock,
    github,
    recorder,
    warnings,
    happen: () => void recorder.record({ type: 'warning', message: 'something happened' }),
    end: () => void recorder.record({ type: 'run-ended', status: 'failed' }),
    edits: () => github.calls.filter((call) => call === 'updateComment').length,
  };
};

describe('the tracking comment', () => {
  it('is made at the first event', async () => {
    const { github } = track();
    await settle();
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain(trackingMarker);
    expect(github.comments[0]?.body).toContain('starting');
  });

  it('goes on in the one an earlier run of ours left, not in what somebody else copied', async () => {
    const github = new FakeGitHub();
    github.addIssue();
    const { id } = await github.createComment(1, `${trackingMarker}\n\nfailed yesterday`);
    github.commentAs('eve', 1, `${trackingMarker}\n\nmine`);
    track(github);
    await settle();
    expect(github.comments).toHaveLength(2);
    expect(github.comments.find((comment) => comment.id === id)?.body).toContain('starting');
    expect(github.comments.find(({ by }) => by === 'eve')?.body).toContain('mine');
  });

  it('is edited in place, never more often than every ten seconds', async () => {
    const { clock, github, happen, edits } = track();
    await settle();
    happen();
    happen();
    await clock.advance(9_999);
    expect(edits()).toBe(0);
    await clock.advance(1);
    expect(edits()).toBe(1);
    happen();
    await clock.advance(9_999);
    expect(edits()).toBe(1);
    await clock.advance(1);
    expect(edits()).toBe(2);
    expect(github.comments).toHaveLength(1);
  });

  it('is edited at once when the last edit is long ago', async () => {
    const { clock, happen, edits } = track();
    await clock.advance(60_000);
    happen();
    await settle();
    expect(edits()).toBe(1);
  });

  it('is left alone while nothing happens', async () => {
    const { clock, edits } = track();
    await clock.advance(3_600_000);
    expect(edits()).toBe(0);
  });

  it('says the end at once', async () => {
    const { github, happen, end, edits } = track();
    await settle();
    happen();
    end();
    await settle();
    expect(edits()).toBe(1);
    expect(github.comments[0]?.body).toContain('Failed');
  });

  it('has been written when it is flushed, also what came last', async () => {
    const { github, recorder, end } = track();
    end();
    await recorder.flush();
    expect(github.comments[0]?.body).toContain('Failed');
  });

  it('that cannot be made is a warning, and is tried again with the next event', async () => {
    const { clock, github, warnings, happen } = track(new FakeGitHub().failOn('createComment'));
    await settle();
    expect(warnings).toEqual([expect.stringContaining('tracking comment failed: createComment failed: 503')]);
    github.mend('createComment');
    happen();
    await clock.advance(10_000);
    expect(warnings).toHaveLength(1);
    expect(github.comments).toHaveLength(1);
  });

  it('that cannot be edited is a warning, and nothing else', async () => {
    const { clock, recorder, github, warnings, happen } = track();
    await settle();
    github.failOn('updateComment');
    happen();
    await clock.advance(10_000);
    expect(warnings).toHaveLength(1);
    await expect(recorder.flush()).resolves.toBeUndefined();
  });

  it('that cannot be rendered is a warning, too', async () => {
    const facts = (): never => {
      throw new Error('no facts');
    };
    const { recorder, warnings, end } = track(new FakeGitHub(), { facts });
    await settle();
    end();
    await recorder.flush();
    expect(warnings).toEqual([expect.stringContaining('no facts'), expect.stringContaining('no facts')]);
  });
});
