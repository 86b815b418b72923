import { spawnSync } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { AiderInstallation } from '../../../src/adapters/aider/installation.js';
import { verdict } from '../../../src/core/outcome.js';
import { openRig, type Rig } from './support/aider-rig.js';

// Timing and faults only; what Aider does is tested with the real one.
const fake: AiderInstallation = {
  command: resolve('__tests__/support/fake-aider'),
  python: '',
  version: '0.86.2',
  pricesFile: '',
  roots: [],
};
const nothing = { changed: 0, refused: 0 };

const appears = async (file: string): Promise<void> => {
  const watcher = watch(dirname(file));
  try {
    while (!existsSync(file)) await new Promise((seen) => watcher.once('change', seen));
  } finally {
    watcher.close();
  }
};

// One that was killed may stay as a zombie where nobody reaps orphans.
const isAlive = (pid: number): boolean =>
  /^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim());

describe('a message to an agent that goes wrong', () => {
  let rig: Rig;
  const open = async (plan: (folder: string) => object): Promise<Rig> => {
    const env: Record<string, string> = {};
    rig = await openRig({ installation: fake, files: { 'a.txt': 'a\n' }, env });
    env.FAKE_AIDER = JSON.stringify(plan(rig.folder));
    return rig;
  };
  afterEach(() => rig.close());

  it('is told at half its time and stopped at full, grandchildren included', async () => {
    const { send, folder } = await open((at) => ({ child: join(at, 'child'), hold: join(at, 'never') }));
    const slow: number[] = [];
    const facts = await send({ timeoutMs: 1_000, onSlow: (elapsedMs) => slow.push(elapsedMs) });
    expect(facts).toMatchObject({ killedBy: 'timeout', exitEvent: null });
    expect(verdict(facts, nothing).outcome).toBe('timed-out');
    expect(slow).toHaveLength(1);
    expect(isAlive(Number(await readFile(join(folder, 'child'), 'utf8')))).toBe(false);
  }, 20_000);

  it('gives up a repository map that is not ready in time, and leaves nothing of it', async () => {
    rig = await openRig({
      installation: { ...fake, command: resolve('__tests__/support/sleeper') },
      files: { 'a.txt': 'a\n' },
      mapTimeoutMs: 300,
    });
    const { host, clone, git } = rig;
    await writeFile(join(clone.folder, '.aider.tags.cache.v4'), '');
    expect(await host.repositoryMap(clone, 1024, new AbortController().signal)).toBe('');
    expect(git('status', '--porcelain')).toBe('');
  }, 20_000);

  it.each([
    ['links to a secret', (secret: string) => ({ link: secret })],
    ['FIFOs that nobody writes to', () => ({ fifo: true })],
    ['files of a gigabyte', () => ({ sparse: 2 ** 30 })],
  ])(
    'gives us nothing to read where its logs are %s',
    async (_name, logs) => {
      const line = `${JSON.stringify({ event: 'exit', properties: { reason: 'a secret' } })}\n`;
      const { send, log, folder } = await open((at) => ({ logs: logs(join(at, 'secret')) }));
      await writeFile(join(folder, 'secret'), line);
      const facts = await send({});
      expect(facts).toMatchObject({ exitEvent: null, sendsStarted: 0, sends: 0 });
      expect(await log()).toBe('');
    },
    20_000,
  );

  it('is stopped on request while it works', async () => {
    const stop = new AbortController();
    const { send, folder, upstream } = await open((at) => ({ started: join(at, 'up'), hold: join(at, 'never') }));
    const sent = send({ signal: stop.signal });
    await appears(join(folder, 'up'));
    stop.abort();
    expect(verdict(await sent, nothing).outcome).toBe('cancelled');
    expect(upstream.openLeases()).toBe(0);
  }, 20_000);

  it.each([
    [{ exit: 1, print: 'no such thing' }, 'exit code 1. no such thing'],
    [{ signal: 11 }, 'a signal'],
    [{ events: [{ event: 'exit', properties: { reason: 'Unknown edit format' } }] }, 'Unknown edit format'],
    [{}, 'no exit event'],
  ])('has crashed after %j', async (plan, said) => {
    const { send } = await open(() => plan);
    const judged = verdict(await send({}), nothing);
    expect(judged.outcome).toBe('crashed');
    expect(judged.detail).toContain(said);
  });

  it('stops the run when its command is not there', async () => {
    rig = await openRig({ installation: { ...fake, command: '/nowhere/aider' }, files: { 'a.txt': 'a\n' } });
    const judged = verdict(await rig.send({}), nothing);
    expect(judged.outcome).toBe('sandbox-failed');
    expect(judged.detail).toContain('/nowhere/aider');
  });

  it('loses only the broken last line of the log of a killed Aider', async () => {
    const starting = { event: 'message_send_starting', properties: {} };
    const { send, log } = await open(() => ({ signal: 9, events: [starting, '{"event": "message_se'] }));
    expect(await send({})).toMatchObject({ sendsStarted: 1, sends: 0 });
    expect(
      (await log())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([starting]);
  });

  it('never shows the throwaway token', async () => {
    const { send } = await open(() => ({ print: 'key throwaway-token!' }));
    expect((await send({})).tail).toBe('key ***!');
  });

  it('never sends a text that Aider would run as a command', async () => {
    const { send } = await open(() => ({}));
    for (const text of ['/run id', '!id', '', ' x']) await expect(send({ text })).rejects.toThrow('fixed text');
  });

  it('makes nothing through a symbolic link and passes no file outside the clone', async () => {
    const { send, clone, folder } = await open(() => ({}));
    await symlink(folder, join(clone.folder, 'out'));
    await writeFile(join(folder, 'secret'), 's');
    await symlink(join(folder, 'secret'), join(clone.folder, 'link'));
    await send({ editFiles: ['out/new/x.py', '../y', '.git/hooks/z', 'link'], readFiles: ['out/secret', 'link'] });
    expect(existsSync(join(folder, 'new'))).toBe(false);
    expect(existsSync(join(folder, 'y'))).toBe(false);
  });
});
