import { failed, success } from '../../src/core/result.js';
import type { RunEvent, RunEventBody } from '../../src/core/run/event.js';
import { describeRun, renderRunState } from '../../src/app/resume/describe-run.js';
import { findRun, listRuns, type RunRecords } from '../../src/app/resume/find-run.js';
import { FakeArchive } from '../support/fake-archive.js';
import {
  aFailure,
  aPlan,
  aTask,
  planMade,
  runStarted,
  startOfTime,
  taskLanded,
  taskStarted,
} from '../support/builders.js';

const story = (runId: string, atMs: number, ...bodies: readonly RunEventBody[]): readonly RunEvent[] =>
  [runStarted({ runId }), planMade(aPlan([aTask('one'), aTask('two')])), ...bodies].map((body, index) => ({
    ...body,
    seq: index + 1,
    at: startOfTime + atMs + index,
  }));
const ended: RunEventBody = { type: 'run-ended', status: 'succeeded' };

/** Journals on this machine, and those kept in the repository. */
const records = async (
  local: Readonly<Record<string, readonly RunEvent[]>>,
  kept: Readonly<Record<string, readonly RunEvent[]>> = {},
): Promise<RunRecords> => {
  const archive = new FakeArchive();
  for (const [runId, events] of Object.entries(kept)) await archive.keep({ runId, events, works: ['w'] });
  return {
    localRuns: () => Promise.resolve(Object.keys(local)),
    readLocal: (runId) =>
      runId === 'broken' ? failed(aFailure({ reason: 'journal-broken' })) : success(local[runId] ?? []),
    archive,
  };
};

describe('the run to resume', () => {
  it('is the newest that is not finished', async () => {
    const here = { old: story('old', 0), newer: story('newer', 10), done: story('done', 20, ended) };
    expect(await findRun(await records(here))).toMatchObject({ ok: true, value: { run: { runId: 'newer' } } });
  });

  it('is found where it was kept only, with what brings its commits', async () => {
    const found = await findRun(await records({}, { gone: story('gone', 0) }));
    expect(found).toMatchObject({
      ok: true,
      value: { run: { runId: 'gone' }, kept: { ref: 'refs/aider/gone/journal', commits: ['w'] } },
    });
  });

  it('has the longer of its two journals', async () => {
    const [short, long] = [story('r', 0, taskStarted('one')), story('r', 0, taskStarted('one'), taskLanded('one'))];
    for (const [here, there] of [
      [short, long],
      [long, short],
    ] as const)
      expect(await findRun(await records({ r: here }, { r: there }), 'r')).toMatchObject({ value: { events: long } });
  });

  it('may be named though it is finished', async () => {
    expect(await findRun(await records({ done: story('done', 0, ended) }), 'done')).toMatchObject({ ok: true });
  });

  it.each([
    ['none was left unfinished', undefined, 'nothing-to-resume'],
    ['there is none of this name', 'other', 'run-not-found'],
    ['its journal is broken and nowhere else', 'broken', 'journal-broken'],
  ])('is refused where %s', async (_, wanted, reason) => {
    const found = await findRun(await records({ done: story('done', 0, ended), broken: [] }), wanted);
    expect(found).toMatchObject({ ok: false, failure: { reason } });
  });

  it('is read from where it was kept when its journal here is broken', async () => {
    const found = await findRun(await records({ broken: [] }, { broken: story('broken', 0) }), 'broken');
    expect(found).toMatchObject({ ok: true, value: { run: { runId: 'broken' } } });
  });
});

describe('the state of a run', () => {
  const stateOf = async (bodies: readonly RunEventBody[], pid?: number) => {
    const [found] = await listRuns(await records({ r: story('r', 0, ...bodies) }));
    if (found === undefined) throw new Error('no run');
    return describeRun(found.run, pid);
  };

  it.each<[string, readonly RunEventBody[], number | undefined, string]>([
    [
      'it was killed',
      [taskStarted('one'), taskLanded('one')],
      undefined,
      'r · killed, may be resumed · 1 of 2 tasks landed',
    ],
    ['a process works on it', [taskStarted('one')], 12, 'r · running (process 12) · 0 of 2 tasks landed'],
    ['it succeeded', [ended], undefined, 'r · succeeded · 0 of 2 tasks landed'],
    ['it was stopped', [{ type: 'run-ended', status: 'cancelled' }], undefined, 'r · cancelled, may be resumed'],
  ])('says that %s', async (_, bodies, pid, line) => {
    expect(renderRunState(await stateOf(bodies, pid))).toContain(line);
  });
});
