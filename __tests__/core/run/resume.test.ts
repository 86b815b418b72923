import type { RunEventBody } from '../../../src/core/run/event.js';
import { decide } from '../../../src/core/schedule/decide.js';
import { commitsOf, isUnfinished, resumeFrom } from '../../../src/core/run/resume.js';
import {
  aFailure,
  aPlan,
  aRun,
  aTask,
  aUsage,
  iterationEnded,
  iterationStarted,
  planMade,
  runStarted,
  taskId,
  taskLanded,
  taskStarted,
} from '../../support/builders.js';

const plan = planMade(aPlan([aTask('one'), aTask('two'), aTask('three', { dependsOn: ['one'] })]));
const work = (id: string) => ({ commit: `${id}-commit`, start: 'base' });
const moving = (from: string, kept: number, ...ids: readonly string[]): RunEventBody => ({
  type: 'integration-moving',
  from,
  to: `${ids.at(-1) ?? 'base'}-head`,
  kept,
  added: ids.map((id) => ({ task: taskId(id), ...work(id), head: `${id}-head` })),
});
const landing = (id: string): RunEventBody => ({
  type: 'task-landing',
  task: taskId(id),
  attempt: 1,
  commit: `${id}-commit`,
});
const done = (id: string): readonly RunEventBody[] => [
  taskStarted(id),
  iterationStarted(id),
  iterationEnded(id, work(id)),
];
const landed = (id: string, from: string, kept: number): readonly RunEventBody[] => [
  ...done(id),
  landing(id),
  moving(from, kept, id),
  taskLanded(id, { commit: `${id}-commit`, head: `${id}-head` }),
];
const runOf = (...bodies: readonly RunEventBody[]) =>
  aRun(...[runStarted(), plan, ...bodies].map((body, index) => [index * 10, body] as const));
const everything = (): boolean => true;
const without =
  (...gone: readonly string[]) =>
  (commit: string): boolean =>
    !gone.includes(commit);

describe('what a killed run is told before it goes on', () => {
  const nothing = { lost: [], workGone: [], steps: 0, landed: [], evicted: [], toLand: [] };

  it('is nothing where nothing was done', () => {
    expect(resumeFrom(runOf(taskStarted('one'), iterationStarted('one')), everything)).toEqual(nothing);
  });

  it('is nothing where all that landed is on record', () => {
    expect(resumeFrom(runOf(...landed('one', 'base', 0)), everything)).toEqual({ ...nothing, steps: 1 });
  });

  it.each<[string, readonly RunEventBody[]]>([
    ['it was validated', done('one')],
    ['it was about to land', [...done('one'), landing('one')]],
    [
      'it was stopped when it had just been validated',
      [...done('one'), { type: 'task-cancelled', task: taskId('one') }],
    ],
  ])('lands work when %s', (_, bodies) => {
    const toLand = [{ task: 'one', attempt: 1, ...work('one') }];
    expect(resumeFrom(runOf(...bodies), everything)).toEqual({ ...nothing, toLand });
  });

  it.each<[string, readonly RunEventBody[], (commit: string) => boolean]>([
    [
      'it was red',
      [taskStarted('one'), iterationEnded('one', { ...work('one'), outcome: 'validation-failed' })],
      everything,
    ],
    [
      'it met a conflict',
      [
        ...done('one'),
        { type: 'conflict-found', task: taskId('one'), attempt: 1, files: ['a'], with: [] },
        taskStarted('one', { attempt: 2, mode: 'redo' }),
      ],
      everything,
    ],
    [
      'it was given up',
      [...done('one'), { type: 'task-failed', task: taskId('one'), failure: aFailure() }],
      everything,
    ],
  ])('does not land work when %s', (_, bodies, has) => {
    expect(resumeFrom(runOf(...bodies), has)).toEqual(nothing);
  });

  it('does not land work whose commit is gone, which nobody asks git for again', () => {
    expect(resumeFrom(runOf(...done('one')), without('one-commit'))).toEqual({ ...nothing, workGone: ['one'] });
  });

  it('tells a landing that was made and not recorded', () => {
    const run = runOf(...done('one'), landing('one'), moving('base', 0, 'one'));
    const made = { task: 'one', attempt: 1, ...work('one'), head: 'one-head' };
    expect(resumeFrom(run, everything)).toEqual({ ...nothing, steps: 1, landed: [made] });
  });

  it('lands once more where the landing was announced and its commit never made', () => {
    const run = runOf(...done('one'), landing('one'), moving('base', 0, 'one'));
    const toLand = [{ task: 'one', attempt: 1, ...work('one') }];
    expect(resumeFrom(run, without('one-head'))).toEqual({ ...nothing, toLand });
  });

  it('tells an eviction that was made and not recorded', () => {
    const run = runOf(...landed('one', 'base', 0), ...landed('two', 'one-head', 1), moving('two-head', 0, 'two'));
    expect(resumeFrom(run, everything)).toEqual({ ...nothing, steps: 1, evicted: ['one'] });
  });

  it('takes what landed for lost from the first step on whose commit is gone', () => {
    const run = runOf(...landed('one', 'base', 0), ...landed('two', 'one-head', 1), ...landed('three', 'two-head', 2));
    const gone = without('two-commit', 'two-head', 'three-commit', 'three-head');
    expect(resumeFrom(run, gone)).toEqual({ ...nothing, lost: ['two', 'three'], workGone: ['two', 'three'], steps: 1 });
    const all = { lost: ['one', 'two', 'three'], workGone: ['one', 'two', 'three'] };
    expect(resumeFrom(run, () => false)).toEqual({ ...nothing, ...all });
  });

  it('lands again, in the same order, what landed where only the landings are gone', () => {
    const run = runOf(...landed('two', 'base', 0), ...landed('one', 'two-head', 1));
    const toLand = ['two', 'one'].map((id) => ({ task: id, attempt: 1, ...work(id) }));
    expect(resumeFrom(run, without('two-head', 'one-head'))).toEqual({ ...nothing, lost: ['one', 'two'], toLand });
  });

  it('does not land work that a later attempt has begun anew, or that met a conflict in the same moment', () => {
    const later = runOf(
      ...done('one'),
      { type: 'attempt-failed', task: taskId('one'), attempt: 1, failure: aFailure() },
      taskStarted('one', { attempt: 2 }),
    );
    expect(resumeFrom(later, everything)).toEqual(nothing);
    const found = (task: string): RunEventBody => ({
      type: 'conflict-found',
      task: taskId(task),
      attempt: 1,
      files: ['a'],
      with: [],
    });
    const steps = [runStarted(), plan, ...done('one')].map((body, index) => [index, body] as const);
    expect(resumeFrom(aRun(...steps, [4, found('one')]), everything)).toEqual(nothing);
    expect(resumeFrom(aRun(...steps, [4, found('two')]), everything).toLand).toHaveLength(1);
    const before = [...steps.slice(0, 4), [3, found('one')] as const, ...steps.slice(4)];
    expect(resumeFrom(aRun(...before), everything).toLand).toHaveLength(1);
  });

  it('records no landing of what was given up meanwhile, and never one of attempt 0', () => {
    const failed: RunEventBody = { type: 'task-failed', task: taskId('one'), failure: aFailure() };
    const given = resumeFrom(runOf(...done('one'), moving('base', 0, 'one'), failed), everything);
    expect(given.landed).toEqual([]);
    const running = runOf(taskStarted('one', { attempt: 3 }), moving('base', 0, 'one'));
    expect(resumeFrom(running, everything).landed).toMatchObject([{ task: 'one', attempt: 3 }]);
    const waiting = runOf(moving('base', 0, 'one'));
    expect(resumeFrom(waiting, everything).landed).toMatchObject([{ task: 'one', attempt: 1 }]);
  });

  it('asks git for nothing where no commit is on record', () => {
    expect(commitsOf(runOf(taskStarted('one')))).toEqual([]);
  });

  it('lands nothing again whose own commit or start is gone', () => {
    const run = runOf(...landed('one', 'base', 0));
    expect(resumeFrom(run, without('one-head', 'one-commit')).toLand).toEqual([]);
    expect(resumeFrom(run, without('base')).toLand).toEqual([]);
  });

  it('asks git for every commit on record, once', () => {
    const run = runOf(...landed('one', 'base', 0), ...done('two'));
    expect([...commitsOf(run)].toSorted()).toEqual(['base', 'one-commit', 'one-head', 'two-commit']);
  });
});

describe('a run that goes on', () => {
  const failedBy = (reason: string) =>
    ({ type: 'run-ended', status: 'failed', failure: aFailure({ reason }) }) as const;
  const resumed: RunEventBody = { type: 'run-resumed', lost: [], steps: 1 };

  it('has nothing at work, and does not count the attempt that was cut short', () => {
    const { tasks, phase } = runOf(
      { type: 'phase-started', phase: 'tasks' },
      ...landed('one', 'base', 0),
      taskStarted('two'),
      { type: 'attempt-failed', task: taskId('two'), attempt: 1, failure: aFailure() },
      taskStarted('two', { attempt: 2 }),
      iterationStarted('two', 2),
      resumed,
    );
    expect(phase).toBeUndefined();
    expect(tasks.map(({ state, attempts }) => [state.kind, attempts])).toEqual([
      ['landed', 1],
      ['pending', 1],
      ['pending', 0],
    ]);
    expect(tasks[1]?.iterations.at(-1)).toMatchObject({ attempt: 2, outcome: 'cancelled' });
    expect(tasks[1]?.spans.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
  });

  it('has its stopped tasks before it again, and no end', () => {
    const cancel = (id: string): RunEventBody => ({ type: 'task-cancelled', task: taskId(id) });
    const run = runOf(taskStarted('one'), cancel('one'), cancel('two'), cancel('three'), {
      type: 'run-ended',
      status: 'cancelled',
    });
    expect(isUnfinished(run)).toBe(true);
    const { tasks, end } = runOf(
      taskStarted('one'),
      cancel('one'),
      cancel('two'),
      { type: 'run-ended', status: 'cancelled' },
      resumed,
    );
    expect(end).toBeUndefined();
    expect(tasks.map(({ state, attempts }) => [state.kind, attempts])).toEqual([
      ['pending', 0],
      ['pending', 0],
      ['pending', 0],
    ]);
  });

  it('leaves what failed, and what was skipped because of that, as it is', () => {
    const { tasks } = runOf(
      taskStarted('one'),
      { type: 'task-failed', task: taskId('one'), failure: aFailure() },
      { type: 'task-skipped', task: taskId('three'), because: taskId('one'), why: 'x' },
      { type: 'task-skipped', task: taskId('two'), why: 'the budget is reached' },
      resumed,
    );
    expect(tasks.map(({ state }) => state.kind)).toEqual(['failed', 'pending', 'skipped']);
  });

  it.each<[string, RunEventBody, RunEventBody]>([
    ['it had been stopped', { type: 'task-cancelled', task: taskId('two') }, { ...resumed, steps: 0 }],
    [
      'its landing is gone',
      taskLanded('two', { attempt: 2 }),
      { type: 'run-resumed', lost: [taskId('two')], steps: 0, workGone: [taskId('two')] },
    ],
  ])('redoes a task on top of what it conflicted with when %s', (_, end, resume) => {
    const run = runOf(
      ...done('two'),
      { type: 'conflict-found', task: taskId('two'), attempt: 1, files: ['a'], with: [taskId('one')] },
      { type: 'task-requeued', task: taskId('two'), attempt: 1 },
      taskStarted('two', { attempt: 2, mode: 'redo' }),
      { type: 'conflict-ended', task: taskId('two'), end: 'landed-after-redo' },
      end,
      resume,
    );
    const limits = { maxAgents: 1, maxAttempts: 3, sequential: false };
    const two = { ...run, tasks: run.tasks.filter(({ task }) => task.id === 'two') };
    const asked = decide({ plan: aPlan([aTask('two')]), run: two, limits });
    expect(asked).toEqual([{ kind: 'start', task: 'two', attempt: 2, mode: 'redo' }]);
  });

  it('forgets work that is gone, and takes what landed for what of it is still there', () => {
    const repair = { task: taskId('one'), commit: 'repair', start: 'one-head', head: 'repair-head' };
    const { tasks } = runOf(
      ...landed('one', 'base', 0),
      { type: 'integration-moving', from: 'one-head', to: 'repair-head', kept: 1, added: [repair] },
      taskLanded('one', { commit: 'repair', head: 'repair-head' }),
      ...done('two'),
      { type: 'run-resumed', lost: [], steps: 1, workGone: [taskId('one'), taskId('two')] },
    );
    expect(tasks[0]).toMatchObject({
      ...work('one'),
      state: { kind: 'landed', commit: 'one-commit', head: 'one-head' },
    });
    expect(tasks[1]).not.toHaveProperty('commit');
    expect(tasks[1]).not.toHaveProperty('start');
  });

  it('closes at its last event what was under way: phases, and repairs as if they had not begun', () => {
    const repair: RunEventBody = { type: 'repair-started', round: 1, task: taskId('one'), commands: ['test'] };
    const ended: RunEventBody = {
      type: 'repair-ended',
      round: 1,
      task: taskId('one'),
      outcome: 'changed',
      usage: aUsage(),
      durationMs: 5,
      detail: '',
    };
    const { phases, repairs } = aRun(
      [0, runStarted()],
      [10, { type: 'phase-started', phase: 'plan' }],
      [20, { type: 'phase-ended', phase: 'plan', durationMs: 7 }],
      [30, { type: 'phase-started', phase: 'tasks' }],
      [40, repair],
      [45, ended],
      [50, { ...repair, round: 2 }],
      [1_000, resumed],
    );
    expect(phases.map(({ durationMs }) => durationMs)).toEqual([7, 20]);
    expect(repairs.map(({ round }) => round)).toEqual([1]);
  });

  it('takes what is lost out of the landings and steps, and keeps what stays', () => {
    const run = runOf(...landed('one', 'base', 0), ...landed('two', 'one-head', 1), {
      type: 'run-resumed',
      lost: [taskId('two')],
      steps: 1,
    });
    expect(run.landings).toEqual(['one']);
    expect(run.steps.map(({ task }) => task)).toEqual(['one']);
    expect(run.tasks.map(({ state }) => state.kind)).toEqual(['landed', 'pending', 'pending']);
  });

  it('keeps how a conflict ended, but for tasks that begin again; one is shaken only where landings are lost', () => {
    const conflict = (id: string): readonly RunEventBody[] => [
      ...done(id),
      { type: 'conflict-found', task: taskId(id), attempt: 1, files: ['a'], with: [] },
      { type: 'conflict-ended', task: taskId(id), end: 'landed-after-redo', by: 'model' },
    ];
    const before = [...conflict('one'), taskLanded('one'), ...conflict('two')];
    const kept = runOf(...before, resumed).conflicts;
    expect(kept[0]).toMatchObject({ task: 'one', end: 'landed-after-redo' });
    expect(kept[1]).not.toHaveProperty('end');
    expect(kept[1]).not.toHaveProperty('shaken');
    const lost: RunEventBody = { type: 'run-resumed', lost: [taskId('one')], steps: 0 };
    expect(runOf(...before, lost).conflicts.map(({ end, shaken }) => [end, shaken])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  });

  it('says of a message that was cut short that the run was killed, and leaves those before as they were', () => {
    const run = aRun(
      [0, runStarted()],
      [1, plan],
      [2, taskStarted('one')],
      [3, iterationStarted('one')],
      [4, iterationEnded('one', { outcome: 'validation-failed', detail: 'red' })],
      [5, iterationStarted('one', 1, 2)],
      [9, iterationStarted('two')],
      [1_000, resumed],
    );
    const [first, second] = run.tasks[0]?.iterations ?? [];
    expect(first).toMatchObject({ outcome: 'validation-failed', detail: 'red' });
    expect(second).toMatchObject({ outcome: 'cancelled', endedAt: run.startedAt + 9, detail: 'The run was killed.' });
  });

  it('knows how long nobody was at work', () => {
    const at = 1_000_000;
    const { pauses, startedAt } = aRun([0, runStarted()], [500, plan], [at, resumed]);
    expect(pauses).toEqual([{ from: startedAt + 500, to: startedAt + at }]);
  });

  it.each([
    ['it was killed', undefined, true],
    ['it was cancelled', { type: 'run-ended', status: 'cancelled' }, true],
    [
      'its own deadline stopped it',
      { type: 'run-ended', status: 'partial', failure: aFailure({ reason: 'run-timeout' }) },
      true,
    ],
    ['its work could not be pushed', failedBy('push-refused'), true],
    ['it could not reach the remote', failedBy('push-failed'), true],
    ['it succeeded', { type: 'run-ended', status: 'succeeded' }, false],
    ['it failed', { type: 'run-ended', status: 'failed', failure: aFailure() }, false],
  ] as const)('may go on when %s: %#', (_, end, may) => {
    expect(isUnfinished(runOf(...(end === undefined ? [] : [end])))).toBe(may);
  });
});
