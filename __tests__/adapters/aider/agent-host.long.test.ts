import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AiderInstallation } from '../../../src/adapters/aider/installation.js';
import { verdict } from '../../../src/core/outcome.js';
import { openRig, text, type Rig } from './support/aider-rig.js';
import { realAider } from './support/real-aider.js';
import { edit } from './support/upstream.js';

const greet = 'def greet():\n    return "hi"\n';
const better = edit('src/greet.py', '    return "hi"\n', '    return "hello"\n');

describe('a message to the real Aider', () => {
  let installation: AiderInstallation;
  let rig: Rig;
  beforeAll(async () => {
    installation = await realAider();
  }, 180_000);
  const open = async (files: Readonly<Record<string, string>> = {}): Promise<Rig> => {
    rig = await openRig({ installation, mapTimeoutMs: 60_000, files: { 'src/greet.py': greet, ...files } });
    return rig;
  };
  afterEach(() => rig.close());

  it('applies an edit with one request and leaves nothing else behind', async () => {
    const { upstream, send, read, git, log } = await open({ 'src/shared.py': 'WORD = "hello"\n' });
    upstream.answer({ content: better });
    const facts = await send({ readFiles: ['src/shared.py', 'src/missing.py'] });
    expect(facts).toMatchObject({
      exitCode: 0,
      killedBy: null,
      sendsStarted: 1,
      sends: 1,
      exitEvent: 'Completed --message-file',
      reflectionsExhausted: false,
      statuses: [200],
      usage: { requests: 1, costUsd: 0.01 },
    });
    expect(await read('src/greet.py')).toContain('"hello"');
    expect(git('status', '--porcelain').trim()).toBe('M src/greet.py');
    expect(git('log', '--format=%s').trim()).toBe('base');
    expect(upstream.asked).toHaveLength(1);
    expect(upstream.asked[0]).toMatchObject({ path: '/v1/chat/completions', key: 'Bearer throwaway-token' });
    expect(upstream.asked[0]?.prompt).toContain('WORD = "hello"');
    expect(upstream.openLeases()).toBe(0);
    expect((await log()).split('\n').filter((line) => line.includes('"message_send"'))).toHaveLength(1);
    expect(verdict(facts, { changed: 1, refused: 0 }).outcome).toBe('changed');
  }, 60_000);

  it('keeps one log over messages and counts only its own', async () => {
    const { upstream, send, log } = await open();
    upstream.answer({ content: better }, { content: 'Nothing more to do.' });
    await send({});
    const second = await send({});
    expect(second).toMatchObject({ sendsStarted: 1, sends: 1 });
    expect((await log()).match(/"event": "exit"/g)).toHaveLength(2);
    expect(verdict(second, { changed: 0, refused: 0 }).outcome).toBe('no-change');
  }, 60_000);

  it('makes missing folders for a new file, and takes an untouched new file away again', async () => {
    const { upstream, send, read, git } = await open();
    upstream.answer({ content: edit('deep/er/new.py', '', 'NEW = 1\n') });
    const editFiles = ['deep/er/new.py', 'other/never.py', '-odd name [x].py'];
    const facts = await send({ editFiles });
    expect(await read('deep/er/new.py')).toBe('NEW = 1\n');
    expect(git('status', '--porcelain', '-uall').trim()).toMatch(/^(A |\?\?) deep\/er\/new\.py$/);
    expect(upstream.asked[0]?.prompt).toContain('-odd name [x].py');
    expect(verdict(facts, { changed: 1, refused: 0 }).outcome).toBe('changed');
  }, 60_000);

  it('neutralises the traps of a repository and of its HOME', async () => {
    const { upstream, send, clone } = await open({
      '.env': 'OPENAI_API_BASE=http://127.0.0.1:1/v1\n',
      '.aider.conf.yml': 'model: gpt-4o\nauto-commits: true\n',
      '.aider.model.settings.yml': '- name: openai/scripted\n  edit_format: nonsense\n',
      '.aider.model.metadata.json': '{"broken',
    });
    await writeFile(join(clone.home, '.env'), 'OPENAI_API_KEY=stolen\n');
    await mkdir(join(clone.home, '.aider'), { recursive: true });
    await writeFile(join(clone.home, '.aider', 'oauth-keys.env'), 'OPENAI_API_KEY=stolen\n');
    upstream.answer({ content: better });
    expect(await send({})).toMatchObject({ sends: 1, statuses: [200] });
    expect(upstream.asked[0]?.key).toBe('Bearer throwaway-token');
    // Fetched or not, an answer from the network would have replaced it.
    const table = join(clone.home, '.aider', 'caches', 'model_prices_and_context_window.json');
    expect(await readFile(table, 'utf8')).toBe('{"none": {}}');
  }, 60_000);

  it('shows planned files that .aiderignore hides, and adds none that a text only names', async () => {
    const { upstream, send, read } = await open({ '.aiderignore': '*.py\n', 'src/other.py': 'SECRET = 1\n' });
    upstream.answer({ content: `As in src/other.py:\n${better}` });
    await send({ text: `${text}See src/other.py\n` });
    expect(upstream.asked).toHaveLength(1);
    expect(upstream.asked[0]?.prompt).toContain('return "hi"');
    expect(upstream.asked[0]?.prompt).not.toContain('SECRET');
    expect(await read('src/greet.py')).toContain('"hello"');
  }, 60_000);

  it.each([
    ['auth-failed', { status: 401, error: 'invalid_api_key' }, 1],
    ['context-overflow', { status: 400, error: 'context_length_exceeded' }, 1],
    ['answer-cut', { content: better, finish: 'length' as const }, 1],
    ['no-change', { content: 'I would rather not.' }, 1],
    ['edits-unmatched', { content: edit('src/greet.py', 'no such line\n', 'x\n') }, 4],
  ])(
    'is %s after such an answer',
    async (outcome, answer, requests) => {
      const { upstream, send, git } = await open();
      upstream.answer(answer);
      const facts = await send({ editFiles: ['src/greet.py', 'new.py'] });
      const changed = git('status', '--porcelain').trim() === '' ? 0 : 1;
      expect({ exitCode: facts.exitCode, changed }).toEqual({ exitCode: 0, changed: 0 });
      expect(verdict(facts, { changed, refused: 0 }).outcome).toBe(outcome);
      expect(upstream.asked).toHaveLength(requests);
    },
    60_000,
  );

  it('stops one whose model never answers, on request', async () => {
    const { upstream, send } = await open();
    upstream.answer({ hang: true });
    const stop = new AbortController();
    const sent = send({ signal: stop.signal });
    await upstream.hanging;
    stop.abort();
    const facts = await sent;
    expect(facts).toMatchObject({ killedBy: 'cancel', sendsStarted: 1, sends: 0 });
    expect(verdict(facts, { changed: 0, refused: 0 }).outcome).toBe('cancelled');
    expect(upstream.openLeases()).toBe(0);
  }, 60_000);

  it('makes a repository map without key, network or leavings', async () => {
    const { host, clone, git } = await open();
    const map = await host.repositoryMap(clone, 1024, new AbortController().signal);
    expect(map).toMatch(/^src\/greet\.py/);
    expect(map).toContain('def greet');
    expect(git('status', '--porcelain')).toBe('');
    expect(existsSync(join(clone.folder, '.aider.tags.cache.v4'))).toBe(false);
  }, 60_000);
});
