// `npm test`: everything a fresh machine needs, then every check. Plain JavaScript, so that it runs on Node 20 before
// anything is installed. Steps that do not need each other run side by side.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureModules, ensurePrograms } from './lib/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, '.cache', 'jest-results.json');

const run = (name, command, args, options = {}) =>
  new Promise((resolve) => {
    const startedAt = Date.now();
    const env = {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      ...options.env,
    };
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, code: 1, output: error.message }));
    child.on('close', (code) => {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0 && options.quiet) console.log(output);
      resolve({ name, code: code ?? 1, output });
    });
  });

await ensureModules(root);
await Promise.all([
  ensurePrograms([
    { command: 'bwrap', packages: ['bubblewrap'] },
    { command: 'chromium', packages: ['chromium'] },
  ]),
  mkdir(join(root, '.cache'), { recursive: true }),
]);

const selected = process.argv.slice(2);
const checks =
  selected.length > 0
    ? []
    : [
        await run('types', 'tsc', ['--noEmit'], { quiet: true }),
        await run('lint', 'eslint', ['.', '--max-warnings', '0'], { quiet: true }),
        await run('format', 'prettier', ['--check', '.', '--log-level', 'warn'], { quiet: true }),
        await run('dist is what src builds', 'node', ['scripts/check-dist.mjs'], { quiet: true }),
      ];
const jest = await run(
  'tests',
  'node',
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--json',
    '--outputFile',
    results,
    ...selected,
  ],
  { env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0' }, stdout: 'ignore' },
);

const counted = existsSync(results)
  ? JSON.parse(readFileSync(results, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0 };
const failedChecks = checks.filter((check) => check.code !== 0).map((check) => check.name);
if (failedChecks.length > 0) console.log(`failed checks: ${failedChecks.join(', ')}`);
console.log(`${counted.numPassedTests} passed, ${counted.numFailedTests} failed`);
process.exit(failedChecks.length > 0 || jest.code !== 0 ? 1 : 0);
