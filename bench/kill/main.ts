import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { projectFolder } from '../../demo/runner/index.js';
import { startScriptedModel } from '../../demo/model/index.js';
import { Chance } from '../../__tests__/support/chance.js';
import { readMachine, renderMachine } from '../lib/machine.js';
import { mean, median } from '../lib/statistics.js';
import { killAndResume, runUndisturbed, type Killed, type Undisturbed } from './point.js';
import { script } from './story.js';

/*
 * `npm run bench:kill`: whole runs of the command line, each killed with SIGKILL at a random moment and resumed, every
 * second one in a fresh clone of the repository; compared with a run that nobody disturbed. Prints every kill that did
 * not recover, one table and its JSON. Exit code 1 when one did not.
 */

const program = new Command('bench:kill')
  .option('--points <n>', 'kills with the stand-in for Aider', Number, 100)
  .option('--real <n>', 'kills with the real Aider', Number, 10)
  .option('--seed <n>', 'the moments follow from it', Number, 1)
  .option('--json <file>', 'where the figures go', '.cache/kill.json')
  .parse();
const options = program.opts<{ points: number; real: number; seed: number; json: string }>();

const fakeFlags = ['--aider-command', join(projectFolder, 'bench/kill/fake-aider')];

interface Series {
  readonly aider: 'fake' | 'real';
  readonly undisturbed: Undisturbed;
  readonly kills: readonly Killed[];
}

const measure = async (aider: Series['aider'], count: number): Promise<Series | undefined> => {
  if (count === 0) return undefined;
  const model = await startScriptedModel({ script: script(aider), latencyMs: 150 });
  const chance = new Chance(options.seed);
  const flags = aider === 'fake' ? fakeFlags : [];
  const undisturbed = await runUndisturbed(model, flags);
  const kills: Killed[] = [];
  for (let n = 0; n < count; n += 1) {
    const atMs = chance.next() * undisturbed.durationMs;
    const where = n % 2 === 0 ? 'same' : 'fresh';
    // Without a sandbox, whose kernel ends them, processes outlive the kill.
    const isolation = n % 4 === 2 ? ['--isolation', 'none'] : [];
    const killed = await killAndResume(model, undisturbed, { when: { atMs }, where, flags: [...flags, ...isolation] });
    kills.push(killed);
    const said = killed.faults.length === 0 ? 'recovered' : `NOT recovered: ${killed.faults.join('; ')}`;
    process.stderr.write(
      `${aider} ${n + 1}/${count}: killed at ${killed.atMs} ms (${killed.had}, ${killed.landedBefore} landed), ${killed.where}: ${said}\n`,
    );
  }
  await model.close();
  return { aider, undisturbed, kills };
};

const rowsOf = ({ aider, undisturbed, kills }: Series): readonly (readonly string[])[] =>
  (['same', 'fresh'] as const).map((where) => {
    const own = kills.filter((kill) => kill.where === where);
    const sum = (of: (kill: Killed) => number): number => own.reduce((all, kill) => all + of(kill), 0);
    const whole = own.filter(({ had }) => had !== 'nothing');
    return [
      `${aider} Aider, ${where === 'same' ? 'same machine' : 'fresh clone'}`,
      `${own.length}`,
      `${own.filter(({ faults }) => faults.length === 0).length}`,
      `${own.length - whole.length}`,
      `${sum(({ landedBefore }) => landedBefore)}`,
      `${sum(({ paidAgain }) => paidAgain)}`,
      `${sum(({ strays }) => strays)} / ${sum(({ straysLeft }) => straysLeft)}`,
      `${mean(own.map(({ requests }) => requests)).toFixed(1)} / ${undisturbed.requests}`,
      `${(median(own.map(({ resumeMs }) => resumeMs)) / 1000).toFixed(1)} / ${(undisturbed.durationMs / 1000).toFixed(1)}`,
    ];
  });

const head = [
  'runs killed with SIGKILL',
  'kills',
  'recovered',
  'of them begun anew',
  'tasks landed before',
  'paid again',
  'strays after kill / resume',
  'requests / undisturbed',
  'median s of resume / whole run',
];

const series = [await measure('fake', options.points), await measure('real', options.real)].flatMap(
  (each) => each ?? [],
);
const machine = await readMachine();
const table = [head, head.map(() => '---'), ...series.flatMap(rowsOf)].map((cells) => `| ${cells.join(' | ')} |`);
const document = JSON.stringify({ machine, ...options, series });
await mkdir(dirname(options.json), { recursive: true });
await writeFile(options.json, `${document}\n`);
process.stdout.write(`${renderMachine(machine)}\n\n${table.join('\n')}\n\n${document}\n`);
process.exit(series.some(({ kills }) => kills.some(({ faults }) => faults.length > 0)) ? 1 : 0);
