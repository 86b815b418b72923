import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentFacts } from '../../../src/core/agent-facts.js';
import type { AiderInstallation } from '../../../src/adapters/aider/installation.js';
import { onPath } from '../../../src/adapters/aider/on-path.js';
import { text } from './support/aider-rig.js';
import { realAider } from './support/real-aider.js';
import { edit, type Answer } from './support/upstream.js';
import { openSandboxRig, type SandboxRig, type SandboxRigOptions } from './support/warm-rig.js';

const greet = 'def greet():\n    return "hi"\n';
const better = edit('src/greet.py', '    return "hi"\n', '    return "hello"\n');
const slow = 120_000;

let installation: AiderInstallation;
let rigs: SandboxRig[] = [];
let folders: string[] = [];

beforeAll(async () => {
  installation = await realAider();
}, 180_000);
afterEach(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  rigs = [];
  folders = [];
});

const open = async (options: Partial<SandboxRigOptions> = {}): Promise<SandboxRig> => {
  const files = { 'src/greet.py': greet, 'src/shared.py': 'WORD = "hello"\n', '.aiderignore': '*.py\n' };
  const rig = await openSandboxRig({ installation, files, start: 'warm', mapTimeoutMs: 60_000, ...options });
  rigs.push(rig);
  return rig;
};

/** What stays the same however Aider was started. */
const lasting = ({ durationMs: _, ...facts }: AgentFacts) => facts;

/** Aider's own event lines without what differs from one start to the next of any kind. */
const eventsIn = (log: string): readonly unknown[] =>
  log
    .trim()
    .split('\n')
    .map((line) => {
      const { event, properties } = JSON.parse(line) as { event: string; properties: Record<string, unknown> };
      return { event, properties };
    });

const commandLines = async (): Promise<readonly string[]> => {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
};

/** A `git` that does something else first, as what an agent might run. */
const gitThatFirst = async (script: string): Promise<string> => {
  const [git = ''] = await onPath('git', process.env.PATH ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'tools-'));
  folders.push(folder);
  await writeFile(join(folder, 'git'), `#!/bin/sh\n${script}\nexec ${await realpath(git)} "$@"\n`);
  await chmod(join(folder, 'git'), 0o755);
  return `${folder}:${process.env.PATH ?? ''}`;
};

describe('a warm agent and one started plainly', () => {
  const answers: readonly (readonly [string, readonly Answer[]])[] = [
    ['an edit', [{ content: better }]],
    ['a refused key', [{ status: 401, error: 'invalid_api_key' }]],
    ['an answer that was cut', [{ content: better, finish: 'length' }]],
    ['edits that never match', [{ content: edit('src/greet.py', 'no such line\n', 'x\n') }]],
    ['a new file', [{ content: edit('deep/new.py', '', 'NEW = 1\n') }]],
  ];
  const editFiles = ['src/greet.py', 'deep/new.py', 'src/other.py', 'b.py'];
  let both: readonly SandboxRig[] = [];

  beforeAll(async () => {
    both = [await open(), await open({ start: 'plain' })];
    rigs = [];
  }, slow);
  afterAll(() => Promise.all(both.map((rig) => rig.close())));

  it.each(answers)(
    'ask the same bytes, leave the same files and tell the same facts after %s',
    async (name, answer) => {
      const told = [];
      for (const { upstream, send, git, log } of both) {
        git('reset', '-q', '--hard');
        git('clean', '-fdq');
        const before = upstream.asked.length;
        upstream.answer(...answer);
        const facts = lasting(await send({ editFiles, readFiles: ['src/shared.py'], log: `${name}.jsonl` }));
        git('add', '-A');
        const asked = upstream.asked.slice(before);
        told.push({ facts, asked, tree: git('write-tree'), events: eventsIn(await log(`${name}.jsonl`)) });
      }
      const [ofWarm, ofPlain] = told;
      expect(ofWarm?.asked.length).toBeGreaterThan(0);
      expect(ofWarm?.asked.map(({ body }) => body)).toEqual(ofPlain?.asked.map(({ body }) => body));
      expect(ofWarm).toEqual(ofPlain);
      expect(both[0]?.warnings).toEqual([]);
    },
    slow,
  );

  it(
    'make the same repository map',
    async () => {
      const { signal } = new AbortController();
      const maps = [];
      for (const { host, clone, git } of both) {
        git('rm', '-q', '-f', '--ignore-unmatch', '.aiderignore');
        maps.push(await host.repositoryMap(clone, 1024, signal));
      }
      expect(maps[0]).toContain('def greet');
      expect(maps[0]).toBe(maps[1]);
    },
    slow,
  );
});

describe('a warm agent', () => {
  it(
    'has nothing of the message before in it',
    async () => {
      const { upstream, send, git, clone, warm } = await open();
      warm?.expect(1);
      upstream.answer({ content: better });
      const first = await send({ text: `${text}The first.\n` });
      git('reset', '-q', '--hard');
      const second = await send({ text: `${text}The first.\n` });
      expect(lasting(second)).toEqual(lasting(first));
      expect(upstream.asked[1]?.body).toBe(upstream.asked[0]?.body);
      expect((await stat(clone.folder)).isDirectory()).toBe(true);
    },
    slow,
  );

  it(
    'leaves no process of a message behind when the message is over',
    async () => {
      const mark = `stray-${randomUUID()}`;
      const stray = `setsid -f sh -c 'while :; do sleep 1; done' ${mark} < /dev/null > /dev/null 2>&1`;
      const { send, upstream } = await open({ path: await gitThatFirst(stray) });
      upstream.answer({ content: better });
      const facts = await send({});
      expect(facts.exitEvent).toBe('Completed --message-file');
      expect((await commandLines()).filter((line) => line.includes(mark))).toEqual([]);
    },
    slow,
  );

  it(
    'is closed to what runs in its sandbox',
    async () => {
      // Its answers go out at 65.
      const look = '{ echo \'{"exit":0}\' > /proc/2/fd/65; cat /proc/2/environ; } > src/seen.txt 2>&1';
      const { send, read } = await open({ path: await gitThatFirst(look) });
      await send({});
      expect(await read('src/seen.txt')).toMatch(/fd\/65: Permission denied\ncat: .*environ: Permission denied\n$/);
    },
    slow,
  );

  it(
    'is over when it is stopped, and the next one moves in for a further message',
    async () => {
      const { upstream, send, read } = await open();
      upstream.answer({ hang: true }, { content: better });
      const stop = new AbortController();
      const sent = send({ signal: stop.signal });
      await upstream.hanging;
      stop.abort();
      expect(await sent).toMatchObject({ killedBy: 'cancel', exitCode: null, sendsStarted: 1, sends: 0 });
      expect(await send({})).toMatchObject({ killedBy: null, sends: 1 });
      expect(await read('src/greet.py')).toContain('"hello"');
    },
    slow,
  );

  it(
    'is stopped at its time, and told of at half of it',
    async () => {
      const { upstream, send, warm } = await open();
      warm?.expect(1);
      upstream.answer({ content: better }, { hang: true });
      await send({});
      const slowAt: number[] = [];
      const facts = await send({ timeoutMs: 3_000, onSlow: (ms) => void slowAt.push(ms) });
      expect(facts).toMatchObject({ killedBy: 'timeout', exitCode: null });
      expect(slowAt).toHaveLength(1);
    },
    slow,
  );

  it(
    'ends with its clone',
    async () => {
      const { send, clone, place, folder } = await open();
      await send({});
      const own = async () => (await commandLines()).filter((line) => line.includes(folder));
      expect(await own()).not.toEqual([]);
      await place.leave?.(clone);
      expect(await own()).toEqual([]);
    },
    slow,
  );

  it(
    'is ended when nobody needs it any more',
    async () => {
      const { send, warm, folder } = await open();
      warm?.expect(2);
      await send({});
      warm?.expect(0);
      await warm?.close();
      expect((await commandLines()).filter((line) => line.includes(folder))).toEqual([]);
    },
    slow,
  );
});

describe('where a warm start does not work', () => {
  it(
    'agents start plainly, which is told once',
    async () => {
      const { send, upstream, warnings, warm, git } = await open({ python: '/bin/false' });
      warm?.expect(2);
      upstream.answer({ content: better });
      for (const _ of [1, 2]) {
        expect(await send({})).toMatchObject({ exitCode: 0, sends: 1, statuses: [200] });
        git('reset', '-q', '--hard');
      }
      expect(warnings).toEqual([expect.stringMatching(/^Agents start plainly.*it ended before it was ready/)]);
    },
    slow,
  );
});
