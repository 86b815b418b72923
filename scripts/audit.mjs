// `npm run audit`: own workflows and action.yml under zizmor, packages under `npm audit`. Plain JavaScript.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, runQuietly } from './lib/run.mjs';

/** Of PyPI; its wheel is one program without dependencies. */
const zizmorVersion = '1.32.0';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = join(root, '.cache', `zizmor-${zizmorVersion}`);
const zizmor = join(venv, 'bin', 'zizmor');

const ensureZizmor = async () => {
  if (existsSync(zizmor)) return;
  await runQuietly('python3', ['-m', 'venv', venv]);
  await runQuietly(join(venv, 'bin', 'pip'), ['install', '-q', '--no-deps', `zizmor==${zizmorVersion}`]);
};

/** Prints what was said and tells whether all is well. */
const audit = async (name, command, args) => {
  const { code, stdout, stderr } = await capture(command, args, { cwd: root });
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}    ${name}`);
  if (code !== 0) console.log(`${stdout}${stderr}`.trimEnd());
  return code === 0;
};

await ensureZizmor();
const files = ['.github/workflows', 'action.yml'];
const results = [
  await audit('workflows and action.yml under zizmor', zizmor, ['--offline', '--no-progress', ...files]),
  await audit('packages under npm audit', 'npm', ['audit', '--omit', 'dev']),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
