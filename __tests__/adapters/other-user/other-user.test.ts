import { chmod, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, connect, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { findNode } from '../../../demo/runner/index.js';
import { letGoLeftover } from '../../../src/adapters/other-user/leftover.js';
import { usersAtWork } from '../../../src/adapters/other-user/processes-of.js';
import { idsOf, openUserIds, pickRange } from '../../../src/adapters/other-user/user-ids.js';
import { baseEnv } from '../../../src/adapters/processes/base-env.js';
import { openPlace, type OpenedPlace } from '../../../src/adapters/processes/open-place.js';
import type { Ended, Network } from '../../../src/ports/place.js';
import type { Clone } from '../../../src/ports/repository.js';
import { makeTemp } from '../../support/git-repo.js';
import { openUserPlace } from '../../support/open-user-place.js';

const path = process.env['PATH'] ?? '';
const signal = new AbortController().signal;

let temp: string;
let opened: OpenedPlace | undefined;
let servers: Server[] = [];
beforeEach(async () => {
  temp = await makeTemp();
  await mkdir(join(temp, 'run'));
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  servers = [];
  await rm(temp, { recursive: true, force: true });
});

interface Held {
  readonly work: string;
  readonly first: number;
  readonly count: number;
}

const readHeld = async (): Promise<Held> =>
  JSON.parse(await readFile(join(temp, 'run', 'other-user.json'), 'utf8')) as Held;

const open = async (): Promise<OpenedPlace> => (opened = await openUserPlace(join(temp, 'run')));

const makeClone = async (id: string): Promise<Clone> => {
  const around = join(opened?.workFolder ?? '', id);
  await mkdir(around, { mode: 0o700 });
  const clone = { id, folder: join(around, 'repository'), home: join(around, 'home'), commit: '' };
  await mkdir(clone.folder);
  await mkdir(join(clone.home, '.tmp'), { recursive: true });
  return clone;
};

const run = (clone: Clone, script: string, network?: Network, timeoutMs = 20_000): Promise<Ended> => {
  if (opened === undefined) throw new Error('no place is open');
  return opened.place.run(clone, {
    ...{ command: '/bin/sh', args: ['-c', script], timeoutMs, signal, maxOutputBytes: 10_000 },
    env: baseEnv({ home: clone.home, path }),
    ...(network === undefined ? {} : { network }),
  });
};

const listen = async (): Promise<{ readonly port: number; readonly visits: () => number }> => {
  let visits = 0;
  const server = createServer((visitor) => {
    visits += 1;
    visitor.on('error', () => undefined).destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, visits: () => visits };
};

const knock = (...ports: readonly number[]): string =>
  ports.map((port) => `git ls-remote git://127.0.0.1:${port}/x > /dev/null 2>&1`).join('; ');

/** How a connection of our own ends. */
const dial = (port: number): Promise<string> =>
  new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => (socket.destroy(), done('connected')));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
  });

const tables = async (): Promise<string> => (await execa('nft', ['list', 'tables'])).stdout;

const waitUntil = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
};

describe('other users', () => {
  it('reach the port of their own launch, not that of another one, and none when it has ended', async () => {
    await open();
    const [gateway, proxy] = [await listen(), await listen()];
    const [agent, setUp] = [await makeClone('agent'), await makeClone('set-up')];
    const meet = 'touch here; while [ ! -f go ]; do sleep 0.02; done';
    const both = Promise.all([
      run(agent, `${meet}; ${knock(gateway.port, proxy.port)}`, { ports: [gateway.port] }),
      run(setUp, meet, { ports: [proxy.port] }),
    ]);
    await waitUntil(async () => (await readdir(setUp.folder)).includes('here'));
    await writeFile(join(agent.folder, 'go'), '');
    await waitUntil(async () => gateway.visits() > 0);
    await writeFile(join(setUp.folder, 'go'), '');
    await both;
    expect([gateway.visits(), proxy.visits()]).toEqual([1, 0]);
    const table = `aider_orchestrator_${(await readHeld()).first}`;
    const allowed = (await execa('nft', ['list', 'table', 'inet', table])).stdout;
    expect(allowed).toContain('@ports accept');
    expect(allowed).not.toContain('elements');
  });

  it('reach what the machine reaches where a launch asks for it', async () => {
    await open();
    const door = await listen();
    await run(await makeClone('a'), knock(door.port), 'open');
    expect(door.visits()).toBe(1);
  });

  it('change nothing for anybody else', async () => {
    await open();
    const door = await listen();
    expect(await dial(door.port)).toBe('connected');
    const begun = performance.now();
    // A port nobody listens on: the refusal is a packet of no socket.
    expect(await dial(1)).toBe('ECONNREFUSED');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('see nothing of a clone another one is at work in', async () => {
    await open();
    const [a, b] = [await makeClone('a'), await makeClone('b')];
    const busy = run(a, 'echo work > work; touch here; while [ ! -f go ]; do sleep 0.02; done');
    await waitUntil(async () => (await readdir(a.folder)).includes('here'));
    const other = await run(
      b,
      `cat ${a.folder}/work; ls ${a.folder}; echo x > ${a.folder}/evil; ls ${b.folder}/..; id -u`,
    );
    await writeFile(join(a.folder, 'go'), '');
    await busy;
    expect(other.stdout).toMatch(/^\d+\n$/);
    expect((await readdir(a.folder)).sort()).toEqual(['go', 'here', 'work']);
  });

  it('leave files that are ours, without a special bit, and nothing in /tmp', async () => {
    await open();
    const clone = await makeClone('a');
    const left = `other-user-left-${process.pid}`;
    const script = `cp /bin/sh mine; chmod 6755 mine; mkdir -p deep/er; touch deep/er/file; ln -s /etc/shadow link; mkdir /tmp/${left}`;
    expect(await run(clone, `${script}; test -d /tmp/${left}`)).toMatchObject({ exitCode: 0 });
    const { mode, uid } = await stat(join(clone.folder, 'mine'));
    expect([mode & 0o6000, uid]).toEqual([0, process.getuid?.()]);
    expect((await stat(join(clone.folder, 'deep/er/file'))).uid).toBe(process.getuid?.());
    expect(await readdir('/tmp')).not.toContain(left);
    // What the link leads to was not given away.
    expect((await stat('/etc/shadow')).uid).toBe(0);
  });

  it('are stopped as a whole at a time-out, and at an abort', async () => {
    await open();
    const held = await readHeld();
    const deaf = `for n in 1 2 3; do setsid sh -c 'trap "" TERM HUP INT; while :; do sleep 0.05; done' & done; wait`;
    expect(await run(await makeClone('a'), deaf, undefined, 300)).toMatchObject({ killedBy: 'timeout' });
    expect([...(await usersAtWork(held))]).toEqual([]);
  });

  it('open sockets of TCP, UDP and netlink only, and make no namespace', async () => {
    await open();
    // Family, kind and protocol: TCP, UDP, netlink; Unix, vsock, MPTCP, SCTP, packets.
    const kinds = ['2 1 0', '10 2 17', '16 3 0', '1 1 0', '40 1 0', '2 1 262', '2 1 132', '17 3 0'];
    const ask = `perl -e 'print socket(my $s, shift, shift, shift) ? "yes " : "no "'`;
    const script = `${kinds.map((kind) => `${ask} ${kind}`).join('; ')}; unshare -Ur true 2>/dev/null || printf none`;
    const { stdout } = await run(await makeClone('a'), script);
    expect(stdout).toBe('yes yes yes no no no no no none');
  });

  it('take turns in one clone', async () => {
    await open();
    const clone = await makeClone('a');
    const script = 'test ! -e busy && touch busy && sleep 0.1 && rm busy';
    const all = await Promise.all([1, 2, 3].map(() => run(clone, script)));
    expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });

  it('come to what is open and not to what lies in a closed folder', async () => {
    const { place } = await open();
    await writeFile(join(temp, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await place.reaches?.('/bin/sh')).toBe(true);
    expect(await place.reaches?.(join(temp, 'tool'))).toBe(false);
  });
});

describe('openPlace', () => {
  /** The own one may be open to every user. */
  const closedHome = async (): Promise<string> => {
    const home = join(temp, 'home');
    await mkdir(home, { mode: 0o700 });
    return home;
  };

  it('does not count another user where everybody may look into a folder of ours, and says what closes it', async () => {
    const project = join(temp, 'project');
    await mkdir(project);
    await chmod(temp, 0o755);
    const env = { ...process.env, HOME: await closedHome() };
    const tried = await openPlace({
      ...{ want: 'user', runFolder: join(temp, 'run'), closed: [project], env, signal },
    });
    expect(tried).toMatchObject({ ok: false, failure: { reason: 'no-sandbox' } });
    expect(!tried.ok && tried.failure.message).toContain(`chmod o-rwx ${project}`);
    await expect(stat((await readHeld()).work)).rejects.toThrow('ENOENT');
    expect(await tables()).not.toContain(`aider_orchestrator_${(await readHeld()).first}`);
  });

  it('with auto takes it where there is no sandbox, and tells why there is none', async () => {
    const bin = join(temp, 'bin');
    await mkdir(bin);
    for (const name of ['git', 'id', 'grep', 'timeout', 'sh'])
      await symlink((await execa('which', [name])).stdout.trim(), join(bin, name));
    await chmod(temp, 0o711);
    const tried = await openPlace({
      ...{ want: 'auto', runFolder: join(temp, 'run'), env: { PATH: bin, HOME: await closedHome() }, signal },
    });
    if (!tried.ok) throw new Error(tried.failure.message);
    opened = tried.value;
    expect(opened.place.level).toBe('user');
    expect(opened.place.standBy).toBeUndefined();
    expect(opened.notes).toContainEqual(expect.stringContaining('no sandbox here: bubblewrap is not installed'));
  });
});

describe('a run that ends without closing', () => {
  const hold = (end: string) =>
    execa(findNode(), ['--import', 'tsx', resolve('__tests__/support/hold-user-place.ts'), join(temp, 'run'), end], {
      ...{ stdin: 'ignore', reject: false },
    });

  it('takes users, table and folder with it where it comes to its exit', async () => {
    const { stdout, stderr } = await hold('exit');
    expect([stdout, stderr]).toEqual(['ready', '']);
    const held = await readHeld();
    expect([...(await usersAtWork(held))]).toEqual([]);
    expect(await tables()).not.toContain(`aider_orchestrator_${held.first}`);
    await expect(stat(held.work)).rejects.toThrow('ENOENT');
  }, 30_000);

  it('is cleaned up after when it was killed, and its store is kept', async () => {
    const running = hold('');
    await new Promise<void>((done) => running.stdout?.once('data', () => done()));
    const held = await readHeld();
    running.kill('SIGKILL');
    await running;
    expect((await usersAtWork(held)).size).toBe(1);
    expect(await tables()).toContain(`aider_orchestrator_${held.first}`);
    await letGoLeftover(join(temp, 'run'), path);
    expect([...(await usersAtWork(held))]).toEqual([]);
    expect(await tables()).not.toContain(`aider_orchestrator_${held.first}`);
    await expect(stat(held.work)).rejects.toThrow('ENOENT');
    expect(await readdir(join(temp, 'run'))).toContain('store');
  }, 30_000);

  it('never has a folder removed that is not one of ours', async () => {
    const victim = join(temp, 'victim');
    await mkdir(victim);
    const record = { work: victim, first: 0x7000_0000, count: 32 };
    await writeFile(join(temp, 'run', 'other-user.json'), JSON.stringify(record));
    await letGoLeftover(join(temp, 'run'), path);
    expect((await stat(victim)).isDirectory()).toBe(true);
  });
});

describe('the ids', () => {
  const whole = '         0          0 4294967295';

  it.each([
    ['of the large range where the machine has all', whole, 0x7000_0000, 0x7fff_ffff],
    ['of the small range in a container with 65,536 users', '0 100000 65536', 60_706, 61_183],
  ])('are %s', (_name, map, first, last) => {
    for (const n of [0, 1]) {
      const range = pickRange(map, (below) => n * (below - 1));
      const ids = range === undefined ? [] : idsOf(range);
      expect(ids).toHaveLength(32);
      expect(ids[0]).toBeGreaterThanOrEqual(first);
      expect(ids.at(-1)).toBeLessThanOrEqual(last);
    }
  });

  it('are none where a container has too few users', () => {
    expect(pickRange('0 1000 1')).toBeUndefined();
  });

  it('are given once at a time, the one that rested longest first, and waited for', async () => {
    const ids = openUserIds({ first: 10, count: 2 });
    expect([await ids.take(), await ids.take()]).toEqual([10, 11]);
    const third = ids.take();
    ids.give(11);
    expect(await third).toBe(11);
  });
});
