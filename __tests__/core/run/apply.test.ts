import fc from 'fast-check';
import { apply, replay } from '../../../src/core/run/apply.js';
import { RunEvent, type RunEventBody } from '../../../src/core/run/event.js';
import type { Run, TaskRecord } from '../../../src/core/run/run.js';
import {
  aChange,
  aFailure,
  aJudged,
  aPlan,
  aPrd,
  aResult,
  aRun,
  aTask,
  aUsage,
  iterationEnded,
  iterationStarted,
  planMade,
  runStarted,
  startOfTime,
  taskId,
  taskLanded,
  taskLanding,
  taskStarted,
  timeline,
} from '../../support/builders.js';

type Step = readonly [number, RunEventBody];

const twoTasks = aPlan([aTask('one'), aTask('two', { dependsOn: ['one'] })]);
const planned: Step = [10, planMade(twoTasks)];
const taskOf = (run: Run, id: string): TaskRecord => {
  const found = run.tasks.find((each) => each.task.id === id);
  if (found === undefined) throw new Error(`no task ${id}`);
  return found;
};
const stateOf = (run: Run, id: string): string => taskOf(run, id).state.kind;
const at = (ms: number): number => startOfTime + ms;

describe('replay', () => {
  it('knows nothing without run-started at the front', () => {
    expect(replay([])).toBeUndefined();
    expect(replay(timeline([0, planMade()]))).toBeUndefined();
  });

  it('begins with what run-started says', () => {
    expect(replay(timeline([5, runStarted({ runId: 'r9', maxAgents: 2 })]))).toMatchObject({
      runId: 'r9',
      maxAgents: 2,
      startedAt: at(5),
      updatedAt: at(5),
      tasks: [],
      peakAgents: 0,
    });
  });
});

describe('the state of a task', () => {
  const failure = aFailure();
  const started: Step = [20, taskStarted('one')];
  const landing: Step = [30, taskLanding('one')];
  const landed: Step = [40, taskLanded('one')];
  const gaveUp: Step = [50, { type: 'task-failed', task: taskId('one'), failure }];
  const stopped: Step = [50, { type: 'task-cancelled', task: taskId('one') }];
  const skipped: Step = [50, { type: 'task-skipped', task: taskId('one'), why: 'fail-fast' }];
  const evicted: Step = [60, { type: 'task-evicted', task: taskId('one'), failure }];
  const conflict: Step = [
    35,
    { type: 'conflict-found', task: taskId('one'), attempt: 1, files: ['a'], with: [taskId('two')] },
  ];
  const predicted: Step = [
    25,
    { type: 'conflict-predicted', task: taskId('one'), attempt: 1, files: ['a'], with: [taskId('two')] },
  ];
  const requeued: Step = [45, { type: 'task-requeued', task: taskId('one'), attempt: 1 }];
  const attemptFailed: Step = [30, { type: 'attempt-failed', task: taskId('one'), attempt: 1, failure }];
  const again: Step = [70, taskStarted('one', { attempt: 2 })];

  it.each<[string, readonly Step[], string]>([
    ['is pending when planned', [], 'pending'],
    ['runs once started', [started], 'running'],
    ['waits again after a failed attempt', [started, attemptFailed], 'pending'],
    ['runs again in the next attempt', [started, attemptFailed, again], 'running'],
    ['is landing with its commit', [started, landing], 'landing'],
    ['is still landing when a conflict was found', [started, landing, conflict], 'landing'],
    ['waits for its redo once requeued', [started, landing, conflict, requeued], 'pending'],
    ['runs on while a conflict is foreseen', [started, predicted], 'running'],
    ['waits for its redo when stopped for a foreseen conflict', [started, predicted, requeued], 'pending'],
    ['stays landed when a requeue comes late', [started, landing, landed, requeued], 'landed'],
    ['is landed', [started, landing, landed], 'landed'],
    ['is failed once given up', [started, gaveUp], 'failed'],
    ['is failed when evicted after landing', [started, landing, landed, evicted], 'failed'],
    ['may run again after an eviction', [started, landed, evicted, again], 'running'],
    ['is skipped when never started', [skipped], 'skipped'],
    ['is cancelled when stopped', [started, stopped], 'cancelled'],
    ['stays landed when a stop comes late', [started, landed, stopped], 'landed'],
    ['stays landed when a failure comes late', [started, landed, gaveUp], 'landed'],
    ['stays failed when the end of an attempt comes late', [started, gaveUp, attemptFailed], 'failed'],
    ['stays cancelled when a landing begins late', [started, stopped, landing], 'cancelled'],
    ['stays failed when a conflict comes late', [started, gaveUp, conflict], 'failed'],
    ['stays failed when a skip comes late', [started, gaveUp, skipped], 'failed'],
  ])('%s', (_name, steps, expected) => {
    expect(stateOf(aRun(planned, ...steps), 'one')).toBe(expected);
  });

  it('remembers why and because of whom it was skipped', () => {
    const run = aRun(planned, [
      5,
      { type: 'task-skipped', task: taskId('two'), because: taskId('one'), why: 'one failed' },
    ]);
    expect(taskOf(run, 'two').state).toEqual({ kind: 'skipped', because: 'one', why: 'one failed', at: at(5) });
  });

  it('keeps a span for every attempt, the open one without an end', () => {
    const run = aRun(planned, started, attemptFailed, again);
    expect(taskOf(run, 'one').spans).toEqual([
      { attempt: 1, model: 'openai/gpt-4o', startedAt: at(20), endedAt: at(30) },
      { attempt: 2, model: 'openai/gpt-4o', startedAt: at(70) },
    ]);
    expect(taskOf(run, 'one')).toMatchObject({ attempts: 2, firstStartedAt: at(20), attemptFailures: [failure] });
  });
});

describe('readiness', () => {
  it('begins with the plan for a task without dependencies, and with their landing for the others', () => {
    const before = aRun(planned, [20, taskStarted('one')]);
    expect([taskOf(before, 'one').readyAt, taskOf(before, 'two').readyAt]).toEqual([at(10), undefined]);
    const after = aRun(planned, [20, taskStarted('one')], [40, taskLanded('one')]);
    expect(taskOf(after, 'two').readyAt).toBe(at(40));
  });

  it('is not undone by an eviction', () => {
    const run = aRun(
      planned,
      [40, taskLanded('one')],
      [50, { type: 'task-evicted', task: taskId('one'), failure: aFailure() }],
    );
    expect(taskOf(run, 'two').readyAt).toBe(at(40));
  });
});

describe('iterations', () => {
  it('end with what they brought', () => {
    const run = aRun(
      planned,
      [20, taskStarted('one')],
      [21, iterationStarted('one')],
      [
        30,
        iterationEnded('one', {
          outcome: 'validation-failed',
          validation: [aJudged('test', { exitCode: 1, verdict: 'new-failure' })],
        }),
      ],
    );
    expect(taskOf(run, 'one').iterations).toEqual([
      {
        attempt: 1,
        iteration: 1,
        startedAt: at(21),
        endedAt: at(30),
        outcome: 'validation-failed',
        usage: aUsage(),
        detail: '',
        refused: [],
        validation: [aJudged('test', { exitCode: 1, verdict: 'new-failure' })],
      },
    ]);
    expect(taskOf(run, 'one').changes).toEqual([aChange('src/one.ts')]);
  });

  it('count their usage once when a killed process left an older one of the same number open', () => {
    const run = aRun(
      planned,
      [21, iterationStarted('one')],
      [90, iterationStarted('one')],
      [99, iterationEnded('one')],
    );
    expect(taskOf(run, 'one').iterations.map((each) => each.usage)).toEqual([undefined, aUsage()]);
  });

  it('count their usage even without a recorded start', () => {
    const run = aRun(planned, [2000, iterationEnded('one', { durationMs: 500 })]);
    expect(taskOf(run, 'one').iterations).toMatchObject([{ startedAt: at(1500), endedAt: at(2000), usage: aUsage() }]);
  });
});

describe('landings', () => {
  it('are in order, once each, without the evicted', () => {
    const run = aRun(
      planned,
      [40, taskLanded('one')],
      [50, taskLanded('two')],
      [60, taskLanded('one', { commit: 'e'.repeat(40) })],
    );
    expect(run.landings).toEqual(['one', 'two']);
    expect(taskOf(run, 'one').commit).toBe('e'.repeat(40));
    const evicted = apply(run, {
      type: 'task-evicted',
      task: taskId('one'),
      failure: aFailure(),
      seq: 9,
      at: at(70),
    });
    expect(evicted.landings).toEqual(['two']);
  });

  it('do not know tasks that are not in the plan', () => {
    expect(aRun(planned, [40, taskLanded('three')]).landings).toEqual([]);
  });
});

describe('agents at work', () => {
  it('are counted at their peak, repairs included', () => {
    const plan = planMade(aPlan([aTask('one'), aTask('two'), aTask('three')]));
    const run = aRun(
      [0, runStarted()],
      [1, plan],
      [2, taskStarted('one')],
      [3, taskStarted('two')],
      [4, taskLanded('one')],
      [5, taskStarted('three')],
    );
    expect(run.peakAgents).toBe(2);
    const repair = (task: string): RunEventBody => ({
      type: 'repair-started',
      round: 1,
      task: taskId(task),
      commands: ['test'],
    });
    expect(aRun([1, plan], [2, repair('one')], [3, repair('two')]).peakAgents).toBe(2);
  });
});

describe('conflicts', () => {
  it('are open until their end is told', () => {
    const found: Step = [
      30,
      { type: 'conflict-found', task: taskId('two'), attempt: 1, files: ['src/a.ts'], with: [taskId('one')] },
    ];
    const open = { task: 'two', files: ['src/a.ts'], with: ['one'], at: at(30) };
    expect(aRun(planned, found).conflicts).toEqual([open]);
    const end: Step = [50, { type: 'conflict-ended', task: taskId('two'), end: 'landed-after-redo' }];
    expect(aRun(planned, found, end).conflicts).toEqual([{ ...open, end: 'landed-after-redo' }]);
    const merged: Step = [
      50,
      { type: 'conflict-ended', task: taskId('two'), end: 'resolved-and-validated', by: 'model' },
    ];
    expect(aRun(planned, found, merged).conflicts).toEqual([{ ...open, end: 'resolved-and-validated', by: 'model' }]);
  });

  it('say that they were foreseen', () => {
    const foreseen: Step = [
      30,
      { type: 'conflict-predicted', task: taskId('two'), attempt: 1, files: ['src/a.ts'], with: [taskId('one')] },
    ];
    expect(aRun(planned, foreseen).conflicts).toMatchObject([{ task: 'two', predicted: true }]);
  });

  it.each<[RunEventBody, string]>([
    [{ type: 'task-failed', task: taskId('two'), failure: aFailure() }, 'escalated'],
    [{ type: 'task-skipped', task: taskId('two'), why: 'x' }, 'cancelled'],
    [{ type: 'task-cancelled', task: taskId('two') }, 'cancelled'],
    [{ type: 'task-cancelled', task: taskId('one') }, 'open'],
  ])('end with their task and with no other: $0.type', (event, expected) => {
    const found: Step = [30, { type: 'conflict-found', task: taskId('two'), attempt: 1, files: ['a'], with: [] }];
    expect(aRun(planned, found, [50, event]).conflicts.map(({ end }) => end ?? 'open')).toEqual([expected]);
  });
});

describe('the facts of a run', () => {
  it('are all kept', () => {
    const results = [aResult('lint')];
    const judged = [aJudged('lint')];
    const run = aRun(
      [0, runStarted()],
      [1, { type: 'phase-started', phase: 'prd' }],
      [2, { type: 'model-called', phase: 'prd', model: 'm', usage: aUsage(), durationMs: 900 }],
      [3, { type: 'prd-written', prd: aPrd(), path: 'docs/prd/x.md', origin: 'model' }],
      [4, { type: 'phase-ended', phase: 'prd', durationMs: 3 }],
      [5, planMade(twoTasks, { notes: ['an edge was added'] })],
      [6, { type: 'baseline-taken', results }],
      [7, { type: 'sequence-chosen', why: 'two tasks only' }],
      [8, { type: 'validation-ended', round: 0, head: 'h', results: judged }],
      [9, { type: 'repair-started', round: 1, task: taskId('one'), commands: ['lint'] }],
      [
        19,
        {
          type: 'repair-ended',
          round: 1,
          task: taskId('one'),
          outcome: 'changed',
          usage: aUsage(),
          durationMs: 10,
          detail: '',
        },
      ],
      [20, { type: 'branch-pushed', branch: 'aider/issue-42', sha: 's', url: 'https://x.test/b' }],
      [21, { type: 'pull-request-opened', number: 7, url: 'https://x.test/7', draft: true }],
      [22, { type: 'pull-request-forbidden', message: 'no', compareUrl: 'https://x.test/c' }],
      [23, { type: 'warning', message: 'careful' }],
      [24, { type: 'run-ended', status: 'partial', failure: aFailure() }],
    );
    expect(run).toMatchObject({
      phase: 'prd',
      phases: [{ phase: 'prd', startedAt: at(1), durationMs: 3 }],
      modelCalls: [{ phase: 'prd', model: 'm', usage: aUsage(), durationMs: 900 }],
      prd: { path: 'docs/prd/x.md', origin: 'model' },
      plan: { origin: 'model', notes: ['an edge was added'] },
      baseline: results,
      sequence: { why: 'two tasks only' },
      validations: [{ round: 0, head: 'h', results: judged }],
      repairs: [{ round: 1, task: 'one', startedAt: at(9), endedAt: at(19), outcome: 'changed', usage: aUsage() }],
      branch: { name: 'aider/issue-42', sha: 's', url: 'https://x.test/b' },
      pullRequest: { number: 7, draft: true },
      pullRequestForbidden: { message: 'no' },
      warnings: ['careful'],
      end: { status: 'partial', at: at(24), failure: aFailure() },
      updatedAt: at(24),
    });
  });

  it('close the last open phase only', () => {
    const run = aRun(
      [1, { type: 'phase-started', phase: 'tasks' }],
      [50, { type: 'phase-started', phase: 'tasks' }],
      [60, { type: 'phase-ended', phase: 'tasks', durationMs: 10 }],
    );
    expect(run.phases).toEqual([
      { phase: 'tasks', startedAt: at(1) },
      { phase: 'tasks', startedAt: at(50), durationMs: 10 },
    ]);
  });

  it('do not end twice', () => {
    const run = aRun([1, { type: 'run-ended', status: 'cancelled' }], [2, { type: 'run-ended', status: 'succeeded' }]);
    expect(run.end).toEqual({ status: 'cancelled', at: at(1) });
  });

  it('do not let a clock that was set back make them older', () => {
    expect(aRun([0, runStarted()], [50, planMade()], [20, { type: 'warning', message: 'x' }]).updatedAt).toBe(at(50));
  });
});

const ids = fc.constantFrom('one', 'two', 'elsewhere').map(taskId);
const small = fc.integer({ min: 1, max: 2 });
const bodies: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.constantFrom<RunEventBody>(
    runStarted(),
    planned[1],
    { type: 'phase-started', phase: 'tasks' },
    { type: 'phase-ended', phase: 'tasks', durationMs: 1 },
    { type: 'warning', message: 'x' },
    { type: 'run-ended', status: 'partial' },
    { type: 'run-ended', status: 'succeeded' },
  ),
  fc.tuple(ids, small, small).chain(([task, attempt, iteration]) =>
    fc.constantFrom<RunEventBody>(
      taskStarted(task, { attempt }),
      iterationStarted(task, attempt, iteration),
      iterationEnded(task, { attempt, iteration }),
      { type: 'attempt-failed', task, attempt, failure: aFailure() },
      taskLanding(task, attempt),
      taskLanded(task, { attempt }),
      { type: 'conflict-found', task, attempt, files: ['a'], with: [] },
      { type: 'conflict-predicted', task, attempt, files: ['a'], with: [] },
      { type: 'conflict-ended', task, end: 'escalated' },
      { type: 'task-requeued', task, attempt },
      { type: 'task-failed', task, failure: aFailure() },
      { type: 'task-skipped', task, why: 'x' },
      { type: 'task-cancelled', task },
      { type: 'task-evicted', task, failure: aFailure() },
      { type: 'repair-started', round: iteration, task, commands: [] },
      {
        type: 'repair-ended',
        round: iteration,
        task,
        outcome: 'changed',
        usage: aUsage(),
        durationMs: 1,
        detail: '',
      },
    ),
  ),
);
const histories = fc
  .array(bodies, { maxLength: 40 })
  .map((list) => timeline([0, runStarted()], ...list.map((body, index): Step => [index + 1, body])));

describe('any history', () => {
  it('is made of events the schema accepts', () => {
    fc.assert(
      fc.property(histories, (events) => events.every((event) => RunEvent.safeParse(event).success)),
      { numRuns: 30 },
    );
  });

  it('can be replayed from any prefix, and event by event alike', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (events, cut) => {
        const prefix = events.slice(0, 1 + (cut % events.length));
        const whole = replay(events);
        const resumed = events.slice(prefix.length).reduce(apply, replay(prefix) as Run);
        expect(resumed).toEqual(whole);
      }),
    );
  });

  it('never un-ends, keeps landings to the tasks that are landed, and counts every used iteration once', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const run = replay(events) as Run;
        const end = events.find((event) => event.type === 'run-ended');
        expect(run.end?.at).toBe(end?.at);
        expect(new Set(run.landings).size).toBe(run.landings.length);
        for (const task of run.tasks) {
          if (task.state.kind === 'landed') expect(run.landings).toContain(task.task.id);
          expect(task.spans.filter((span) => span.endedAt === undefined).length).toBeLessThanOrEqual(1);
        }
        const lastPlan = events.findLastIndex((event) => event.type === 'plan-made');
        const used = events.filter(
          (event, index) => index > lastPlan && event.type === 'iteration-ended' && event.task !== 'elsewhere',
        );
        const counted = run.tasks.flatMap((task) => task.iterations).filter((each) => each.usage !== undefined);
        expect(counted.length).toBe(lastPlan === -1 ? 0 : used.length);
      }),
    );
  });
});
