// `npm run demo`: sets a fresh machine up (packages beside Node 24 and the pinned Aider), then runs the demo on Node 24.
// Plain JavaScript, so that it runs on Node 20 before anything is installed. Options: demo/options.ts.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from './lib/run.mjs';
import { ensureAider, ensureModules, findNode24, toolCache } from './lib/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Resolves with the executable of Node 24. */
const setUp = async () => {
  let node = '';
  const toAider = async () => {
    await step('Node 24', async () => (node = await findNode24(root)));
    await step('Aider', () => ensureAider(root, node));
  };
  await Promise.all([step('packages', () => ensureModules(root)), toAider()]);
  return node;
};

/** Runs the demo and passes signals on; it cleans up after itself. */
const demonstrate = (node) =>
  new Promise((resolve) => {
    const child = spawn(node, ['--import', 'tsx', join('demo', 'run.ts'), ...process.argv.slice(2)], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, RUNNER_TOOL_CACHE: toolCache(root) },
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });

try {
  const node = await setUp();
  process.exitCode = await demonstrate(node);
} catch (error) {
  console.error(`set-up failed: ${error.message}`);
  // What runs beside the step that failed has no use any more.
  process.exit(1);
}
