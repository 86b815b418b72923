import { staleLocks } from '../../../src/core/setup/locks.js';

describe('the lock files that no longer fit a change', () => {
  it.each([
    ['package.json', 'package-lock.json'],
    ['package.json', 'npm-shrinkwrap.json'],
    ['package.json', 'pnpm-lock.yaml'],
    ['package.json', 'yarn.lock'],
    ['package.json', 'bun.lock'],
    ['pnpm-workspace.yaml', 'pnpm-lock.yaml'],
    ['pyproject.toml', 'poetry.lock'],
    ['pyproject.toml', 'uv.lock'],
    ['Cargo.toml', 'Cargo.lock'],
  ])('are for %s: %s beside it', (manifest, lock) => {
    expect(staleLocks([`a/${manifest}`], [`a/${manifest}`, `a/${lock}`])).toEqual([`a/${lock}`]);
  });

  it('are in a workspace the nearest ones above, each once', () => {
    const files = ['yarn.lock', 'packages/a/package.json', 'packages/b/package.json', 'packages/b/yarn.lock'];
    expect(staleLocks(['packages/a/package.json', 'packages/c/package.json'], files)).toEqual(['yarn.lock']);
    expect(staleLocks(['packages/b/package.json'], files)).toEqual(['packages/b/yarn.lock']);
  });

  it('are none where there is no lock, the change writes it itself, or no manifest is changed', () => {
    expect(staleLocks(['package.json'], ['package.json', 'src/package-lock.json'])).toEqual([]);
    expect(staleLocks(['package.json', 'yarn.lock'], ['yarn.lock'])).toEqual([]);
    expect(staleLocks(['src/index.ts', 'my-package.json', 'constructor'], ['yarn.lock'])).toEqual([]);
  });
});
