import fc from 'fast-check';

/** A task of a plan as it is written by hand: nothing of it is checked. */
export interface RawTask {
  id?: unknown;
  title?: unknown;
  kind?: unknown;
  instructions?: unknown;
  writes?: string[];
  reads?: string[];
  dependsOn?: string[];
  acceptance?: string[];
  estimateMinutes?: number;
  maxAttempts?: number;
}

export interface RawPlan {
  version: number;
  title: string;
  tasks: RawTask[];
}

/** A sound task that writes one file of its own. */
export const task = (id: string, more: RawTask = {}): RawTask => ({
  id,
  title: `Do ${id}`,
  kind: 'implementation',
  instructions: 'Do it.',
  writes: [`own/${id}.ts`],
  dependsOn: [],
  acceptance: [],
  ...more,
});

const place = fc.constantFrom('a', 'b', 'src/a', 'src/b', 'src/*', 'lib/**', '**/b', 'src/a/b', 'lib/{a,b}', 'src');
const ids = ['t-1', 't-2', 't-3', 't-4', 't-5', 't-6'] as const;

/** Plans of up to six tasks that mostly parse: few dependencies, also on later tasks, and paths that often meet. */
export const anyPlan: fc.Arbitrary<RawPlan> = fc
  .array(
    fc.record({
      writes: fc.array(fc.oneof({ weight: 30, arbitrary: place }, { weight: 1, arbitrary: fc.constant('.e*') }), {
        minLength: 1,
        maxLength: 3,
      }),
      waitsFor: fc.array(fc.nat(5), { maxLength: 2 }),
      estimateMinutes: fc.integer({ min: 1, max: 30 }),
      forward: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drafts) => ({
    version: 1,
    title: 'A plan',
    tasks: drafts.map(({ writes, waitsFor, estimateMinutes, forward }, index) => {
      const known = waitsFor.filter((other) => (forward === 0 ? other < drafts.length : other < index));
      return task(ids[index] ?? 'none', {
        writes,
        estimateMinutes,
        dependsOn: known.map((other) => ids[other] ?? 'none'),
      });
    }),
  }));
