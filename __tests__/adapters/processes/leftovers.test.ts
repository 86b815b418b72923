import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reuseFolder } from '../../../src/adapters/git/leftover-store.js';
import { runVariable } from '../../../src/adapters/processes/groups.js';
import { ownerOf, ownFolder } from '../../../src/adapters/processes/owner.js';
import { sweepRun } from '../../../src/adapters/processes/sweep.js';

const ended = (child: ReturnType<typeof spawn>): Promise<string | null> =>
  new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));

describe('what a killed process leaves of a run', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is found by its mark and ended, also in a session of its own, and nothing else is', async () => {
    const start = (mark: string) =>
      spawn('setsid', ['sh', '-c', 'echo up; exec sleep 20'], {
        env: { ...process.env, [runVariable]: mark },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const [stray, other] = [start(folder), start(`${folder}-other`)];
    await Promise.all([stray, other].map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
    const [gone, otherGone] = [ended(stray), ended(other)];
    expect(await sweepRun(folder)).toBe(1);
    expect(await gone).toBe('SIGKILL');
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(await sweepRun(`${folder}-other`)).toBe(1);
    expect(await otherGone).toBe('SIGKILL');
  });

  it('leaves its folder to the next, with the store alone and no lock in it', async () => {
    for (const path of [
      'clones/clone-1/x',
      'store/objects/aa/b',
      'store/refs/heads/agent-1.lock',
      'store/refs/heads/agent-1',
    ]) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), '');
    }
    await reuseFolder(folder);
    expect(readdirSync(folder)).toEqual(['store']);
    expect(readdirSync(join(folder, 'store/refs/heads'))).toEqual(['agent-1']);
    expect(existsSync(join(folder, 'store/objects/aa/b'))).toBe(true);
    await reuseFolder(join(folder, 'never-there'));
  });

  it('has an owner while the process lives that said so', async () => {
    expect(await ownerOf(folder)).toBeUndefined();
    await ownFolder(folder);
    expect(await ownerOf(folder)).toBe(process.pid);
  });

  it('has none when the id is that of another process now', async () => {
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, started: '1' }));
    expect(await ownerOf(folder)).toBeUndefined();
    writeFileSync(join(folder, 'owner.json'), '{"pid":');
    expect(await ownerOf(folder)).toBeUndefined();
  });
});
