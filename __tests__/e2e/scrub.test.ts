import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findNode, projectFolder } from '../../demo/runner/index.js';
import { runStarted, timeline } from '../support/builders.js';
import { commitAll, makeTemp, runGit, writeFiles } from '../support/git-repo.js';

/*
 * What a child of ours would read of us. Each entry is started as a runner or a person starts it, with secrets in its
 * environment, and looked at in `/proc` in the moment it asks GitHub something with its token: all that runs before a
 * child could is over then.
 */

const dist = process.env['E2E_DIST'] ?? join(projectFolder, 'dist');
const token = 'ghp_markedmarkedmarkedmarkedmarked012345';
const secrets = {
  GITHUB_TOKEN: token,
  'INPUT_GITHUB-TOKEN': token,
  'INPUT_OPENAI-API-KEY': 'sk-marked-1',
  OPENAI_API_KEY: 'sk-marked-2',
  ACTIONS_RUNTIME_TOKEN: 'marked-3',
  AWS_SECRET_ACCESS_KEY: 'marked-4',
  HTTPS_PROXY_PASSWORD: 'marked-5',
};

interface Look {
  readonly environment: string;
  readonly handedOver: readonly string[];
  readonly authorization: string;
}

let temp: string;
let server: Server;
let child: ChildProcess | undefined;
let seen: Promise<Look>;

/** Of other processes of this machine. */
let before: readonly string[];

const lookAt = (pid: number, authorization = ''): Look => ({
  environment: readFileSync(`/proc/${pid}/environ`, 'latin1').replaceAll('\0', '\n'),
  handedOver: ['/dev/shm', temp]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith('orchestrator-') && !before.includes(name)),
  authorization,
});

beforeEach(async () => {
  temp = await makeTemp();
  before = existsSync('/dev/shm') ? readdirSync('/dev/shm') : [];
  seen = new Promise((resolve) => {
    server = createServer((incoming, reply) => {
      resolve(lookAt(child?.pid ?? 0, incoming.headers.authorization));
      reply.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(temp, { recursive: true, force: true });
});

const start = async (entry: string, args: readonly string[], state: Readonly<Record<string, string>> = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workspace = join(temp, 'workspace');
  await writeFiles(workspace, { 'a.txt': 'a\n' });
  await runGit(workspace, 'init', '-q', '-b', 'main');
  await runGit(workspace, 'remote', 'add', 'origin', `${url}/o/r.git`);
  await commitAll(workspace, 'first');
  await mkdir(join(temp, 'runner'));
  await writeFile(join(temp, 'event.json'), '{}');
  child = spawn(findNode(), [join(dist, entry), ...args], {
    cwd: workspace,
    stdio: 'ignore',
    env: {
      ...{ PATH: process.env['PATH'], HOME: temp, TMPDIR: temp, ...secrets, ...state },
      ...{ GITHUB_SERVER_URL: url, GITHUB_API_URL: `${url}/api`, GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '1' },
      ...{
        GITHUB_WORKSPACE: workspace,
        RUNNER_TEMP: join(temp, 'runner'),
        GITHUB_EVENT_PATH: join(temp, 'event.json'),
      },
    },
  });
};

const expectScrubbed = async (): Promise<void> => {
  const { environment, handedOver, authorization } = await seen;
  expect(environment).toContain('PATH=');
  expect(Object.keys(secrets).filter((name) => environment.includes(`${name}=`))).toEqual([]);
  expect(environment).not.toContain('marked');
  expect(handedOver).toEqual([]);
  expect(authorization).toContain(token);
};

describe('our own process, which has every secret, shows none in /proc', () => {
  it('in the main step', async () => {
    await start('index.js', []);
    await expectScrubbed();
  }, 60_000);

  it('in the post step', async () => {
    const journal = join(temp, 'events.ndjson');
    const started = runStarted({ request: { source: 'label', number: 1, actor: 'mona', title: 'x', body: 'x' } });
    await writeFile(
      journal,
      timeline([0, started])
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    await start('post.js', [], { STATE_journal: journal });
    await expectScrubbed();
  }, 60_000);

  it('on the command line', async () => {
    await start('cli.js', ['doctor', '--github']);
    await expectScrubbed();
  }, 60_000);

  it('takes away what a process killed while it started left, and nothing younger', async () => {
    const folders = await Promise.all(
      ['orchestrator-old', 'orchestrator-young', 'another'].map((name) => mkdtemp(join(temp, name))),
    );
    const [old = '', young = '', another = ''] = folders;
    for (const folder of folders) await writeFile(join(folder, 'environment.json'), '{"OPENAI_API_KEY":"marked-6"}');
    const then = new Date(Date.now() - 90_000);
    for (const folder of [old, another]) await utimes(join(folder, 'environment.json'), then, then);
    await symlink(another, join(temp, 'orchestrator-link'));
    await start('index.js', []);
    await seen;
    expect([old, young, another].map((folder) => existsSync(join(folder, 'environment.json')))).toEqual([
      false,
      true,
      true,
    ]);
  }, 60_000);
});
