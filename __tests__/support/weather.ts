import fc from 'fast-check';
import { machines } from './machine-after-kill.js';
import { anyPlan } from './plans.js';
import { soundPlan, type BreakableMethod, type Weather } from './simulation.js';

const breakable: readonly BreakableMethod[] = [
  'clone',
  'collect',
  'merge',
  'commit',
  'moveRef',
  'discard',
  'publish',
  'findBranch',
];

const calm = { trouble: fc.constant(0.05), conflicts: fc.constant(0), gitHubFails: fc.constant(false) };
const common = {
  seed: fc.nat(),
  plan: fc.oneof({ weight: 3, arbitrary: soundPlan }, { weight: 1, arbitrary: anyPlan }),
  maxAgents: fc.integer({ min: 1, max: 4 }),
  maxIterations: fc.integer({ min: 1, max: 4 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  deliver: fc.constantFrom<Weather['deliver']>('green', 'all'),
  redBase: fc.constant(false),
};
const rough = { trouble: fc.double({ min: 0.1, max: 0.8, noNaN: true }), conflicts: fc.constantFrom(0, 0.1, 0.4) };
const atMs = fc.integer({ min: 0, max: 3_000 });

/** Redone work on top of what is taken out later: many tasks, conflicts, and a whole that is red. */
const quarrelsome = {
  plan: soundPlan.filter(({ tasks }) => tasks.length >= 4),
  maxAgents: fc.constant(4),
  maxIterations: fc.constant(1),
  trouble: fc.constant(0),
  conflicts: fc.constant(0.3),
  deliver: fc.constant('green' as const),
};

const kill = fc.record({
  after: fc.integer({ min: 1, max: 120 }),
  machine: fc.constantFrom(...machines),
  forgotten: fc.integer({ min: 1, max: 40 }),
});

/** Once, mostly; also the process that goes on may be killed. */
const kills = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(kill) },
  { weight: 1, arbitrary: fc.array(kill, { minLength: 2, maxLength: 4 }) },
);

/** Every kind of weather, the rough kinds as often as the calm. */
export const anyWeather: fc.Arbitrary<Weather> = fc.oneof(
  fc.record({ ...common, ...calm, ...quarrelsome }),
  fc.record({ ...common, ...calm }),
  fc.record({ ...common, ...calm, ...rough, redBase: fc.boolean(), gitHubFails: fc.boolean() }),
  fc.record({
    ...common,
    ...calm,
    ...rough,
    stop: fc.record({ atMs, why: fc.constantFrom('cancelled' as const, 'deadline' as const) }),
  }),
  fc.record({ ...common, ...calm, ...rough, breaks: fc.record({ atMs, method: fc.constantFrom(...breakable) }) }),
  fc.record({ ...common, ...calm, ...quarrelsome, kills }),
  fc.record({ ...common, ...calm, ...rough, redBase: fc.boolean(), gitHubFails: fc.boolean(), kills }),
  fc.record({
    ...common,
    ...calm,
    ...rough,
    kills,
    stop: fc.record({ atMs, why: fc.constantFrom('cancelled' as const, 'deadline' as const) }),
  }),
);

/** The weather of one seed, always the same. */
export const weatherOf = (seed: number): Weather => {
  const [weather] = fc.sample(anyWeather, { numRuns: 1, seed });
  if (weather === undefined) throw new Error(`there is no weather for seed ${seed}`);
  return weather;
};
