import type { RunEventBody } from '../../../src/core/run/event.js';
import { keepJournal, type JournalKeeper } from '../../../src/app/journal/keep-journal.js';
import { executeRequest } from '../../../src/app/execute-request.js';
import { startRecording, type Recorder } from '../../../src/app/recorder.js';
import { aPlan, aRequest, aTask, taskId } from '../../support/builders.js';
import { FakeArchive } from '../../support/fake-archive.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeJournal } from '../../support/recording.js';
import { command } from '../../support/bench.js';
import { task } from '../../support/plans.js';
import { aWorld } from '../../support/world.js';

interface Rig {
  readonly archive: FakeArchive;
  readonly keeper: JournalKeeper;
  readonly recorder: Recorder;
  readonly told: string[];
}

const openRig = (forbidden: readonly string[] = []): Rig => {
  const archive = new FakeArchive();
  const told: string[] = [];
  const mayPush = (commit: string) => Promise.resolve(!forbidden.includes(commit));
  const keeper = keepJournal({ archive, mayPush, onFailure: (message) => void told.push(message) });
  const recorder = startRecording(
    { clock: new FakeClock(), journal: new FakeJournal(), sinks: [keeper], redact: (text) => text },
    {
      type: 'run-started',
      runId: '77-1',
      request: aRequest(),
      base: { branch: 'main', sha: 'base' },
      models: { agent: 'm', prd: 'm' },
      maxAgents: 2,
    },
  );
  return { archive, keeper, recorder, told };
};

const planMade: RunEventBody = {
  type: 'plan-made',
  plan: aPlan([aTask('a'), aTask('b'), aTask('c')]),
  hash: 'abc',
  origin: 'model',
  notes: [],
};

const landed = (id: string): RunEventBody => ({
  type: 'task-landed',
  task: taskId(id),
  attempt: 1,
  commit: `work-${id}`,
  head: `head-${id}`,
  changes: [],
});

describe('keeping a journal', () => {
  it('keeps nothing before there is a plan', async () => {
    const { archive, keeper } = openRig();
    await keeper.flush();
    expect(archive.taken).toEqual([]);
  });

  it('puts landings that come during a push into one more, with all that happened until then', async () => {
    const { archive, keeper, recorder } = openRig();
    recorder.record(planMade);
    await keeper.proveKept();
    archive.gate.hold('keep');
    for (const id of ['a', 'b', 'c']) recorder.record(landed(id));
    archive.gate.release('keep');
    await keeper.flush();
    expect(archive.taken.map(({ events }) => events.length)).toEqual([2, 3, 5]);
    expect(archive.taken.at(-1)?.works).toEqual(['work-a', 'work-b', 'work-c']);
  });

  it('holds up nobody who records while a push hangs', () => {
    const { archive, recorder } = openRig();
    archive.gate.hold('keep');
    recorder.record(planMade);
    recorder.record(landed('a'));
    expect(recorder.run.landings).toEqual(['a']);
    expect(archive.taken).toEqual([]);
  });

  it('leaves out work that the patch policy refuses', async () => {
    const { archive, keeper, recorder } = openRig(['work-a']);
    recorder.record(planMade);
    recorder.record(landed('a'));
    recorder.record(landed('b'));
    await keeper.flush();
    expect(archive.taken.at(-1)?.works).toEqual(['work-b']);
  });

  it('says once that a later push failed, and tries again at the next landing', async () => {
    const { archive, keeper, recorder, told } = openRig();
    recorder.record(planMade);
    expect(await keeper.proveKept()).toBeUndefined();
    archive.breaks = new Error('no route to host');
    recorder.record(landed('a'));
    await keeper.flush();
    recorder.record(landed('b'));
    await keeper.flush();
    expect(told).toEqual([expect.stringContaining('cannot be resumed: no route to host')]);
    archive.breaks = undefined;
    recorder.record(landed('c'));
    await keeper.flush();
    expect((await archive.read('77-1'))?.events).toHaveLength(5);
  });
});

describe('a whole run and its archive', () => {
  const plan = [task('a'), task('b'), task('c')];

  it('has kept request, PRD, plan and base when the first agent starts', async () => {
    const outer = aWorld({ plan, commands: [command('test')] });
    const keep = outer.archive.keep.bind(outer.archive);
    const startedBefore: number[] = [];
    outer.archive.keep = async (snapshot) => {
      for (let n = 0; n < 50; n += 1) await Promise.resolve();
      startedBefore.push(outer.agents.messages.length);
      return keep(snapshot);
    };
    expect((await outer.execute()).end?.status).toBe('succeeded');
    expect(startedBefore[0]).toBe(0);
    const first = outer.archive.taken[0];
    expect(first?.events.some(({ type }) => type === 'task-started')).toBe(false);
    expect(first?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['prd-written', 'plan-made']));
  });

  it('ends with the whole journal kept, the pull request named and every landed work in it', async () => {
    const outer = aWorld({ plan });
    const recorder = await outer.clock.drive(executeRequest(outer.world, aRequest()));
    await recorder.flush();
    const { run } = recorder;
    const kept = await outer.archive.newestOf(42);
    expect(kept?.events).toEqual(outer.journal.events);
    expect(kept?.pullRequest).toBe(run.pullRequest?.number);
    expect(kept?.works).toEqual(expect.arrayContaining(run.tasks.map(({ commit }) => commit)));
  });

  it('starts no agent where the push is refused, and says what to give', async () => {
    const outer = aWorld({ plan });
    outer.archive.refusal = 'remote: Permission to o/r.git denied to github-actions[bot].';
    const run = await outer.execute();
    expect(run.end?.status).toBe('failed');
    expect(run.end?.failure).toMatchObject({ reason: 'journal-refused', who: 'user' });
    expect(run.end?.failure?.message).toContain('Permission to o/r.git denied');
    expect(run.end?.failure?.action).toContain('contents: write');
    expect(outer.agents.messages).toEqual([]);
    expect(outer.github.pullRequests).toEqual([]);
  });

  it('goes on where it cannot be kept later, with a warning', async () => {
    const outer = aWorld({ plan });
    const keep = outer.archive.keep.bind(outer.archive);
    let times = 0;
    outer.archive.keep = (snapshot) => {
      times += 1;
      return times === 1 ? keep(snapshot) : Promise.resolve({ kind: 'refused', why: 'gone' });
    };
    const run = await outer.execute();
    expect(run.end?.status).toBe('succeeded');
    expect(run.warnings).toEqual([expect.stringContaining('cannot be resumed: gone')]);
  });

  it('keeps nothing of a dry run', async () => {
    const outer = aWorld({ plan, inputs: { 'dry-run': 'true' } });
    await outer.execute();
    expect(outer.archive.taken).toEqual([]);
  });
});
