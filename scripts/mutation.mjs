// `npm run mutation [-- folders...]`: plants defects in src/core, folder by folder, and counts how many a test turns
// red: the tests that bear the folder's name, so that a run stays short; what only another folder's tests find counts as
// missed. Without folders all of them; `npm run mutation -- schedule window` only those, `.` the files directly in
// src/core. Ends with 1 when the score of all that was asked for is below 85 %.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const goal = 85;
const root = fileURLToPath(new URL('..', import.meta.url));
const report = join(root, '.cache', 'mutation', 'report.json');

const allFolders = () => [
  '.',
  ...readdirSync(join(root, 'src/core'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name),
];

const stryker = (folder) =>
  new Promise((resolve, reject) => {
    const mutate = folder === '.' ? 'src/core/*.ts' : `src/core/${folder}/**/*.ts`;
    const args = ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', '--mutate', mutate];
    const env = { ...process.env, MUTATION_FOLDER: folder };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', resolve);
  });

/** Found: a test went red, or never ended. Mutants of types and of what is computed at load time are not counted. */
const count = () => {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const of = (...names) => statuses.filter((status) => names.includes(status)).length;
  return { found: of('Killed', 'Timeout'), missed: of('Survived', 'NoCoverage') };
};

const percent = ({ found, missed }) => (found + missed === 0 ? 100 : (100 * found) / (found + missed));
const line = (name, { found, missed }) =>
  `${name.padEnd(16)} ${percent({ found, missed }).toFixed(1).padStart(6)} %  ${found} of ${found + missed}`;

const asked = process.argv.slice(2);
await mkdir(join(root, '.cache', 'mutation'), { recursive: true });
const scores = [];
for (const folder of asked.length > 0 ? asked : allFolders()) {
  await rm(report, { force: true });
  await stryker(folder);
  if (!existsSync(report)) {
    console.error(`Stryker wrote no report for ${folder}`);
    process.exit(1);
  }
  scores.push({ folder, ...count() });
}
const total = scores.reduce((sum, { found, missed }) => ({ found: sum.found + found, missed: sum.missed + missed }), {
  found: 0,
  missed: 0,
});
console.log(['', ...scores.map((score) => line(score.folder, score)), line('all', total)].join('\n'));
process.exitCode = percent(total) >= goal ? 0 : 1;
