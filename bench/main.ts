import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { benches } from './benches.js';
import { holds } from './lib/bench.js';
import { readMachine, renderMachine } from './lib/machine.js';
import { runBenches } from './lib/run-benches.js';
import { renderTable } from './lib/table.js';

/*
 * `npm run bench [-- names...]`: runs the benchmarks, prints one table and its JSON. `--quick` to see that they work,
 * `--large` for repositories of 100,000 files. Exit code 1 with `--check` when a figure misses its goal.
 */

const program = new Command('bench')
  .argument('[names...]', `which to run; all of: ${benches.map(({ name }) => name).join(', ')}`)
  .addOption(new Option('--seed <n>', 'everything drawn by chance follows from it').default(1).argParser(Number))
  .option('--quick', 'a tenth of the samples')
  .option('--large', 'also what takes minutes')
  .option('--check', 'exit with 1 when a figure misses its goal')
  .option('--json <file>', 'where the figures go', '.cache/bench.json')
  .parse();

const options = program.opts<{ seed: number; quick?: boolean; large?: boolean; check?: boolean; json: string }>();
const chosen = program.args.length === 0 ? benches : benches.filter(({ name }) => program.args.includes(name));
const unknown = program.args.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) program.error(`There is no benchmark called ${unknown.join(', ')}.`);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const measured = await runBenches(chosen, {
  seed: options.seed,
  pace: options.quick === true ? 'quick' : 'full',
  large: options.large === true,
  tell: (line) => process.stderr.write(`${line}\n`),
  signal: stop.signal,
});
const machine = await readMachine();
const document = JSON.stringify({ machine, ...options, measured });
await mkdir(dirname(options.json), { recursive: true });
await writeFile(options.json, `${document}\n`);
process.stdout.write(`${renderMachine(machine)}\n\n${renderTable(measured)}\n\n${document}\n`);
const missed = measured.flatMap(({ rows }) => rows.filter((row) => holds(row) === false));
process.exit(options.check === true && missed.length > 0 ? 1 : 0);
