import fc from 'fast-check';
import { brokenRules } from '../support/run-rules.js';
import { simulate } from '../support/simulation.js';
import { anyWeather, weatherOf } from '../support/weather.js';

describe('a whole run, whatever the weather', () => {
  it('always ends, and ends well-ordered', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeather, async (weather) => {
        expect(brokenRules(await simulate(weather))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  }, 180_000);

  it('comes out the same for the same seed', async () => {
    const weather = weatherOf(5);
    const [one, two] = [await simulate(weather), await simulate(weather)];
    expect(two.journal.events).toEqual(one.journal.events);
  });

  it('has seen every way a run can end', async () => {
    const seen = new Set<string>();
    for (const weather of fc.sample(anyWeather, { numRuns: 60, seed: 4 })) {
      const { run } = await simulate(weather);
      seen.add(`${run.end?.status}`);
      if (run.repairs.length > 0) seen.add('repair');
      if (run.conflicts.some(({ end }) => end === 'landed-after-redo')) seen.add('redo');
      if (run.tasks.some(({ state }) => state.kind === 'failed' && state.failure.reason === 'broke-validation'))
        seen.add('eviction');
    }
    expect([...seen].toSorted()).toEqual(['cancelled', 'eviction', 'failed', 'partial', 'redo', 'repair', 'succeeded']);
  });
});
