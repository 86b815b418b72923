import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnv } from '../../../src/adapters/processes/base-env.js';
import { bubblewrapArgs, mountsOf } from '../../../src/adapters/processes/mounts.js';
import { openPlace } from '../../../src/adapters/processes/open-place.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import type { Launch, Place } from '../../../src/ports/place.js';
import type { Clone } from '../../../src/ports/repository.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'place-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '';

const makeClone = async (id: string): Promise<Clone> => {
  const clone = { id, folder: join(folder, id, 'repository'), home: join(folder, id, 'home'), commit: '' };
  await mkdir(clone.folder, { recursive: true });
  await mkdir(clone.home, { recursive: true });
  return clone;
};

const shell = (place: Place, clone: Clone, script: string): Launch => ({
  command: '/bin/sh',
  args: ['-c', script],
  env: baseEnv({ home: place.homeOf(clone), path }),
  timeoutMs: 20_000,
  signal,
  maxOutputBytes: 10_000,
});

const run = (place: Place, clone: Clone, script: string) => place.run(clone, shell(place, clone, script));

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe.each(['one-path', 'own-path'] as const)('a place at %s', (level) => {
  const open = async (): Promise<Place> => {
    if (level === 'own-path') return ownPath();
    const opened = await openPlace({ runFolder: folder, env: process.env, signal });
    if (opened.place.level !== 'one-path') throw new Error(`no one path on this machine: ${opened.why}`);
    return opened.place;
  };

  it('works in the clone, with its HOME, and writes there', async () => {
    const place = await open();
    const clone = await makeClone('a');
    const ended = await run(place, clone, 'pwd; echo "$HOME"; echo x > made; echo y > "$HOME/made"');
    expect(ended).toMatchObject({ exitCode: 0, stdout: `${place.pathOf(clone)}\n${place.homeOf(clone)}\n` });
    expect(await readFile(join(clone.folder, 'made'), 'utf8')).toBe('x\n');
    expect(await readFile(join(clone.home, 'made'), 'utf8')).toBe('y\n');
  });

  it('shows two clones at the same path only where it says so', async () => {
    const place = await open();
    const [a, b] = [await makeClone('a'), await makeClone('b')];
    const [atA, atB] = await Promise.all([run(place, a, 'pwd'), run(place, b, 'pwd')]);
    expect(atA.stdout === atB.stdout).toBe(level === 'one-path');
  });

  it('lets no process outlive its command, not even one in a session of its own', async () => {
    const place = await open();
    const clone = await makeClone('a');
    const escape = `setsid sh -c 'trap "" TERM HUP; readlink /proc/self > /dev/null; touch up; sleep 300' &`;
    await run(place, clone, `${escape} while [ ! -f up ]; do sleep 0.02; done`);
    const left = await ownPath().run(clone, {
      ...shell(ownPath(), clone, `pgrep -f 'touch up; slee[p] 300' || true`),
    });
    expect(
      left.stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map(Number)
        .filter((pid) => !gone(pid)),
    ).toEqual([]);
  });

  it('reports exit code, a command that does not exist, and a time-out as values', async () => {
    const place = await open();
    const clone = await makeClone('a');
    expect((await run(place, clone, 'exit 7')).exitCode).toBe(7);
    const missing = await place.run(clone, { ...shell(place, clone, ''), command: '/no/such/command' });
    expect(missing).toMatchObject({ exitCode: null });
    expect(missing.spawnError).toMatch(/no such|ENOENT/i);
    const late = await place.run(clone, { ...shell(place, clone, 'sleep 60'), timeoutMs: 200 });
    expect(late).toMatchObject({ killedBy: 'timeout', exitCode: null });
  });
});

describe('openPlace', () => {
  it('says why it is not the one path', async () => {
    const opened = await openPlace({ runFolder: folder, env: { PATH: join(folder, 'empty') }, signal });
    expect(opened.place.level).toBe('own-path');
    expect(opened.why).toContain('bubblewrap is not installed');
  });
});

describe('mountsOf', () => {
  it('puts the clone at the one path after the machine, and the writable folders at their own', () => {
    const clone = { id: 'a', folder: '/r/a/repository', home: '/r/a/home', commit: '' };
    const mounts = mountsOf(clone, { path: '/one/repository', home: '/one/home' }, ['/r/logs']);
    expect(bubblewrapArgs(mounts, '/one/repository').join(' ')).toBe(
      '--dev-bind / / --bind /r/a/repository /one/repository --bind /r/a/home /one/home --bind /r/logs /r/logs ' +
        '--proc /proc --unshare-pid --die-with-parent --new-session --chdir /one/repository --',
    );
  });
});
