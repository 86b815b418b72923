import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findToolRoots } from '../../../src/adapters/sandbox/tool-roots.js';
import { makeTemp } from '../../support/git-repo.js';

let temp: string;
beforeEach(async () => {
  temp = await makeTemp();
  const folders = [
    'tools/jdk/bin',
    'home/.pyenv/shims',
    'home/bin',
    'home/.local/bin',
    'home/.cargo/bin',
    'elsewhere/bin',
  ];
  const more = ['home/.rustup/toolchains', 'workspace/node_modules/.bin', 'workspace/bin'];
  await Promise.all([...folders, ...more].map((each) => mkdir(join(temp, each), { recursive: true })));
  await writeFile(join(temp, 'elsewhere/bin/tool'), '');
  await symlink(join(temp, 'elsewhere/bin/tool'), join(temp, 'home/.local/bin/tool'));
});
afterEach(() => rm(temp, { recursive: true, force: true }));

const find = async (path: readonly string[], named: readonly string[] = []) => {
  const options = { homes: [join(temp, 'home')], closed: [join(temp, 'workspace')] };
  const at = (each: string): string => join(temp, each);
  const { folders, env } = await findToolRoots({ path: path.map(at).join(':'), named: named.map(at), ...options });
  return { folders: folders.map((each) => each.slice(temp.length + 1)).toSorted(), env };
};

describe('findToolRoots', () => {
  it.each([
    ['shows the tool chain a bin belongs to', 'tools/jdk/bin', ['tools/jdk']],
    ['shows a version manager whole', 'home/.pyenv/shims', ['home/.pyenv']],
    ['never shows a home for its bin', 'home/bin', ['home/bin']],
    [
      'follows a program that is a link, and shows no more of .local',
      'home/.local/bin',
      ['elsewhere', 'home/.local/bin'],
    ],
    ['shows compilers and not the tokens beside them', 'home/.cargo/bin', ['home/.cargo/bin', 'home/.rustup']],
    ['shows nothing of the workspace', 'workspace/node_modules/.bin', []],
    ['shows nothing that is not there', 'gone/bin', []],
  ])('%s', async (_, path, expected) => expect((await find([path])).folders).toEqual(expected));

  it('tells version managers where they are', async () => {
    expect((await find(['home/.pyenv/shims'])).env).toEqual({ PYENV_ROOT: join(temp, 'home/.pyenv') });
  });

  it('shows what variables name, unless a home or the workspace would be in it', async () => {
    expect((await find([], ['tools/jdk', 'home', '.', 'workspace/bin'])).folders).toEqual(['tools/jdk']);
  });
});
