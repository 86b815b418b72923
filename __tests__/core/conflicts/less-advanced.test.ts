import { lessAdvanced, maxHalts } from '../../../src/core/conflicts/less-advanced.js';
import type { RunEventBody } from '../../../src/core/run/event.js';
import {
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

  it('is nobody where it was stopped often enough', () => {
    const halted = Array.from({ length: maxHalts }, (): Step => {
      return [5, { type: 'conflict-predicted', task: taskId('b'), attempt: 1, files: ['x'], with: [taskId('a')] }];
    });
    expect(behind([...both, ...halted.slice(1), ...aEnded])).toBe('b');
    expect(behind([...both, ...halted, ...aEnded])).toBeUndefined();
  });
});
