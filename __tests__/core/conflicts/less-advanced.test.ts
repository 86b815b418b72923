import { lessAdvanced, maxHalts } from '../../../src/core/conflicts/less-advanced.js';
import type { RunEventBody } from '../../../src/core/run/event.js';
import {
  aFailure,
  aPlan,
  aRun,
  aTask,
  iterationEnded,
  iterationStarted,
  planMade,
  taskId,
  taskLanding,
  taskStarted,
} from '../../support/builders.js';

type Step = readonly [number, RunEventBody];
const planned: Step = [0, planMade(aPlan([aTask('a'), aTask('b')]))];
const clash = { committed: taskId('a'), other: taskId('b'), isDone: false };
const behind = (steps: readonly Step[], over: Partial<typeof clash> = {}) =>
  lessAdvanced(aRun(planned, ...steps), { ...clash, ...over });

const both: readonly Step[] = [
  [1, taskStarted('a')],
  [2, taskStarted('b')],
];
/** `a` has just ended its first message; `b` is in its first or a later one. */
const aEnded: readonly Step[] = [
  [3, iterationStarted('a')],
  [4, iterationStarted('b')],
  [9, iterationEnded('a', { outcome: 'validation-failed' })],
];
const bEnded: readonly Step[] = [
  [10, iterationEnded('b', { outcome: 'validation-failed' })],
  [11, iterationStarted('b', 1, 2)],
];

describe('the less advanced of two tasks that clash', () => {
  it('is the one with fewer messages sent', () => {
    expect(behind([...both, ...aEnded])).toBe('b');
    expect(behind([...both, ...aEnded, ...bEnded, [12, iterationStarted('a', 1, 2)]])).toBe('b');
  });

  it('is the one that began later, where they sent as many', () => {
    const late: readonly Step[] = [[1, taskStarted('b')], [2, taskStarted('a')], ...aEnded, ...bEnded];
    expect(behind(late)).toBe('a');
    expect(behind([...both, ...aEnded, ...bEnded])).toBe('b');
  });

  it('is never the one that is done, however little it took', () => {
    const more: readonly Step[] = [...both, ...aEnded, ...bEnded, [12, iterationEnded('b', { iteration: 2 })]];
    expect(behind(more)).toBe('a');
    expect(behind([...both, ...aEnded, ...bEnded], { isDone: true })).toBe('b');
    expect(behind([...both, ...aEnded, [10, iterationEnded('b')], [11, taskLanding('b')]])).toBe('a');
  });

  it('is nobody where both are done', () => {
    expect(behind([...both, ...aEnded, [10, iterationEnded('b')]], { isDone: true })).toBeUndefined();
  });

  it('counts messages of the attempt it is in, not of those before', () => {
    const again: readonly Step[] = [
      ...both,
      [3, iterationStarted('b')],
      [4, iterationEnded('b', { outcome: 'validation-failed' })],
      [5, { type: 'attempt-failed', task: taskId('b'), attempt: 1, failure: aFailure() }],
      [6, taskStarted('b', { attempt: 2 })],
      [7, iterationStarted('b', 2, 1)],
      [8, iterationStarted('a')],
    ];
    expect(behind(again)).toBe('b');
    expect(behind([...again, [9, iterationEnded('a', { outcome: 'validation-failed' })]])).toBe('b');
    expect(behind(again, { committed: taskId('b'), other: taskId('a') })).toBe('b');
  });

  it('is the one later in the plan, where all else is equal', () => {
    const at: readonly Step[] = [
      [1, taskStarted('a')],
      [1, taskStarted('b')],
      [2, iterationStarted('a')],
      [2, iterationStarted('b')],
    ];
    expect(behind(at)).toBe('b');
    expect(behind(at, { committed: taskId('b'), other: taskId('a') })).toBe('b');
  });

  it('is the one that committed, where the other has not begun its message or waits to start', () => {
    expect(behind([...both, [3, iterationStarted('a')]])).toBe('a');
    expect(
      behind([
        [1, taskStarted('a')],
        [2, iterationStarted('a')],
      ]),
    ).toBe('a');
  });

  it('may be stopped again whatever conflicts it met at its landing, or others were stopped for', () => {
    const found = (task: string, type: 'conflict-found' | 'conflict-predicted'): Step => [
      5,
      { type, task: taskId(task), attempt: 1, files: ['x'], with: [taskId('a')] },
    ];
    const met = [found('b', 'conflict-found'), found('b', 'conflict-found'), found('b', 'conflict-found')];
    expect(behind([...both, ...met, ...aEnded])).toBe('b');
    const others = [found('a', 'conflict-predicted'), found('a', 'conflict-predicted')];
    expect(behind([...both, ...others, ...aEnded])).toBe('b');
  });

  it('is nobody where it was stopped often enough', () => {
    const halted = Array.from({ length: maxHalts }, (): Step => {
      return [5, { type: 'conflict-predicted', task: taskId('b'), attempt: 1, files: ['x'], with: [taskId('a')] }];
    });
    expect(behind([...both, ...halted.slice(1), ...aEnded])).toBe('b');
    expect(behind([...both, ...halted, ...aEnded])).toBeUndefined();
  });
});
