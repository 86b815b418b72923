import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toolRoots } from '../../../src/adapters/processes/tool-roots.js';
import { makeTemp } from '../../support/git-repo.js';

let home: string;
beforeEach(async () => (home = await makeTemp()));
afterEach(() => rm(home, { recursive: true, force: true }));

describe('toolRoots', () => {
  it('passes on where tools lie, and nothing that may hold a token', () => {
    const given = { JAVA_HOME: '/jdk', RUSTUP_HOME: '/rust', NVM_DIR: '' };
    expect(toolRoots({ ...given, CARGO_HOME: '/cargo', GRADLE_USER_HOME: '/gradle', GITHUB_TOKEN: 'x' })).toEqual({
      JAVA_HOME: '/jdk',
      RUSTUP_HOME: '/rust',
    });
  });

  it('finds the folders of version managers below HOME where no variable names them', async () => {
    await mkdir(join(home, '.rustup'));
    await mkdir(join(home, '.pyenv'));
    expect(toolRoots({ HOME: home, PYENV_ROOT: '/elsewhere' })).toEqual({
      RUSTUP_HOME: join(home, '.rustup'),
      PYENV_ROOT: '/elsewhere',
    });
  });
});
