import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmbeddedGitHub } from '../../../demo/github/index.js';
import { startEmbeddedGitHub } from '../../../demo/github/index.js';
import type { RunActionOptions } from '../../../demo/runner/index.js';
import { runAction, startAction } from '../../../demo/runner/index.js';

const entry = (name: string): string => fileURLToPath(new URL(`entries/${name}.mjs`, import.meta.url));
const repo = 'acme/lamp';

let github: EmbeddedGitHub;
let token: string;

beforeAll(async () => {
  github = await startEmbeddedGitHub();
  await github.createRepository({ owner: 'acme', name: 'lamp', files: { 'README.md': '# Lamp\n' } });
  const permissions = { contents: 'write', metadata: 'read' } as const;
  token = github.createToken({ actor: 'github-actions[bot]', kind: 'actions', permissions });
});
afterAll(async () => {
  await github.close();
});

const options = (main: string, more: Partial<RunActionOptions> = {}): RunActionOptions => ({
  github,
  repo,
  token,
  event: { name: 'issues', payload: { action: 'labeled', sender: { login: 'mona' } } },
  entry: entry(main),
  ...more,
});

interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly event: { readonly action: string };
  readonly cwd: string;
}

describe('running the action', () => {
  it('gives main the event, the variables and the inputs, and collects what it wrote', async () => {
    const run = await runAction(
      options('main', { inputs: { 'max-agents': '4' }, env: { GEMINI_API_BASE: 'http://m' } }),
    );
    expect(run).toMatchObject({ exitCode: 0, summaryMarkdown: '# Summary\n' });
    expect(run.outputs).toMatchObject({ status: 'succeeded', note: 'two\nlines' });
    expect(run.annotations).toEqual([{ level: 'warning', message: 'mind this' }]);
    const seen = JSON.parse(run.outputs['seen'] ?? '') as Seen;
    expect(seen.event.action).toBe('labeled');
    expect(seen.cwd).toBe(run.workspace);
    expect(seen.env).toMatchObject({
      'INPUT_MAX-AGENTS': '4',
      GEMINI_API_BASE: 'http://m',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'issues',
      GITHUB_REPOSITORY: repo,
      GITHUB_REPOSITORY_OWNER: 'acme',
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_ACTOR: 'mona',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: run.sha,
      RUNNER_TEMP: run.temp,
    });
    await run.dispose();
    expect(existsSync(run.workspace)).toBe(false);
  });

  it('inherits nothing but PATH', async () => {
    process.env['SECRET_OF_THE_HOST'] = 'x';
    const run = await runAction(options('main'));
    delete process.env['SECRET_OF_THE_HOST'];
    expect(run.outputs['seen']).not.toContain('SECRET_OF_THE_HOST');
    await run.dispose();
  });

  it('runs on Node 24 in a workspace with one commit of the branch', async () => {
    const run = await runAction(options('main'));
    const log = execFileSync('git', ['log', '--format=%H'], { cwd: run.workspace, encoding: 'utf8' });
    expect(log.trim()).toBe(run.sha);
    expect(await readFile(join(run.workspace, 'README.md'), 'utf8')).toBe('# Lamp\n');
    expect(JSON.parse(run.outputs['seen'] ?? '')).toMatchObject({ node: expect.stringMatching(/^v24\./) as string });
    await run.dispose();
  });

  it('runs post with the saved state, also after a failed main', async () => {
    const run = await runAction(options('main', { postEntry: entry('post'), env: { EXIT: '3' } }));
    expect(run.exitCode).toBe(3);
    expect(run.post).toMatchObject({ exitCode: 0, stdout: 'lock is taken\n' });
    await run.dispose();
  });

  it('passes single signals on and cancels from SIGINT to the kill', async () => {
    const ready = Promise.withResolvers<void>();
    const noted: string[] = [];
    const termed = Promise.withResolvers<void>();
    const onLine = (line: string): void => {
      noted.push(line);
      if (line === 'ready') ready.resolve();
      if (line === 'SIGTERM') termed.resolve();
    };
    const running = await startAction(
      options('stubborn', { onLine, cancelWaits: { interruptMs: 300, terminateMs: 200 } }),
    );
    await ready.promise;
    running.kill('SIGTERM');
    await termed.promise;
    running.cancel();
    const run = await running.ended;
    expect(noted).toEqual(['ready', 'SIGTERM', 'SIGINT', 'SIGTERM']);
    expect(run).toMatchObject({ exitCode: null, endedBy: 'SIGKILL' });
    await run.dispose();
  });

  it('finds and ends a process that main left behind', async () => {
    const run = await runAction(options('leaves-child'));
    const pid = Number(run.stdout.trim());
    expect(run.leftovers.map((each) => each.pid)).toEqual([pid]);
    await run.dispose();
  });

  it('reports a workspace it cannot check out with the words of git', async () => {
    await expect(runAction(options('main', { branch: 'nowhere' }))).rejects.toThrow(/nowhere/);
  });
});
