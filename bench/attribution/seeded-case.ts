import type { Chance } from '../../__tests__/support/chance.js';

/**
 * How the seeded fault shows. `thrown`: the trace names the guilty file. `asserted`: only a test of base is named.
 * `misleading`: the trace names a file of a task that landed earlier and only met the fault. `silent`: nothing is named.
 * `pair`: two tasks are green alone and red together.
 */
export const shapes = ['thrown', 'asserted', 'misleading', 'silent', 'pair'] as const;
export type Shape = (typeof shapes)[number];

export interface SeededTask {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface Case {
  readonly shape: Shape;
  /** In the order they land. */
  readonly tasks: readonly SeededTask[];
  readonly guilty: string;
  /** Of a pair, the earlier one. */
  readonly partner?: string;
}

const count = 8;

/** What every case starts from: a test program, its tests, and what they use. */
export const baseFiles: Readonly<Record<string, string>> = {
  'src/shared.js': 'exports.add = (a, b) => a + b;\nexports.twice = (a) => 2 * a;\n',
  'check.js': `const { readdirSync } = require('node:fs');
const shared = require('./src/shared.js');
const parts = readdirSync('src').filter((name) => name.startsWith('t-'));
const tests = {
  adds: () => { if (shared.add(1, 2) !== 3) throw new Error('1 + 2 is not 3'); },
  works: () => { for (const name of parts) require('./src/' + name).work(); },
};
if (readdirSync('.').includes('silent')) {
  try { for (const run of Object.values(tests)) run(); } catch { console.log('something failed'); process.exit(1); }
} else {
  let n = 0;
  console.log('TAP version 13\\n1..' + Object.keys(tests).length);
  for (const [name, run] of Object.entries(tests)) {
    n += 1;
    try { run(); console.log('ok ' + n + ' - ' + name); }
    catch (error) { process.exitCode = 1; console.log('not ok ' + n + ' - ' + name + '\\n' + error.stack); }
  }
}
`,
};

const good = 'exports.work = () => 1;\n';
const badAdd = 'exports.add = (a, b) => a - b;\nexports.twice = (a) => 2 * a;\n';
const badTwice = 'exports.add = (a, b) => a + b;\nexports.twice = (a) => a;\n';

const faultOf = (shape: Shape): Readonly<Record<string, string>> => {
  switch (shape) {
    case 'asserted':
    case 'silent':
      return { 'src/shared.js': badAdd };
    case 'misleading':
    case 'pair':
      return { 'src/shared.js': badTwice };
    case 'thrown':
      return {};
  }
};

const user = `const { twice } = require('./shared.js');\nexports.work = () => { if (twice(2) !== 4) throw new Error('not 4'); };\n`;
const thrower = `exports.work = () => { throw new Error('broken'); };\n`;

/** Eight tasks with a file each, one of which breaks what base or another one does. */
export const drawCase = (chance: Chance, shape: Shape): Case => {
  const first = chance.below(count);
  const second = (first + 1 + chance.below(count - 1)) % count;
  const [early, late] = [Math.min(first, second), Math.max(first, second)];
  const needsUser = shape === 'misleading' || shape === 'pair';
  const faulty = shape === 'misleading' ? late : first;
  const using = shape === 'misleading' ? early : second;
  const tasks = Array.from({ length: count }, (_, n) => {
    const own = n === faulty && shape === 'thrown' ? thrower : needsUser && n === using ? user : good;
    return { id: `t-${n}`, files: { [`src/t-${n}.js`]: own, ...(n === faulty ? faultOf(shape) : {}) } };
  });
  const guilty = shape === 'pair' ? late : faulty;
  return { shape, tasks, guilty: `t-${guilty}`, ...(shape === 'pair' ? { partner: `t-${early}` } : {}) };
};
