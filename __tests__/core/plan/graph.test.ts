import fc from 'fast-check';
import { ancestors, bottomLevels, criticalPath, findCycle, topologicalOrder } from '../../../src/core/plan/graph.js';
import { lowerBoundMs, parallelPays } from '../../../src/core/plan/bounds.js';
import { parsePlan } from '../../../src/core/plan/parse-plan.js';
import { planHash } from '../../../src/core/plan/plan-hash.js';
import type { Plan } from '../../../src/core/plan/plan.js';
import { anyPlan, task, type RawTask } from '../../support/plans.js';

interface Node {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly takes: number;
}
const node = (id: string, takes: number, ...dependsOn: readonly string[]): Node => ({ id, takes, dependsOn });
const takes = ({ takes }: Node): number => takes;
const diamond = [node('d', 4, 'b', 'c'), node('a', 1), node('b', 2, 'a'), node('c', 3, 'a')];

const parsed = (...tasks: readonly RawTask[]): Plan => {
  const result = parsePlan({ version: 1, title: 'x', tasks }, { protectedFiles: [] });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value.plan;
};

/** How long it takes when whoever is free takes any ready task. */
const anySchedule = (tasks: Plan['tasks'], agents: number, pick: () => number): number => {
  const ends = new Map<string, number>();
  let running: readonly { readonly id: string; readonly end: number }[] = [];
  for (let now = 0; ;) {
    const ready = tasks.filter(
      ({ id, dependsOn }) =>
        !ends.has(id) && !running.some((each) => each.id === id) && dependsOn.every((on) => ends.has(on)),
    );
    const next = ready[pick() % Math.max(1, ready.length)];
    if (next !== undefined && running.length < agents) {
      running = [...running, { id: next.id, end: now + next.estimateMinutes }];
      continue;
    }
    const [first, ...rest] = running.toSorted((a, b) => a.end - b.end);
    if (first === undefined) return now;
    now = first.end;
    ends.set(first.id, now);
    running = rest;
  }
};

describe('the graph of a plan', () => {
  it('is ordered by dependency, else as given', () => {
    expect(topologicalOrder(diamond)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('knows who waits for whom', () => {
    const waits = (id: string) => [...(ancestors(diamond).get(id) ?? [])].toSorted();
    expect(['a', 'b', 'c', 'd'].map(waits)).toEqual([[], ['a'], ['a'], ['a', 'b', 'c']]);
    expect(ancestors([{ id: 'x', dependsOn: ['elsewhere'] }]).get('x')).toEqual(new Set());
  });

  it('measures from each task to the end', () => {
    expect(Object.fromEntries(bottomLevels(diamond, takes))).toEqual({ a: 8, b: 6, c: 7, d: 4 });
    expect(criticalPath(diamond, takes)).toEqual({ ids: ['a', 'c', 'd'], length: 8 });
    expect(criticalPath([], takes)).toEqual({ ids: [], length: 0 });
  });

  it('shows a cycle and nothing that merely hangs on it', () => {
    const tail = node('z', 1, 'x');
    expect(findCycle([tail, node('x', 1, 'y'), node('y', 1, 'x'), node('a', 1)])).toEqual(['x', 'y', 'x']);
    expect(findCycle(diamond)).toBeUndefined();
  });
});

describe('lowerBoundMs', () => {
  it('is the longer of the critical path and the work spread evenly', () => {
    const durations = new Map(diamond.map(({ id, takes: ms }) => [id, ms]));
    expect(lowerBoundMs(diamond, durations, 4)).toBe(8);
    expect(lowerBoundMs(diamond, durations, 1)).toBe(10);
  });

  it('knows that all but the first task wait for it, and the last for all', () => {
    const middle = ['b', 'c', 'd', 'e'].map((id) => node(id, 3, 'a'));
    const tasks = [node('a', 2), ...middle, node('z', 1, 'b', 'c', 'd', 'e')];
    const durations = new Map(tasks.map(({ id, takes: ms }) => [id, ms]));
    expect(lowerBoundMs(tasks, durations, 2)).toBe(2 + 12 / 2 + 1);
    expect(lowerBoundMs(tasks, durations, 4)).toBe(2 + 3 + 1);
  });

  it('is undercut by no schedule', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat(7)), (raw, agents, picks) => {
        const result = parsePlan(raw, { protectedFiles: [] });
        fc.pre(result.ok);
        const { tasks } = result.value.plan;
        const durations = new Map(tasks.map(({ id, estimateMinutes }) => [id, estimateMinutes]));
        const took = anySchedule(tasks, agents, () => picks.next().value);
        expect(took).toBeGreaterThanOrEqual(lowerBoundMs(tasks, durations, agents) - 1e-9);
      }),
    );
  });

  it('is never undercut by running as much as possible at once', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 4 }), (raw, agents) => {
        const result = parsePlan(raw, { protectedFiles: [] });
        fc.pre(result.ok);
        const { tasks } = result.value.plan;
        const durations = new Map(tasks.map(({ id, estimateMinutes }) => [id, estimateMinutes]));
        const total = tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0);
        const bound = lowerBoundMs(tasks, durations, agents);
        expect(bound).toBeGreaterThanOrEqual(total / agents);
        expect(bound).toBeGreaterThanOrEqual(Math.max(...durations.values()));
        expect(bound).toBeLessThanOrEqual(total);
      }),
    );
  });
});

describe('parallelPays', () => {
  it('says no for fewer than three tasks', () => {
    expect(parallelPays(parsed(task('a'), task('b')), 4)).toEqual({
      pays: false,
      bound: 2,
      why: 'in sequence: a plan of 2 tasks',
    });
  });

  it('says no where one chain is nearly all the work', () => {
    const chain = [task('a'), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] })];
    const { pays, why } = parallelPays(parsed(...chain, task('d', { estimateMinutes: 4 })), 4);
    expect([pays, why]).toEqual([
      false,
      'in sequence: agents at once can make this plan at most 1.3 times as fast, which is less than 1.3',
    ]);
  });

  it('says yes where it is worth it, but not for one agent', () => {
    const tasks = [task('a'), task('b'), task('c'), task('d')];
    expect(parallelPays(parsed(...tasks), 2)).toMatchObject({ pays: true, bound: 2 });
    expect(parallelPays(parsed(...tasks), 1)).toMatchObject({ pays: false, bound: 1 });
  });
});

describe('planHash', () => {
  const plan = parsed(task('a', { writes: ['x'] }));

  it('is 16 hex digits and does not mind the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(plan).toReversed()) as unknown as Plan;
    expect(planHash(plan, 'base', 'text')).toMatch(/^[0-9a-f]{16}$/);
    expect(planHash(turned, 'base', 'text')).toBe(planHash(plan, 'base', 'text'));
  });

  it('changes with plan, base and request text', () => {
    const other = parsed(task('a', { writes: ['y'] }));
    const hashes = [
      planHash(plan, 'base', 'text'),
      planHash(other, 'base', 'text'),
      planHash(plan, 'bas', 'etext'),
      planHash(plan, 'base', 'texts'),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});
