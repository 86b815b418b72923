import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the demo of the checkout this bundle stands in, with its output as it comes. Resolves with its exit code; 2,
 * with the way to get there, where only the bundle was installed.
 */
export const runDemo = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const script = join(root, 'scripts', 'demo.mjs');
  if (!existsSync(script)) {
    process.stderr.write(
      'The demo needs a clone of the repository, not only its bundle: clone it and run `npm run demo`.\n',
    );
    return Promise.resolve(2);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
};
