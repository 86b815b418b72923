import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { toolCacheFolder } from '../../demo/runner/index.js';
import { findInstalled } from '../../src/adapters/aider/provision.js';
import { findSetting } from '../../src/core/settings/table.js';

/** An Aider every user of this machine may start. */
export interface ReachableAider {
  /** What `aider-command` is set to. */
  readonly command: string;
  close(): Promise<void>;
}

const prefixOf = async (python: string): Promise<string> =>
  (await execa(python, ['-I', '-c', 'import sys; print(sys.base_prefix)'])).stdout.trim();

/**
 * The installed Aider with an interpreter of its own in a folder for temporary files, since that of the tool cache may
 * be a link into a closed home. Its packages are those of the cache.
 */
export const openReachableAider = async (): Promise<ReachableAider> => {
  const version = findSetting('aider-version')?.default ?? '';
  const found = await findInstalled({ toolCache: join(toolCacheFolder(), 'aider-orchestrator'), version });
  if (found === undefined)
    throw new Error('Aider is not installed: run `npm test`, or `npx aider-orchestrator doctor --fix`');
  const folder = await mkdtemp(join(tmpdir(), 'reachable-'));
  await chmod(folder, 0o755);
  const [base, own] = [join(folder, 'base'), join(folder, 'own')];
  await mkdir(base);
  const prefix = await prefixOf(found.python);
  const libraries = await readdir(join(prefix, 'lib'));
  const name = libraries.find((each) => /^python3\.\d+$/.test(each)) ?? '';
  const shared = libraries.filter((each) => each.startsWith('libpython')).map((each) => `lib/${each}`);
  const copied = [
    '--exclude=test',
    '--exclude=site-packages',
    '--exclude=config-*',
    `bin/${name}`,
    `lib/${name}`,
    ...shared,
  ];
  await execa('/bin/sh', [
    '-c',
    'from=$1 to=$2; shift 2; tar -C "$from" -cf - "$@" | tar -C "$to" -xf -',
    'copy',
    prefix,
    base,
    ...copied,
  ]);
  const python = join(base, 'python');
  const libraryPath = `LD_LIBRARY_PATH='${join(base, 'lib')}'`;
  const run = (interpreter: string) => `#!/bin/sh\n${libraryPath} exec '${interpreter}' "$@"\n`;
  await writeFile(python, run(join(base, 'bin', name)), { mode: 0o755 });
  await execa(python, ['-I', '-m', 'venv', '--without-pip', own]);
  // What it was built for is a folder nobody else comes to: its own library is found by this.
  await writeFile(python, run(join(own, 'bin', name)), { mode: 0o755 });
  const packages = join(found.python, '..', '..', 'lib', name, 'site-packages');
  await writeFile(join(own, 'lib', name, 'site-packages', 'aider.pth'), `${packages}\n`);
  const command = join(own, 'aider');
  const lines = [`#!${python}`, 'import sys', 'from aider.main import main', 'sys.exit(main())'];
  await writeFile(command, `${lines.join('\n')}\n`, { mode: 0o755 });
  return { command, close: () => rm(folder, { recursive: true, force: true }) };
};
