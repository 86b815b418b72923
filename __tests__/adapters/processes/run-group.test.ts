import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAll, killAllNow, runningGroups } from '../../../src/adapters/processes/groups.js';
import { type GroupLaunch, runGroup } from '../../../src/adapters/processes/run-group.js';
import { onceFile } from '../../support/git-wait.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'group-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const shell = (script: string, over: Partial<GroupLaunch> = {}): GroupLaunch => ({
  command: '/bin/sh',
  args: ['-c', script],
  env: { PATH: process.env['PATH'] ?? '' },
  cwd: folder,
  timeoutMs: 20_000,
  signal: new AbortController().signal,
  maxOutputBytes: 10_000,
  ...over,
});

/** A killed orphan may stay a zombie until the machine's init collects it: that is dead too. */
const isAlive = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
};

const stubborn = `(trap '' TERM; echo $$ > /dev/null; sh -c 'trap "" TERM; echo $$ > pid.new; mv pid.new pid; while :; do sleep 0.1; done') & `;
const pidOf = async (): Promise<number> => Number(await readFile(join(folder, 'pid'), 'utf8'));

describe('runGroup', () => {
  it('reports exit code and both streams', async () => {
    const ended = await runGroup(shell('echo out; echo err >&2; exit 3'));
    expect(ended).toMatchObject({ exitCode: 3, signal: null, killedBy: null, stdout: 'out\n', stderr: 'err\n' });
    expect(ended.output).toContain('out\n');
    expect(ended.output).toContain('err\n');
  });

  it('gives exactly the environment it was told', async () => {
    const ended = await runGroup(shell('env', { command: '/usr/bin/env', args: [], env: { ONLY: 'this' } }));
    expect(ended.stdout).toBe('ONLY=this\n');
  });

  describe('at full time', () => {
    const extended = (script: string, progressed: () => Promise<boolean>, ms = 3_000) => {
      const given: string[] = [];
      const extension = { ms, progressed, onExtended: () => void given.push('extended') };
      return { given, ended: runGroup(shell(script, { timeoutMs: 400, extension })) };
    };
    const none = () => Promise.resolve(false);

    it('gives more time, once, to what wrote output since half of it', async () => {
      const { given, ended } = extended('for i in 1 2 3 4 5 6 7; do echo $i; sleep 0.1; done; echo end', none);
      expect(await ended).toMatchObject({
        exitCode: 0,
        killedBy: null,
        stdout: expect.stringContaining('end') as string,
      });
      expect(given).toEqual(['extended']);
    });

    it('gives more time to what makes progress of another kind, and stops it when that is over', async () => {
      const { given, ended } = extended('sleep 30', () => Promise.resolve(true), 300);
      const { killedBy, durationMs } = await ended;
      expect(killedBy).toBe('timeout');
      expect(durationMs).toBeGreaterThan(690);
      expect(durationMs).toBeLessThan(10_000);
      expect(given).toEqual(['extended']);
    });

    it.each([
      ['stands still', none],
      ['cannot be looked at', () => Promise.reject(new Error('no such folder'))],
    ])('stops what %s', async (_what, progressed) => {
      const { given, ended } = extended('echo early; sleep 30', progressed);
      expect((await ended).killedBy).toBe('timeout');
      expect(given).toEqual([]);
    });
  });

  it('reports a command that cannot be started as a value', async () => {
    const ended = await runGroup(shell('', { command: join(folder, 'no-such-command') }));
    expect(ended.exitCode).toBeNull();
    expect(ended.spawnError).toContain('ENOENT');
  });

  it('keeps the end of long output and never half a character', async () => {
    const ended = await runGroup(shell(`printf 'ä%.0s' $(seq 1 3000)`, { maxOutputBytes: 101 }));
    expect(ended.stdout).toBe('ä'.repeat(50));
  });

  it('stops a grandchild that ignores SIGTERM when the time is up, and tells at half time', async () => {
    const slow: number[] = [];
    const ended = await runGroup(
      shell(`${stubborn} wait`, { timeoutMs: 400, onSlow: (elapsed) => void slow.push(elapsed) }),
    );
    expect(ended.killedBy).toBe('timeout');
    expect(slow).toHaveLength(1);
    expect(await isAlive(await pidOf())).toBe(false);
    expect(ended.durationMs).toBeLessThan(5_000);
  });

  it('kills a grandchild that outlives a command which ended by itself', async () => {
    const ended = await runGroup(shell(`${stubborn} while [ ! -f pid ]; do sleep 0.02; done; exit 0`));
    expect(ended).toMatchObject({ exitCode: 0, killedBy: null });
    expect(await isAlive(await pidOf())).toBe(false);
  });

  it('stops on abort and says so', async () => {
    const controller = new AbortController();
    const running = runGroup(shell(`echo $$ > pid.new; mv pid.new pid; sleep 60`, { signal: controller.signal }));
    await onceFile(join(folder, 'pid'));
    controller.abort();
    expect(await running).toMatchObject({ killedBy: 'cancel', exitCode: null, signal: 'SIGTERM' });
  });

  it('does not start at all when already aborted', async () => {
    const ended = await runGroup(shell('touch started', { signal: AbortSignal.abort() }));
    expect(ended).toMatchObject({ killedBy: 'cancel', exitCode: null, spawnError: null });
    await expect(readFile(join(folder, 'started'))).rejects.toThrow('ENOENT');
  });
});

describe('the registry of groups', () => {
  it('stops every running group and forgets it', async () => {
    const running = [1, 2, 3].map((n) => runGroup(shell(`touch started-${n}; sleep 60`)));
    await Promise.all([1, 2, 3].map((n) => onceFile(join(folder, `started-${n}`))));
    expect(runningGroups()).toBe(3);
    await killAll();
    expect((await Promise.all(running)).map((ended) => ended.signal)).toEqual(['SIGTERM', 'SIGTERM', 'SIGTERM']);
    expect(runningGroups()).toBe(0);
  });

  it('can kill at once without waiting', async () => {
    const running = runGroup(shell(`trap '' TERM; touch started; sleep 60`));
    await onceFile(join(folder, 'started'));
    killAllNow();
    expect((await running).signal).toBe('SIGKILL');
  });
});
