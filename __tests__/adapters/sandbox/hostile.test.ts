import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OpenedPlace } from '../../../src/adapters/processes/open-place.js';
import { baseEnv } from '../../../src/adapters/processes/base-env.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import { openRepository, type OpenRepository } from '../../../src/adapters/git/open-repository.js';
import type { Ended, Place } from '../../../src/ports/place.js';
import type { Clone } from '../../../src/ports/repository.js';
import { makeTemp, makeUserRepository, stillClock } from '../../support/git-repo.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { openUserPlace } from '../../support/open-user-place.js';

/*
 * A program that tries everything (`__tests__/support/hostile-agent`) in the real sandbox, and as another user. What it
 * is kept from, it can do without: the same program run with `none` is the proof that each attempt is a real one.
 */

const limits = {
  processes: 60,
  fileBytes: 2 ** 20,
  memoryBytes: 1024 * 2 ** 20,
  temporaryBytes: 2 ** 21,
};
const slow = 60_000;
const secret = `planted-${randomUUID()}`;
const names = ['planted-key', 'planted-token', 'planted-file'];
const signal = new AbortController().signal;

let temp: string;
let opened: OpenedPlace;
/** Where the clones of the place lie. */
let work: string;
let repository: OpenRepository;
let servers: readonly Server[];
/** A process of ours with a secret in its environment. */
let bystander: ChildProcess | undefined;
let plan: Readonly<Record<string, unknown>>;
let gatewayPort: number;

const listen = (...where: readonly [string] | readonly [number, string]): Promise<Server> => {
  const server = createServer((socket) => socket.end());
  return new Promise((done) => {
    if (where.length === 1) server.listen(where[0], () => done(server));
    else server.listen(where[0], where[1], () => done(server));
  });
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const plant = async (): Promise<readonly string[]> => {
  const files = [
    join(temp, 'home', '.ssh', names[0] ?? ''),
    join(temp, 'runner-temp', names[1] ?? ''),
    join(temp, 'workspace', names[2] ?? ''),
  ];
  for (const file of files) {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, secret);
  }
  return files;
};

const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.internal === false && each.family === 'IPv4')?.address ?? '127.0.0.2';

beforeAll(async () => {
  temp = await makeTemp();
  const files = await plant();
  const [gateway, other, unix, abstract] = await Promise.all([
    listen(0, '127.0.0.1'),
    listen(0, '0.0.0.0'),
    listen(join(temp, 'engine.sock')),
    listen(`\0${secret}`),
  ]);
  servers = [gateway, other, unix, abstract];
  gatewayPort = portOf(gateway);
  plan = {
    ...{ secret, names, files, gateway: gatewayPort, port: portOf(other), address: ownAddress() },
    ...{ socket: join(temp, 'engine.sock'), abstract: secret, pid: process.pid, outside: join(temp, 'workspace') },
  };
  await makeUserRepository(join(temp, 'user'), { 'a.txt': 'a\n' });
  bystander = spawn('sleep', ['600'], { env: { ...process.env, PLANTED_SECRET: secret }, stdio: 'ignore' });
}, slow);

afterAll(async () => {
  bystander?.kill();
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  await rm(temp, { recursive: true, force: true });
});

const attack = async (place: Place, clone: Clone, only: readonly string[] = []) => {
  await copyFile(resolve('__tests__/support/hostile-agent'), join(clone.home, 'hostile-agent'));
  await writeFile(join(clone.home, 'plan.json'), JSON.stringify(plan));
  const home = place.homeOf(clone);
  const ended: Ended = await place.run(clone, {
    command: 'python3',
    args: [join(home, 'hostile-agent'), join(home, 'plan.json'), ...only],
    env: baseEnv({ home, path: process.env['PATH'] ?? '' }),
    network: { ports: [gatewayPort] },
    timeoutMs: 60_000,
    signal,
    maxOutputBytes: 200_000,
  });
  if (ended.exitCode !== 0) throw new Error(`${ended.spawnError ?? ''} ${ended.signal ?? ''} ${ended.output}`);
  return JSON.parse(ended.stdout) as Readonly<Record<string, string>>;
};

/** Runs `act` and tells in which folders git was started on our side meanwhile. */
const watchGit = async <T>(
  act: () => Promise<T>,
): Promise<{ readonly folders: readonly string[]; readonly done: T }> => {
  const path = process.env['PATH'] ?? '';
  const shim = join(temp, `shim-${randomUUID()}`);
  await mkdir(shim);
  await writeFile(join(shim, 'git'), `#!/bin/sh\npwd >> ${shim}/log\nPATH='${path}' exec git "$@"\n`, { mode: 0o755 });
  process.env['PATH'] = `${shim}:${path}`;
  try {
    const done = await act();
    const log = await readFile(join(shim, 'log'), 'utf8').catch(() => '');
    return { folders: log.split('\n').filter((line) => line !== ''), done };
  } finally {
    process.env['PATH'] = path;
  }
};

type Level = 'sandbox' | 'user';

const openAt = async (level: Level): Promise<void> => {
  const run = join(temp, randomUUID());
  await mkdir(run);
  const open = level === 'sandbox' ? openSandboxPlace : openUserPlace;
  opened = await open(run, { limits, closed: [join(temp, 'workspace')] });
  work = opened.workFolder ?? run;
  const there = await openRepository({
    source: { kind: 'local', folder: join(temp, 'user') },
    base: { branch: 'main' },
    runFolder: work,
    identity: { name: 'x', email: 'x@example.com' },
    clock: stillClock,
    place: opened.place,
  });
  if (!there.ok) throw new Error(there.failure.message);
  repository = there.value;
};

const closeIt = async (): Promise<void> => {
  await repository?.close();
  await opened?.close();
};

const newClone = (): Promise<Clone> => repository.clone(repository.base.sha, 'agent');

const got = (results: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(results).filter((name) => results[name]?.startsWith('got '));

describe.each([
  ['in the sandbox', 'sandbox'],
  ['as another user', 'user'],
] as const)('a hostile agent %s', (_where, level) => {
  beforeAll(() => openAt(level), slow);
  afterAll(closeIt);

  it(
    'reaches no address but the gateway',
    async () => {
      const network = ['gateway', 'unix-socket', 'abstract-socket', 'tcp', 'dns', 'ports'];
      const results = await attack(opened.place, await newClone(), network);
      expect(got(results)).toEqual(['gateway', 'ports']);
      expect(results['ports']).toBe(`got [${gatewayPort}]`);
    },
    slow,
  );

  it(
    'reads no planted file, no environment of ours, and finds none by looking everywhere',
    async () => {
      const reading = ['read', 'parent-environment', 'all-environments', 'find'];
      expect(got(await attack(opened.place, await newClone(), reading))).toEqual([]);
    },
    slow,
  );

  it(
    'writes nowhere outside its clone and gains no right',
    async () => {
      const rights = ['write', 'overwrite', 'sudo', 'su', 'mount', 'namespace', 'chroot', 'mknod', 'raise-limit'];
      expect(got(await attack(opened.place, await newClone(), [...rights, 'kill-host']))).toEqual([]);
      expect(await readdir(join(temp, 'workspace'))).toEqual(['planted-file']);
    },
    slow,
  );

  it(
    'is bounded in processes, memory, file size and temporary space',
    async () => {
      const bounded = ['forks', 'fill-clone', 'fill-tmp', 'fill-shm', 'allocate'];
      const results = await attack(opened.place, await newClone(), bounded);
      const reached = bounded.map((name) => Number(results[name]?.replace('got ', '')));
      expect(reached.map((value) => value > 0)).toEqual(bounded.map(() => true));
      const [forks = 0, clone = 0, tmp = 0, shm = 0, megabytes = 0] = reached;
      expect(forks).toBeLessThan(limits.processes);
      expect(clone).toBeLessThanOrEqual(limits.fileBytes);
      expect(Math.max(tmp, shm)).toBeLessThanOrEqual(limits.temporaryBytes);
      expect(megabytes).toBeLessThan(limits.memoryBytes / 2 ** 20);
    },
    slow,
  );

  it(
    'leaves no process, though it detached and ignores every signal',
    async () => {
      const clone = await newClone();
      const results = await attack(opened.place, clone, ['detach']);
      expect(results['detach']).toBe('got away');
      const heartbeat = () => readFile(join(clone.folder, 'heartbeat'), 'utf8');
      const before = await heartbeat();
      // Longer than its interval: a process that lives on has written by then.
      await wait(100);
      expect(await heartbeat()).toBe(before);
    },
    slow,
  );

  it.each([
    ['traps', 'collected'],
    ['git-file', 'refused'],
    ['includes', 'collected'],
  ])(
    'cannot have our own git run its programs outside the sandbox (%s)',
    async (trap, kind) => {
      const clone = await newClone();
      const results = await attack(opened.place, clone, [trap]);
      expect(results[trap]).toBe('got set');
      await writeFile(join(clone.folder, 'b.txt'), 'b\n');
      const { folders, done: collected } = await watchGit(() => repository.collect(clone));
      expect(collected.kind).toBe(kind);
      // Its filter did run, but inside, where there is nothing to be had.
      if (trap === 'traps') expect(await readdir(clone.folder)).toContain('ran-in-clone');
      const after = await watchGit(async () => {
        await repository.discard(clone);
        await repository.discard(await newClone());
      });
      expect(await readdir(join(temp, 'workspace'))).toEqual(['planted-file']);
      const seen = [...folders, ...after.folders];
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter((folder) => folder.startsWith(clone.folder))).toEqual([]);
    },
    slow,
  );
});

describe('the same agent without a sandbox', () => {
  beforeAll(() => openAt('sandbox'), slow);
  afterAll(closeIt);

  it(
    'gets everything that can be tried without harm',
    async () => {
      const clone = await newClone();
      const tried = ['gateway', 'unix-socket', 'abstract-socket', 'read', 'parent-environment', 'all-environments'];
      const results = await attack(ownPath(), clone, [...tried, 'kill-host']);
      expect(got(results)).toEqual(Object.keys(results));
      const outside = await attack(ownPath(), clone, ['tcp']);
      expect(got(outside)).toContain(`tcp 127.0.0.1:${String(plan['port'])}`);
    },
    slow,
  );
});
