import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedPlace } from '../../../src/adapters/processes/open-place.js';
import { moveInto } from '../../../src/adapters/sandbox/move-in.js';
import type { Standby } from '../../../src/ports/place.js';
import type { Clone } from '../../../src/ports/repository.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';

let temp: string;
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'stand-by-'));
});
afterEach(() => rm(temp, { recursive: true, force: true }));

const makeClone = async (id: string, content: string): Promise<Clone> => {
  const clone = { id, folder: join(temp, id, 'repository'), home: join(temp, id, 'home'), commit: '' };
  await mkdir(join(clone.folder, 'src'), { recursive: true });
  await mkdir(clone.home, { recursive: true });
  await writeFile(join(clone.folder, 'src', 'file'), content);
  await writeFile(join(clone.home, '.settings'), `home of ${content}`);
  return clone;
};

describe('a process that stands by', () => {
  let opened: OpenedPlace;
  let standby: Standby;
  const signal = new AbortController().signal;
  // Says what it was told to look at; the echo is of this process alone.
  const answerer = 'mkdir "$HOME/left-over"; echo ready; while read -r line; do eval "$line"; done';

  beforeEach(async () => {
    opened = await openSandboxPlace(temp);
    await mkdir(join(temp, 'own'));
    standby = await (opened.place.standBy ?? fail)({
      ...{ command: '/bin/sh', args: ['-c', answerer], env: (HOME) => ({ HOME, PATH: '/usr/bin:/bin' }) },
      ...{ writable: join(temp, 'own'), ports: [], signal },
    });
    expect(await standby.hear()).toBe('ready');
  });
  afterEach(async () => {
    await standby.end();
    await opened.close();
  });
  const fail = (): never => {
    throw new Error('nothing can stand by here');
  };
  const ask = async (line: string): Promise<string | undefined> => {
    standby.say(line);
    return standby.hear();
  };

  it('sees the clone it moves into at the path as ever, though it began before it', async () => {
    expect(await ask('ls | wc -l')).toBe('0');
    const clone = await makeClone('one', 'first');
    await standby.moveIn(clone);
    expect(await ask('echo "$PWD $(cat src/file) $(cat /sandbox/repository/src/file)"')).toBe(
      `${opened.place.pathOf(clone)} first first`,
    );
    expect(await ask('cat "$HOME/.settings"; echo')).toBe('home of first');
    expect(await ask('ls -A "$HOME"')).toBe('.settings');
  });

  it('shares with us and with further launches what it writes', async () => {
    const clone = await makeClone('one', 'first');
    await standby.moveIn(clone);
    await ask('echo changed > src/file; echo');
    expect(await readFile(join(clone.folder, 'src', 'file'), 'utf8')).toBe('changed\n');
    const launch = { command: '/bin/cat', args: ['src/file'], env: {}, timeoutMs: 20_000, maxOutputBytes: 100 };
    expect((await opened.place.run(clone, { ...launch, signal })).stdout).toBe('changed\n');
  });

  it('sees nothing of another clone, and writes nowhere else', async () => {
    await standby.moveIn(await makeClone('one', 'first'));
    const other = await makeClone('two', 'second');
    expect(await ask(`cat ${other.folder}/src/file 2>/dev/null || echo hidden`)).toBe('hidden');
    expect(await ask('touch /sandbox/x 2>/dev/null || echo closed')).toBe('closed');
  });

  it('ends, with all it started, when its clone is left', async () => {
    const clone = await makeClone('one', 'first');
    await standby.moveIn(clone);
    await ask('sleep 1000 & echo');
    await opened.place.leave?.(clone);
    expect(await standby.ended).toMatchObject({ exitCode: null });
    expect(await standby.hear()).toBeUndefined();
  });
});

describe('moving into a bound folder', () => {
  it('keeps the bound folder itself, under the name of the other', async () => {
    const clone = await makeClone('one', 'first');
    const bound = join(temp, 'bound');
    await mkdir(join(bound, 'old'), { recursive: true });
    const { ino } = await stat(bound);
    await moveInto(bound, clone.folder);
    expect((await stat(clone.folder)).ino).toBe(ino);
    expect(await readdir(clone.folder)).toEqual(['src']);
    expect((await readdir(temp)).includes('bound')).toBe(false);
  });

  it('leaves everything as it was where it cannot be moved', async () => {
    const clone = await makeClone('one', 'first');
    // Another file system: nothing can be renamed into it.
    const bound = await mkdtemp('/dev/shm/bound-');
    try {
      await expect(moveInto(bound, clone.folder)).rejects.toThrow(/EXDEV/);
      expect(await readFile(join(clone.folder, 'src', 'file'), 'utf8')).toBe('first');
    } finally {
      await rm(bound, { recursive: true });
    }
  });
});
