// `npm run demo`: sets a fresh machine up (packages, Node 24 and the pinned Aider side by side), then runs the demo on
// Node 24. Plain JavaScript, so that it runs on Node 20 before anything is installed. Options: demo/options.ts.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureModules, ensurePrograms, runQuietly } from './lib/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tools = process.env.RUNNER_TOOL_CACHE ?? join(root, '.cache', 'tools');

const timed = async (name, work) => {
  const startedAt = Date.now();
  const value = await work();
  console.log(`set-up  ${name.padEnd(10)} ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return value;
};

const changedAt = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Node 24: the running one, one installed before, or a copy of our own. */
const ensureNode = async () => {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const own = join(root, '.cache', 'node24');
  const [ofOwn, ofModules] = [own, root].map((folder) => join(folder, 'node_modules', 'node', 'bin', 'node'));
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json') && (await runs(ofModules)))
    return ofModules;
  if (await runs(ofOwn)) return ofOwn;
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await runQuietly('npm', ['install', '--prefix', own, '--no-audit', '--no-fund', `node@${devDependencies.node}`]);
  return ofOwn;
};

const runs = (node) =>
  runQuietly(node, ['--version']).then(
    (version) => version.startsWith('v24.'),
    () => false,
  );

/** The pinned Aider, in the tool cache the demo's runner uses. What doctor says is shown only when it is unhappy. */
const ensureAider = async (node) => {
  const env = { ...process.env, RUNNER_TOOL_CACHE: tools };
  await runQuietly(node, [join(root, 'dist', 'cli.js'), 'doctor', '--fix'], { cwd: root, env }).catch((error) => {
    console.log(error.message.split('\n').slice(0, 20).join('\n'));
  });
};

const setUp = async () => {
  const [node] = await Promise.all([
    timed('Node 24', ensureNode).then(async (found) => {
      await timed('Aider', () => ensureAider(found));
      return found;
    }),
    timed('packages', () => ensureModules(root)),
    timed('sandbox', () => ensurePrograms([{ command: 'bwrap', packages: ['bubblewrap'] }])),
  ]);
  return node;
};

/** Runs the demo and passes signals on; it cleans up after itself. */
const demonstrate = (node) =>
  new Promise((resolve) => {
    const child = spawn(node, ['--import', 'tsx', join('demo', 'run.ts'), ...process.argv.slice(2)], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, RUNNER_TOOL_CACHE: tools },
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });

const node = await timed('in all', setUp).catch((error) => {
  console.error(`set-up failed: ${error.message}`);
  process.exit(1);
});
process.exitCode = await demonstrate(node);
