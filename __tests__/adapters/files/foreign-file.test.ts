import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendToOwnFile, isFreeForFolder, readForeignFile } from '../../../src/adapters/files/foreign-file.js';
import { openArtifacts } from '../../../src/adapters/files/artifacts.js';
import { openJournal } from '../../../src/adapters/journal/journal.js';
import { makeTemp } from '../../support/git-repo.js';

let temp: string;
let secret: string;

beforeEach(async () => {
  temp = await makeTemp();
  secret = join(temp, 'secret');
  await writeFile(secret, 'a secret');
});
afterEach(() => rm(temp, { recursive: true, force: true }));

const at = (name: string): string => join(temp, name);
const makeFifo = (): string => {
  expect(spawnSync('mkfifo', [at('fifo')]).status).toBe(0);
  return at('fifo');
};

describe('a file something untrusted wrote', () => {
  it('is read as it is, or its end where it is too large', async () => {
    await writeFile(at('a'), '0123456789');
    expect(await readForeignFile(at('a'), 100)).toBe('0123456789');
    expect(await readForeignFile(at('a'), 3)).toBe('789');
    expect(await readForeignFile(at('not there'), 3)).toBeUndefined();
  });

  it('is not there when it is a link to a secret, a folder, or a FIFO that nobody ever writes to', async () => {
    await symlink(secret, at('link'));
    await mkdir(at('folder'));
    for (const path of [at('link'), at('folder'), makeFifo(), '/dev/zero'])
      expect(await readForeignFile(path, 100)).toBeUndefined();
  });

  it('takes no more memory than was allowed, though it has a gigabyte', async () => {
    await writeFile(at('sparse'), '');
    await truncate(at('sparse'), 2 ** 30);
    const before = process.memoryUsage().rss;
    expect(await readForeignFile(at('sparse'), 1_000)).toHaveLength(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });
});

describe('a file of ours beside what a repository brought', () => {
  const writers = {
    'the agent log': (path: string) => appendToOwnFile(path, 'evil'),
    'an artifact': (path: string) => openArtifacts(temp).write(path.slice(temp.length + 1), 'evil'),
    'the journal': async (path: string) => {
      const journal = openJournal(path);
      journal.append({ type: 'warning', message: 'evil', seq: 1, at: 1 });
      journal.close();
    },
  };

  it.each(Object.entries(writers))('is never written through a link: %s', async (_name, write) => {
    await symlink(secret, at('link'));
    await symlink(at('new'), at('dangling'));
    await expect(write(at('link'))).rejects.toThrow();
    await expect(write(at('dangling'))).rejects.toThrow();
    expect(await readFile(secret, 'utf8')).toBe('a secret');
    await expect(readFile(at('new'))).rejects.toThrow('ENOENT');
    await write(at('plain'));
    expect(await readFile(at('plain'), 'utf8')).toContain('evil');
  });

  it('needs a folder that is none but by a link', async () => {
    await mkdir(at('folder'));
    await symlink(at('folder'), at('link'));
    expect(
      await Promise.all(['folder', 'not there', 'link', 'secret'].map((name) => isFreeForFolder(at(name)))),
    ).toEqual([...[true, true], ...[false, false]]);
  });
});
