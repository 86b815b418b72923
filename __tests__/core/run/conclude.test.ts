import { conclude, firstTaskFailure, hasNothingNew, hasWork, lastResults } from '../../../src/core/run/conclude.js';
import type { JudgedResult, RunEventBody } from '../../../src/core/run/event.js';
import { aFailure, aJudged, aPlan, aRun, aTask, planMade, taskId, taskLanded } from '../../support/builders.js';

const plan = planMade(aPlan([aTask('a'), aTask('b')]));
const runOf = (...bodies: readonly RunEventBody[]) =>
  aRun([0, plan], ...bodies.map((body, index) => [index + 1, body] as const));
const validated = (...verdicts: readonly JudgedResult['verdict'][]): RunEventBody => ({
  type: 'validation-ended',
  round: 0,
  head: 'd'.repeat(40),
  results: verdicts.map((verdict, index) => aJudged(`c${index}`, { verdict })),
});
const failed = (id: string): RunEventBody => ({
  type: 'task-failed',
  task: taskId(id),
  failure: aFailure({ message: `${id} did not work.` }),
});
const all = [taskLanded('a'), taskLanded('b')];

describe('the status of a run', () => {
  it('is succeeded where every task landed and nothing is newly red', () => {
    expect(conclude(runOf(...all))).toBe('succeeded');
    expect(conclude(runOf(...all, validated('green', 'known-failure')))).toBe('succeeded');
  });

  it.each<[string, readonly RunEventBody[]]>([
    ['a task did not land', [taskLanded('a'), failed('b')]],
    ['one command of several is newly red', [...all, validated('green', 'new-failure')]],
    ['it is unknown of one whether it is', [...all, validated('unknown', 'green')]],
    ['no pull request could be opened', [...all, { type: 'pull-request-forbidden', message: 'x', compareUrl: 'y' }]],
  ])('is partial where %s', (_, bodies) => {
    expect(conclude(runOf(...bodies))).toBe('partial');
  });

  it('is partial where something interrupted it, though all landed', () => {
    expect(conclude(runOf(...all), { kind: 'deadline', failure: aFailure() })).toBe('partial');
    expect(conclude(runOf(...all), { kind: 'fatal', failure: aFailure() })).toBe('partial');
  });

  it('is failed where nothing is delivered: nothing landed, or it was set aside', () => {
    expect(conclude(runOf(failed('a'), failed('b')))).toBe('failed');
    expect(conclude(runOf(), { kind: 'deadline', failure: aFailure() })).toBe('failed');
    expect(conclude(runOf(...all, { type: 'work-set-aside', branch: 'x', sha: 'y' }))).toBe('failed');
  });

  it('is cancelled where it was stopped on request, whatever it has', () => {
    expect(conclude(runOf(), { kind: 'cancelled' })).toBe('cancelled');
    expect(conclude(runOf(...all), { kind: 'cancelled' })).toBe('cancelled');
  });
});

describe('what a run has', () => {
  it('is work once something landed and was not taken out again', () => {
    const evicted: RunEventBody = { type: 'task-evicted', task: taskId('a'), failure: aFailure() };
    expect([runOf(), runOf(taskLanded('a')), runOf(taskLanded('a'), evicted)].map(hasWork)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('is judged by the last validation alone, and nothing is new before the first', () => {
    expect(lastResults(runOf())).toEqual([]);
    expect(hasNothingNew(runOf())).toBe(true);
    expect(hasNothingNew(runOf(validated('new-failure'), validated('green')))).toBe(true);
    expect(hasNothingNew(runOf(validated('green'), validated('new-failure')))).toBe(false);
    expect(lastResults(runOf(validated('green'), validated('new-failure'))).map(({ verdict }) => verdict)).toEqual([
      'new-failure',
    ]);
  });

  it('failed for the first task in the plan that was given up', () => {
    expect(firstTaskFailure(runOf(taskLanded('a')))).toBeUndefined();
    expect(firstTaskFailure(runOf(failed('b'), failed('a')))?.message).toBe('a did not work.');
    expect(firstTaskFailure(runOf(taskLanded('a'), failed('b')))?.message).toBe('b did not work.');
  });
});
