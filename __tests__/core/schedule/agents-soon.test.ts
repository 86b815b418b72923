import type { RunEventBody } from '../../../src/core/run/event.js';
import { agentsSoon } from '../../../src/core/schedule/agents-soon.js';
import { aPlan, aRun, aTask, planMade, runStarted, taskLanded, taskStarted } from '../../support/builders.js';

const soonAfter = (...events: readonly RunEventBody[]): number =>
  agentsSoon(
    aRun(...[runStarted({ maxAgents: 4 }), ...events].map((event, n): readonly [number, RunEventBody] => [n, event])),
  );
const four = ['a', 'b', 'c', 'd'];
const plan = planMade(
  aPlan([
    ...four.map((id) => aTask(id, { writes: [`${id}.ts`] })),
    aTask('e', { dependsOn: four, writes: ['e.ts'] }),
    aTask('f', { dependsOn: ['e'], writes: ['f.ts'] }),
  ]),
);
const started = (...ids: readonly string[]) => ids.map((id) => taskStarted(id));
const landed = (...ids: readonly string[]) => ids.map((id) => taskLanded(id));

describe('agents needed soon', () => {
  it('are one during set-up, for the map of the repository, and as many as may work once the PRD is written', () => {
    expect(soonAfter()).toBe(1);
    expect(soonAfter({ type: 'phase-started', phase: 'setup' })).toBe(1);
    expect(soonAfter({ type: 'phase-started', phase: 'prd' })).toBe(4);
  });

  it.each([
    ['before the first start', [plan], 5],
    ['while all are at work', [plan, ...started(...four)], 1],
    ['when one has landed', [plan, ...started(...four), ...landed('a')], 2],
    ['when four have landed', [plan, ...started(...four), ...landed(...four)], 2],
    ['while the last but one is at work', [plan, ...started(...four), ...landed(...four), ...started('e')], 1],
    ['in sequence', [plan, { type: 'sequence-chosen', why: 'x' } as const], 2],
    ['when nothing is left to start', [planMade(aPlan([aTask('a')])), ...started('a')], 0],
    ['at the end', [plan, { type: 'run-ended', status: 'cancelled' } as const], 0],
  ])('are, %s, no more than tasks that have not started and one beyond those that may work', (_, events, count) => {
    expect(soonAfter(...(events as readonly RunEventBody[]))).toBe(count);
  });
});
