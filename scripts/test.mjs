// `npm test`: everything a fresh machine needs, then every check. Plain JavaScript, so that it runs on Node 20 before
// anything is installed. With arguments (`npm test -- __tests__/core`) only those tests, without the other checks;
// `--long` alone: the long tests, which are left out otherwise.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, step } from './lib/run.mjs';
import { ensureAider, ensureModules, ensureProgram, findNode24 } from './lib/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const isLong = process.argv[2] === '--long';
const selected = process.argv.slice(isLong ? 3 : 2);
const isWhole = !isLong && selected.length === 0;

const setUp = async () => {
  await mkdir(join(root, '.cache'), { recursive: true });
  let node = '';
  const toAider = async () => {
    await step('Node 24', async () => (node = await findNode24(root)));
    await step('Aider', () => ensureAider(root, node));
    // After doctor, which may install bubblewrap: apt works for one at a time.
    await step('browser', () => ensureProgram('chromium', 'chromium'));
    await step('firewall', () => ensureProgram('nft', 'nftables'));
  };
  await Promise.all([step('packages', () => ensureModules(root)), toAider()]);
  return node;
};

/** Each is quiet when it is content. `node` is the first argument's interpreter. */
const checks = [
  ['types', 'typescript/bin/tsc', '--noEmit'],
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
  ['dist is what src builds', '../scripts/check-dist.mjs'],
];

const check = async (node, env, [name, script, ...args]) => {
  const startedAt = Date.now();
  const { code, stdout, stderr } = await capture(node, [join('node_modules', script), ...args], { cwd: root, env });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}    ${name} (${seconds} s)`);
  if (code !== 0) console.log(`${stdout}${stderr}`.trimEnd());
  return code === 0 ? [] : [name];
};

const results = join(root, '.cache', 'jest-results.json');

/** Runs jest with its own output, and reads what it counted. */
const test = (node, env) =>
  new Promise((resolve) => {
    rmSync(results, { force: true });
    const jest = ['node_modules/jest/bin/jest.js', '--json', '--outputFile', results, ...selected];
    const child = spawn(node, ['--experimental-vm-modules', '--no-warnings', ...jest], {
      cwd: root,
      env,
      // The JSON also goes to stdout; what people read goes to stderr.
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve({ code: 1 }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...readCounts() }));
  });

const readCounts = () => {
  if (!existsSync(results)) return {};
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  // A suite that could not even be read has no tests; it counts as one.
  const broken = testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0);
  return { passed, failed: numFailedTests + broken.length };
};

let node;
try {
  node = await setUp();
} catch (error) {
  console.error(`set-up failed: ${error.message}`);
  process.exit(1);
}
// Tests start `node` and the packages' programs by name.
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const tests = isLong ? 'long' : isWhole ? 'short' : 'all';
const env = { ...process.env, PATH: path, FORCE_COLOR: process.stdout.isTTY ? '1' : '0', TESTS: tests };
const failedChecks = isWhole ? (await Promise.all(checks.map((each) => check(node, env, each)))).flat() : [];
const { code, passed = 0, failed = 1 } = await test(node, env);
if (failedChecks.length > 0) console.log(`failed checks: ${failedChecks.join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failedChecks.length > 0 || code !== 0 ? 1 : 0;
