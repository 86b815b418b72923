import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnv } from '../../../src/adapters/processes/base-env.js';
import { openPlace } from '../../../src/adapters/processes/open-place.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import type { Launch, Place } from '../../../src/ports/place.js';
import type { Clone } from '../../../src/ports/repository.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { openUserPlace } from '../../support/open-user-place.js';

let folder: string;
/** Where clones lie. */
let work: string;
beforeEach(async () => (work = folder = await mkdtemp(join(tmpdir(), 'place-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '';

const makeClone = async (id: string): Promise<Clone> => {
  const clone = { id, folder: join(work, id, 'repository'), home: join(work, id, 'home'), commit: '' };
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

describe.each(['sandbox', 'user', 'none'] as const)('a place with isolation %s', (level) => {
  let close = (): Promise<void> => Promise.resolve();
  afterEach(() => close());
  const open = async (): Promise<Place> => {
    if (level === 'none') return ownPath();
    const opened = await (level === 'sandbox' ? openSandboxPlace : openUserPlace)(folder);
    work = opened.workFolder ?? folder;
    close = opened.close;
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
    expect(atA.stdout === atB.stdout).toBe(level === 'sandbox');
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
    expect(missing.spawnError).toMatch(/not found|ENOENT/i);
    const late = await place.run(clone, { ...shell(place, clone, 'sleep 60'), timeoutMs: 200 });
    expect(late).toMatchObject({ killedBy: 'timeout', exitCode: null });
  });
});

describe('openPlace', () => {
  const open = (want: 'auto' | 'sandbox' | 'none') =>
    openPlace({ want, runFolder: folder, env: { PATH: join(folder, 'empty') }, signal });

  it.each(['auto', 'sandbox'] as const)(
    'with %s ends with one error that names the fix where there is none',
    async (want) => {
      const opened = await open(want);
      expect(opened).toMatchObject({ ok: false, failure: { reason: 'no-sandbox', who: 'user' } });
      expect(!opened.ok && opened.failure.message).toContain('bubblewrap is not installed');
      expect(!opened.ok && opened.failure.action).toContain('`isolation: none`');
    },
  );

  it('gives up isolation only when asked for', async () => {
    expect(await open('none')).toMatchObject({ ok: true, value: { place: { level: 'none' } } });
  });
});
