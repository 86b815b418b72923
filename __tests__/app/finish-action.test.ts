import { trackingMarker } from '../../src/core/render/markdown.js';
import { success } from '../../src/core/result.js';
import type { RunEvent, RunEventBody } from '../../src/core/run/event.js';
import { finishAction, states } from '../../src/app/finish-action.js';
import {
  aPlan,
  aRequest,
  aTask,
  planMade,
  runStarted,
  startOfTime,
  taskLanded,
  taskStarted,
  timeline,
} from '../support/builders.js';
import { FakeArchive } from '../support/fake-archive.js';
import { FakeGitHub } from '../support/fake-github.js';
import { noLeftovers } from '../support/no-leftovers.js';
import { FakeLocks } from '../support/fake-locks.js';
import { FakeRunner } from '../support/fake-runner.js';

const story: readonly RunEventBody[] = [
  runStarted({ request: aRequest({ number: 1 }) }),
  planMade(aPlan([aTask('one'), aTask('two'), aTask('three')])),
  taskStarted('one'),
  taskLanded('one'),
  taskStarted('two', { agent: 2 }),
];
const ended = (status: 'succeeded' | 'failed'): RunEventBody => ({ type: 'run-ended', status });

/** A runner after a main step that left these events; `finished`: it had told everything. */
const after = (events: readonly RunEventBody[] | undefined, finished = false) => {
  const runner = new FakeRunner({}, { eventName: 'issues', payload: {} });
  const github = new FakeGitHub();
  github.addIssue({ labels: ['aider'] });
  if (events !== undefined) runner.saveState(states.journal, '/logs/events.ndjson');
  if (finished) runner.saveState(states.finished, 'true');
  const journal = timeline(...(events ?? []).map((body, index) => [index * 1000, body] as const));
  const readJournal = (path: string) => success<readonly RunEvent[]>(path === '/logs/events.ndjson' ? journal : []);
  const locks = new FakeLocks();
  const openLedger = () =>
    Promise.resolve({ locks, archive: new FakeArchive(), leftovers: noLeftovers, close: () => Promise.resolve() });
  const swept: string[] = [];
  const sweep = async (runId: string): Promise<void> => {
    swept.push(runId);
    if (runId === 'broken') throw new Error('not permitted');
  };
  const now = () => startOfTime + 60_000;
  const finish = () => finishAction({ runner, github, readJournal, openLedger, now, sweep });
  return { runner, github, locks, swept, finish };
};

describe('the post step', () => {
  it('ends what a killed run left at work, also where that went on from an earlier one', async () => {
    const { swept, finish } = after([runStarted({ runId: 'earlier', request: aRequest({ number: 1 }) })]);
    await finish();
    expect(swept).toEqual(['earlier']);
  });

  it('tells the end also where that cannot be ended', async () => {
    const { github, runner, finish } = after([runStarted({ runId: 'broken', request: aRequest({ number: 1 }) })]);
    expect(await finish()).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(runner.warnings.join('\n')).toContain('not permitted');
  });

  it('leaves alone what has ended by itself', async () => {
    const { swept, finish } = after([...story, ended('succeeded')], true);
    await finish();
    expect(swept).toEqual([]);
  });

  it.each<[string, readonly RunEventBody[] | undefined, boolean]>([
    ['the main step had nothing to do', undefined, false],
    ['the main step had told everything', [...story, ended('succeeded')], true],
    ['the main step died before its first event', [], false],
    ['nobody asked on an issue', [runStarted({ request: aRequest({ number: undefined }) })], false],
  ])('does nothing where %s', async (_, events, finished) => {
    const { runner, github, finish } = after(events, finished);
    expect(await finish()).toBe(0);
    expect(github.calls).toEqual([]);
    expect(runner.warnings).toEqual([]);
  });

  it('tells of a killed main step in its tracking comment, with every task at an end', async () => {
    const { runner, github, finish } = after(story);
    runner.saveState(states.prefix, '/bot');
    await github.createComment(1, `${trackingMarker}\n\n⏳ at work`);
    expect(await finish()).toBe(0);
    expect(github.comments).toHaveLength(1);
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('Cancelled');
    expect(body).toContain('1 of 3 tasks landed');
    expect(body).not.toMatch(/⏳|running|at work/);
    expect(body).toContain(runner.runUrl);
    expect(github.issue(1).labels).toContain('aider:failed');
    expect(body).toContain('Comment `/bot resume`');
    expect(runner.warnings).toHaveLength(1);
  });

  it('writes a comment where the main step had not come to it', async () => {
    const { github, finish } = after([story[0] ?? runStarted()]);
    await finish();
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain(trackingMarker);
  });

  it('tells an end that the main step had only recorded', async () => {
    const { github, finish } = after([
      ...story,
      taskLanded('two'),
      taskStarted('three'),
      taskLanded('three'),
      ended('succeeded'),
    ]);
    await github.createComment(1, `${trackingMarker}\n\n⏳ at work`);
    await finish();
    expect(github.comments[0]?.body).toContain('3 of 3 tasks landed');
    expect(github.issue(1).labels).toContain('aider:done');
  });

  it('sets the label also when the comment cannot be written, and never fails the job', async () => {
    const { runner, github, finish } = after(story);
    github.failOn('findComment');
    expect(await finish()).toBe(0);
    expect(github.issue(1).labels).toContain('aider:failed');
    expect(runner.warnings).toHaveLength(2);
    github.failOn('addLabels');
    expect(await finish()).toBe(0);
  });
});

describe('the lock on the issue, after the main step', () => {
  const holder = { runId: '77-1', until: startOfTime };
  const heldBy = async (rig: ReturnType<typeof after>) => {
    const version = (await rig.locks.take(1, holder, null)) ?? '';
    rig.runner.saveState(states.lock, JSON.stringify({ issue: 1, version }));
    return version;
  };

  it.each<[string, readonly RunEventBody[] | undefined]>([
    ['had begun to tell its run', story],
    ['had not come to its first event', undefined],
  ])('is released when it was killed and %s', async (_, events) => {
    const rig = after(events);
    await heldBy(rig);
    expect(await rig.finish()).toBe(0);
    expect(rig.locks.held.size).toBe(0);
  });

  it('is left to a run that took it over', async () => {
    const rig = after(story);
    await rig.locks.take(1, { ...holder, runId: '78-1' }, await heldBy(rig));
    await rig.finish();
    expect(rig.locks.held.get(1)?.holder.runId).toBe('78-1');
  });

  it('is no reason to fail the job when it cannot be released', async () => {
    const rig = after(undefined);
    await heldBy(rig);
    rig.locks.breaks = new Error('no route to host');
    expect(await rig.finish()).toBe(0);
    expect(rig.runner.warnings).toEqual([expect.stringContaining('no route to host')]);
  });
});
