import { agentsThatFit, roomFor } from '../../../src/core/schedule/memory.js';
import { aPlan, aRun, aTask, planMade, startOfTime, taskStarted } from '../../support/builders.js';

const megabytes = 2 ** 20;

describe('memory for agents', () => {
  it.each([
    [0, 0],
    [512, 0],
    [811, 0],
    [812, 1],
    [1111, 1],
    [1112, 2],
  ])('%d MB free are enough for %d', (free, agents) => {
    expect(agentsThatFit(free * megabytes)).toBe(agents);
  });

  it('is kept for agents that have just been started', () => {
    const run = aRun(
      [0, planMade(aPlan([aTask('a'), aTask('b')]))],
      [1_000, taskStarted('a')],
      [9_000, taskStarted('b')],
    );
    const at = (ms: number) => roomFor(run, 1112 * megabytes, startOfTime + ms);
    expect(at(10_000)).toBe(0);
    expect(at(11_000)).toBe(1);
    expect(at(12_000)).toBe(1);
    expect(at(60_000)).toBe(2);
  });
});
