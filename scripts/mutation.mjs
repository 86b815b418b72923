// `npm run mutation [-- folders...]`: plants defects in src/core, folder by folder, and counts how many of them a test in
// __tests__/core turns red. Without folders all of them; `npm run mutation -- schedule window` only those, `.` the files
// directly in src/core; `--missed` names each defect that no test found. What a folder's run found is kept until core or
// its tests change, so that a long run goes on where it was interrupted. Ends with 1 when the score is below 85 %.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const goal = 85;
const root = fileURLToPath(new URL('..', import.meta.url));
const store = join(root, '.cache', 'mutation');
const report = join(store, 'report.json');

/** Folders whose strings are sentences for people or models, which no test should hold to the letter: not changed. */
const prose = new Set(['agent-message', 'prompts', 'render']);

/** What must go right first stands first. */
const folders = [
  ...['schedule', 'run', 'conflicts', 'budget', 'plan', 'policy', '.', 'window', 'approval', 'secrets', 'request'],
  ...['test-results', 'text', 'setup', 'agent-message', 'settings', 'report', 'render', 'prompts'],
];

const judged = [
  'src/core/**/*.ts',
  '__tests__/core/**/*',
  '__tests__/support/*',
  'scripts/mutation/*',
  'stryker.config.mjs',
];
const hash = createHash('sha256');
for (const file of globSync(judged, { cwd: root })
  .filter((file) => /\.\w+$/.test(file))
  .toSorted())
  hash.update(`${file}\n`).update(readFileSync(join(root, file)));
const state = hash.digest('hex').slice(0, 16);

const stryker = (folder) =>
  new Promise((resolve, reject) => {
    const mutate = folder === '.' ? 'src/core/*.ts' : `src/core/${folder}/**/*.ts`;
    const args = ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', '--mutate', mutate];
    const env = { ...process.env, MUTATION_PROSE: prose.has(folder) ? 'true' : '' };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', resolve);
  });

/** The report of this folder as core and its tests stand, made unless it is there. */
const reportOf = async (folder) => {
  const kept = join(store, `${folder === '.' ? 'own-files' : folder}-${state}.json`);
  if (!existsSync(kept)) {
    await rm(report, { force: true });
    await stryker(folder);
    if (!existsSync(report)) throw new Error(`Stryker wrote no report for ${folder}`);
    await rename(report, kept);
  }
  return JSON.parse(readFileSync(kept, 'utf8'));
};

const lineOf = (source, { start, end }) => {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  return lines.length === 1
    ? lines[0].slice(start.column - 1, end.column - 1)
    : `${lines[0].slice(start.column - 1)} ...`;
};

const describe = (path, source, { location, replacement }) =>
  `${path}:${location.start.line}: ${lineOf(source, location)} -> ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}`;

/** Found: a test went red, or never ended. Defects in what is computed at load time are not counted. */
const count = (folder, { files }) => {
  const all = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.map((mutant) => ({ path, source, mutant })),
  );
  const of = (...names) => all.filter(({ mutant }) => names.includes(mutant.status));
  const missed = of('Survived', 'NoCoverage');
  return {
    folder,
    found: of('Killed', 'Timeout').length,
    missed: missed.length,
    list: missed.map(({ path, source, mutant }) => describe(path, source, mutant)),
  };
};

const percent = ({ found, missed }) => (found + missed === 0 ? 100 : (100 * found) / (found + missed));
const line = (name, { found, missed }) => {
  const note = prose.has(name) ? '  (strings left as they are: prose)' : '';
  return `${name.padEnd(16)} ${percent({ found, missed }).toFixed(1).padStart(6)} %  ${found} of ${found + missed}${note}`;
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
await mkdir(store, { recursive: true });
const scores = [];
for (const folder of asked.length > 0 ? asked : folders) scores.push(count(folder, await reportOf(folder)));
const sum = (name) => scores.reduce((total, score) => total + score[name], 0);
const total = { found: sum('found'), missed: sum('missed') };
if (process.argv.includes('--missed')) console.log(scores.flatMap(({ list }) => list).join('\n'));
console.log(['', ...scores.map((score) => line(score.folder, score)), line('all', total)].join('\n'));
process.exitCode = percent(total) >= goal ? 0 : 1;
