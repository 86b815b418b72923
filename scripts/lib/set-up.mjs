// What a fresh machine needs before anything else can run. Plain JavaScript for Node 20 and newer.
import { execFile, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const changedAt = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

/** Runs a command with its output shown only when it fails. Rejects with that output. */
export const runQuietly = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)),
    );
  });

/** `npm ci` where packages are missing or older than the lock file. */
export const ensureModules = async (root) => {
  const [lock, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((file) => changedAt(join(root, file))),
  );
  if (installed >= lock && installed > 0) return false;
  console.log('Installing packages (npm ci)…');
  await runQuietly('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
  return true;
};

const onPath = async (command) =>
  execute('sh', ['-c', `command -v ${command}`]).then(
    () => true,
    () => false,
  );

/** Debian packages for programs that are missing, where we may install them; a test that needs one says so if not. */
export const ensurePrograms = async (programs) => {
  const missing = [];
  for (const program of programs) if (!(await onPath(program.command))) missing.push(program);
  if (missing.length === 0 || !(await onPath('apt-get'))) return;
  const asRoot = process.getuid?.() === 0 ? [] : (await onPath('sudo')) ? ['sudo', '-n'] : undefined;
  if (asRoot === undefined) return;
  const packages = missing.flatMap((program) => program.packages);
  console.log(`Installing ${packages.join(', ')} (apt-get)…`);
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args];
    return runQuietly(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  try {
    await apt('update', '-q');
    await apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  } catch (error) {
    console.log(`${packages.join(', ')} could not be installed: ${error.message.split('\n').slice(0, 3).join(' ')}`);
  }
};

