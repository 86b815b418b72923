import { Command, InvalidArgumentError } from 'commander';
import { machines, type Machine } from '../__tests__/support/machine-after-kill.js';
import { brokenRules } from '../__tests__/support/run-rules.js';
import { simulate } from '../__tests__/support/simulation.js';
import { weatherOf } from '../__tests__/support/weather.js';

/*
 * `npm run simulate -- --runs 10000 [--seed n]`: whole runs, from the request to the told result, in counted time and
 * in every weather (conflicts, every outcome of an agent, crashes of git, budget, stops), some of them killed at any event
 * and gone on with where all, the last commits or the whole machine may be gone. Run k has the seed n + k - 1;
 * one that breaks a rule is told with its seed, and `--seed <that> --runs 1` is the same run again.
 */

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number is expected.');
  return value;
};

const options = new Command('simulate')
  .option('--runs <n>', 'how many', whole, 1_000)
  .option('--seed <n>', 'of the first', whole, 1)
  .parse()
  .opts<{ runs: number; seed: number }>();

/** A run that throws, or hangs with nothing left to happen, breaks a rule too. */
const faultsOf = async (
  seed: number,
): Promise<{ broken: readonly string[]; status: string; kills: readonly Machine[] }> => {
  const weather = weatherOf(seed);
  try {
    const simulated = await simulate(weather);
    const killed = simulated.journeys.flatMap(({ run }, nth) =>
      run === undefined ? (weather.kills?.[nth] ?? []) : [],
    );
    const kills = killed.map(({ machine }) => machine);
    return { broken: brokenRules(simulated), status: simulated.run.end?.status ?? 'none', kills };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { broken: [said], status: 'none', kills: [] };
  }
};

const startedAt = performance.now();
const statuses = new Map<string, number>();
const killedOn = new Map<Machine, number>();
let [bad, killed] = [0, 0];
for (let seed = options.seed; seed < options.seed + options.runs; seed += 1) {
  const { broken, status, kills } = await faultsOf(seed);
  if (kills.length > 0) killed += 1;
  for (const machine of kills) killedOn.set(machine, (killedOn.get(machine) ?? 0) + 1);
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  if (broken.length === 0) continue;
  bad += 1;
  console.log(`seed ${seed} breaks: ${broken.join('; ')}\n  again: npm run simulate -- --seed ${seed} --runs 1`);
}
const seen = [...statuses].toSorted().map(([status, count]) => `${count} ${status}`);
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
const places = machines.map((machine) => `${killedOn.get(machine) ?? 0} ${machine}`).join(', ');
console.log(`${killed} of them killed and gone on with, by where: ${places}`);
console.log(`${options.runs} runs from seed ${options.seed} in ${seconds} s: ${seen.join(', ')}; ${bad} broke a rule`);
process.exitCode = bad === 0 ? 0 : 1;
