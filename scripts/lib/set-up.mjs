// What a fresh machine needs before anything else can run. Plain JavaScript for Node 20 and newer. Every function says
// what it found or did, and rejects with what a person has to do where it cannot go on.
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, runQuietly } from './run.mjs';

const readJson = (...path) => {
  try {
    return JSON.parse(readFileSync(join(...path), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Is every package of the lock file there in its version? Packages for other machines need not be. */
const hasModules = (root) => {
  const installed = readJson(root, 'node_modules', '.package-lock.json')?.packages;
  const locked = Object.entries(readJson(root, 'package-lock.json').packages).filter(([path]) => path !== '');
  return (
    installed !== undefined &&
    locked.every(([path, { version, optional, devOptional }]) =>
      installed[path] === undefined ? optional || devOptional : installed[path].version === version,
    )
  );
};

/** Is the packages' folder a link? `npm ci` would empty what it leads to, which belongs to somebody else. */
const hasLinkedModules = (root) =>
  lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** `npm ci` where packages are missing or others than the lock file's. */
export const ensureModules = async (root) => {
  if (hasModules(root)) return 'packages are there';
  if (hasLinkedModules(root))
    throw new Error(
      'node_modules is a link, and not all packages of package-lock.json are where it leads: remove the link, or bring that folder up to date',
    );
  await runQuietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: root });
  return 'packages installed (npm ci)';
};

const platform = `${process.platform}-${process.arch}`;

/** The executable of Node 24: the running one, one of the packages, or a copy brought by npm into `.cache`. */
export const findNode24 = async (root) => {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const name = `node-${platform}`;
  const inside = (folder) => join(folder, 'node_modules', name, 'bin', 'node');
  const own = join(root, '.cache', 'node24');
  if (hasModules(root) && (await isNode24(inside(root)))) return inside(root);
  if (await isNode24(inside(own))) return inside(own);
  const { optionalDependencies } = readJson(root, 'package.json');
  const version = optionalDependencies[name];
  if (version === undefined)
    throw new Error(
      `this needs Node 24, is run by Node ${process.versions.node}, and brings none for ${platform}: install Node 24`,
    );
  await runQuietly('npm', ['install', '--prefix', own, '--no-audit', '--no-fund', `${name}@${version}`]);
  return inside(own);
};

const isNode24 = async (node) => (await capture(node, ['--version'])).stdout.startsWith('v24.');

/** Where the demo's runner and the tests keep Aider. */
export const toolCache = (root) => process.env.RUNNER_TOOL_CACHE ?? join(root, '.cache', 'tools');

/** What a run cannot do without. Settings, keys and tokens are not our business here. */
const needed = ['git', 'python', 'aider'];

/** The pinned Aider and bubblewrap by `doctor --fix` of the bundle; rejects with the fix of what is still missing. */
export const ensureAider = async (root, node) => {
  const cli = join(root, 'dist', 'cli.js');
  const env = { ...process.env, RUNNER_TOOL_CACHE: toolCache(root), GITHUB_TOKEN: '' };
  const { stdout, stderr } = await capture(node, [cli, 'doctor', '--fix', '--json'], { cwd: root, env });
  const findings = parseFindings(stdout);
  if (findings === undefined) throw new Error(`\`${node} ${cli} doctor --fix\` broke:\n${stderr || stdout}`);
  const wrong = findings.filter(({ name, state }) => state === 'wrong' && needed.includes(name));
  // What is wrong with Python is wrong with Aider too: said once.
  if (wrong.length > 0) throw new Error([...new Set(wrong.map(({ found, fix }) => `${found}\n→ ${fix}`))].join('\n'));
  return findings
    .filter(({ name }) => name === 'aider' || name === 'isolation')
    .map(({ found }) => found)
    .join('; ');
};

const parseFindings = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const onPath = async (command) => (await capture('sh', ['-c', `command -v ${command}`])).code === 0;

/** How to run something as root without a question; undefined where that is not possible. */
const asRoot = async () => {
  if (process.getuid?.() === 0) return [];
  const sudo = ['sudo', '-n'];
  return (await capture(sudo[0], [...sudo.slice(1), 'true'])).code === 0 ? sudo : undefined;
};

/** Debian's package of a program that is not on PATH, by apt where that is possible. Never rejects. */
export const ensureProgram = async (command, debianPackage) => {
  if (await onPath(command)) return `${command} is there`;
  const prefix = (await onPath('apt-get')) ? await asRoot() : undefined;
  if (prefix === undefined) return `${command} is missing and cannot be installed from here: install ${debianPackage}`;
  const apt = (...args) => {
    const [first, ...rest] = [...prefix, 'apt-get', '-q', ...args];
    return capture(first, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  const install = () => apt('install', '-y', '--no-install-recommends', debianPackage);
  // The machine's package lists are mostly good; fetching them anew takes longer than most packages.
  if ((await install()).code !== 0) await apt('update');
  else return `${command} installed`;
  const again = await install();
  return again.code === 0
    ? `${command} installed`
    : `${command} is missing and apt-get could not install it: ${again.stderr.trim().split('\n').at(-1)}`;
};
