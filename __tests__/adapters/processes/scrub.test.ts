import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { scrubbed } from '../../../src/adapters/processes/scrub.js';

const given = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/home/x',
  GITHUB_TOKEN: 'secret-1',
  'INPUT_OPENAI-API-KEY': 'secret-2',
  ACTIONS_RUNTIME_TOKEN: 'secret-3',
  OPENAI_API_KEY: 'secret-4',
  AIDER_MODEL: 'secret-5',
  GIT_ASKPASS: 'secret-6',
  HTTPS_PROXY: 'http://user:secret-7@proxy:1',
  BASH_ENV: 'secret-8',
  GITHUB_OUTPUT: '/out',
  STATE_journal: '/journal',
};

describe('scrubbed', () => {
  it('keeps where things are and what the runner says, and no key, token or switch of a program', () => {
    expect(Object.keys(scrubbed(given)).toSorted()).toEqual(['GITHUB_OUTPUT', 'HOME', 'PATH', 'STATE_journal']);
  });

  it.each([
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'ENV',
    'PYTHONPATH',
    'GIT_DIR',
    'GITHUB_APP_PRIVATE_KEY',
    'ANTHROPIC_API_KEY',
  ])('leaves %s out', (name) => expect(scrubbed({ [name]: 'x' })).toEqual({}));
});

describe('startScrubbed', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'scrub-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A program that starts itself scrubbed and then tells what it was given and what all can see of it. */
  const run = async () => {
    const program = join(folder, 'program.mts');
    const scrub = resolve('src/adapters/processes/scrub.ts');
    await writeFile(
      program,
      `import { existsSync, readdirSync, readFileSync } from 'node:fs';
       import { startScrubbed } from ${JSON.stringify(scrub)};
       const whole = startScrubbed();
       const left = ['/dev/shm', ${JSON.stringify(folder)}].filter((each) => existsSync(each)).flatMap((each) => readdirSync(each)).filter((name) => name.startsWith('orchestrator-'));
       const visible = readFileSync('/proc/self/environ', 'latin1');
       console.log(JSON.stringify({ whole, env: process.env, visible, left, args: process.argv.slice(2), pid: process.pid }));
      `,
    );
    const child = promisify(execFile)(process.execPath, [program, 'one', 'two words'], {
      env: { ...given, TMPDIR: folder },
    });
    const { stdout } = await child;
    return { pid: child.child.pid, told: JSON.parse(stdout) as Record<string, unknown> };
  };

  it('has everything it was started with, in memory alone: its /proc shows no secret and no file is left', async () => {
    const { pid, told } = await run();
    expect(told['whole']).toMatchObject(given);
    expect(told['visible']).not.toContain('secret-');
    expect(told['visible']).toContain('GITHUB_OUTPUT=/out');
    expect(told['left']).toEqual([]);
    expect(told['args']).toEqual(['one', 'two words']);
    expect(told['pid']).toBe(pid);
  });

  it('gives its own children the proxies of the machine, and no key', async () => {
    const { told } = await run();
    const env = told['env'] as Record<string, string>;
    expect(Object.values(env).filter((value) => value.includes('secret-'))).toEqual([given.HTTPS_PROXY]);
  });
});
