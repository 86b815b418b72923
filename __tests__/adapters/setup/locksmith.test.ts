import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenRepository, openRepository } from '../../../src/adapters/git/open-repository.js';
import { createLocksmith } from '../../../src/adapters/setup/locksmith.js';
import { ruleFor } from '../../../src/core/conflicts/rules.js';
import type { Place } from '../../../src/ports/place.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { makeTemp, makeUserRepository, stillClock, writeFiles } from '../../support/git-repo.js';

const manifest = (name: string, more: object = {}): string =>
  `${JSON.stringify({ name, version: '1.0.0', ...more })}\n`;

/** Workspace packages are resolved without a network. */
const files = {
  'package.json': manifest('root', { private: true, workspaces: ['packages/*'] }),
  'packages/one/package.json': manifest('one'),
  'package-lock.json': `${JSON.stringify({ name: 'root', version: '1.0.0', lockfileVersion: 3, requires: true, packages: {} })}\n`,
};

let temp: string;
let place: Place;
let closePlace: () => Promise<void>;
let repository: OpenRepository;
beforeEach(async () => {
  temp = await makeTemp();
  await makeUserRepository(join(temp, 'user'), files);
  ({ place, close: closePlace } = await openSandboxPlace(join(temp, 'run')));
  const opened = await openRepository({
    source: { kind: 'local', folder: join(temp, 'user') },
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity: { name: 'x', email: 'x@example.com' },
    clock: stillClock,
    place,
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
});
afterEach(async () => {
  await repository.close();
  await closePlace();
  await rm(temp, { recursive: true, force: true });
});

const smith = () => createLocksmith({ repository, place, env: { PATH: process.env['PATH'] } });
const { signal } = new AbortController();

describe('a lock file that is made anew', () => {
  it('has what the merged manifests ask for, by npm itself, in the sandbox', async () => {
    const rule = ruleFor('package-lock.json', { union: false, generated: false });
    if (rule?.kind !== 'relock') throw new Error('npm has a rule');
    const clone = await repository.clone(repository.base.sha, 'validation');
    await writeFiles(clone.folder, {
      'packages/two/package.json': manifest('two', { dependencies: { one: '1.0.0' } }),
    });
    expect(await smith().relock(clone, { folder: '.', command: rule.command }, signal)).toBe(true);
    const lock = JSON.parse(await readFile(join(clone.folder, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages)).toEqual(expect.arrayContaining(['packages/one', 'packages/two']));
    await expect(readFile(join(clone.folder, 'node_modules/one/package.json'))).rejects.toThrow();
  }, 60_000);

  it('is made in its own folder, whatever the name, and a tool that fails is told', async () => {
    const clone = await repository.clone(repository.base.sha, 'validation');
    await writeFiles(clone.folder, { "-odd 'name/x": 'x\n' });
    const folder = "-odd 'name";
    expect(await smith().relock(clone, { folder, command: 'cp x y' }, signal)).toBe(true);
    expect(await readFile(join(clone.folder, folder, 'y'), 'utf8')).toBe('x\n');
    expect(await smith().relock(clone, { folder, command: 'exit 3' }, signal)).toBe(false);
    expect(await smith().relock(clone, { folder: 'nowhere', command: 'true' }, signal)).toBe(false);
  });
});
