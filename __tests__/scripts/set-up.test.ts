import { access, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { findNode, projectFolder } from '../../demo/runner/index.js';
import { makeTemp } from '../support/git-repo.js';

let root: string;
beforeEach(async () => (root = await makeTemp()));
afterEach(() => rm(root, { recursive: true, force: true }));

const ensureModules = (folder: string) => {
  const module = pathToFileURL(join(projectFolder, 'scripts/lib/set-up.mjs')).href;
  const call = `const { ensureModules } = await import('${module}'); console.log(await ensureModules(process.argv[1]));`;
  return execa(findNode(), ['--input-type=module', '-e', call, folder], { reject: false });
};

describe('the packages of a checkout', () => {
  it('are not installed through a link: what it leads to is left as it is', async () => {
    const [checkout, others] = [join(root, 'checkout'), join(root, 'others')];
    await Promise.all([mkdir(checkout), mkdir(others)]);
    await writeFile(join(others, 'kept'), '');
    await writeFile(
      join(checkout, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, 'node_modules/gone': { version: '1.0.0' } } }),
    );
    await symlink(others, join(checkout, 'node_modules'));
    const ended = await ensureModules(checkout);
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toContain('node_modules is a link');
    await expect(access(join(others, 'kept'))).resolves.toBeUndefined();
  });
});
