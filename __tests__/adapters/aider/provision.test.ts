import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publish, readInstalled } from '../../../src/adapters/aider/installed.js';
import { provisionAider } from '../../../src/adapters/aider/provision.js';
import { withLock } from '../../../src/adapters/aider/folder-lock.js';
import { toolEnv } from '../../../src/adapters/aider/tool-env.js';
import { clock, realAider } from './support/real-aider.js';

describe('provisioning Aider', () => {
  let folder: string;
  let bin: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provision-'));
    bin = join(folder, 'bin');
    await mkdir(bin);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const script = async (name: string, body: string): Promise<string> => {
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(bin, name), 0o755);
    return join(bin, name);
  };
  const provision = (options: { command?: string; version?: string; signal?: AbortSignal } = {}) =>
    provisionAider({
      version: '0.86.2',
      toolCache: join(folder, 'cache'),
      env: { PATH: bin },
      clock,
      signal: new AbortController().signal,
      ...options,
    });
  const reason = async (options?: Parameters<typeof provision>[0]): Promise<string> => {
    const result = await provision(options);
    return result.ok ? 'provisioned' : `${result.failure.reason}: ${result.failure.message}`;
  };
  const python = (version: string): string => `echo ${version}; echo ${bin}/python3`;

  it('says that there is no Python', async () => {
    expect(await reason()).toMatch(/^python-missing: /);
  });

  it('names a Python that does not fit, and passes over shims that only complain', async () => {
    await script('python3.12', 'echo "not installed" >&2; exit 127');
    await script('python3', python('3.13'));
    expect(await reason()).toBe(`python-unsupported: Aider needs Python 3.10-3.12, but ${bin}/python3 is 3.13.`);
  });

  it('names the package that brings a missing venv module', async () => {
    await script('python3', `case "$3" in venv) echo "ensurepip is not available"; exit 1;; esac; ${python('3.11')}`);
    const result = await provision();
    expect(result).toMatchObject({ ok: false, failure: { reason: 'python-venv-missing' } });
    expect(JSON.stringify(result)).toContain('python3.11-venv');
  });

  it('shows the last lines of a failed download and leaves no installation', async () => {
    await script('python3', python('3.11'));
    await script('uv', '[ "$1" = venv ] || { echo "error: dns lookup failed" >&2; exit 2; }');
    expect(await reason()).toMatch(/^aider-download-failed: .*dns lookup failed$/);
    expect((await readdir(join(folder, 'cache'))).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('says that a release does not exist', async () => {
    await script('python3', python('3.11'));
    await script('uv', '[ "$1" = venv ] || { echo "Because there is no version of aider-chat==9.9.9" >&2; exit 1; }');
    expect(await reason({ version: '9.9.9' })).toMatch(/^aider-version-unknown: .*"9\.9\.9"/);
  });

  it.each(['', 'latest', '0.86.2 --evil', '../x'])('refuses %j as a version', async (version) => {
    expect(await reason({ version })).toMatch(/^aider-version-unknown: /);
  });

  it('is cancelled when the run is', async () => {
    await script('python3', python('3.11'));
    await script('uv', 'exec sleep 60');
    const stop = new AbortController();
    const ending = reason({ signal: stop.signal });
    stop.abort();
    expect(await ending).toMatch(/^cancelled: /);
  });

  describe('from a given command', () => {
    it('says that it is missing', async () => {
      expect(await reason({ command: 'no-such-aider' })).toMatch(/^aider-command-missing: .*"no-such-aider"/);
    });

    it('says that it answers no version', async () => {
      const command = await script('aider', 'echo broken; exit 1');
      expect(await reason({ command })).toMatch(/^aider-command-broken: .*broken/);
    });

    it('takes one by name on PATH', async () => {
      const command = await script('my-aider', 'echo aider 0.80.1');
      const expected = { command, version: '0.80.1', python: '', pricesFile: '' };
      expect(await provision({ command: 'my-aider' })).toMatchObject({ ok: true, value: expected });
    });

    it('finds price table and roots of a real one', async () => {
      const real = await realAider();
      await symlink(real.command, join(bin, 'aider'));
      const result = await provision({ command: resolve(bin, 'aider') });
      expect(result).toMatchObject({ ok: true, value: { version: '0.86.2', pricesFile: real.pricesFile } });
      expect(result.ok && result.value.roots).toEqual(expect.arrayContaining([...real.roots]));
    }, 180_000);
  });

  describe('into the cache', () => {
    it('takes a finished installation without starting a process', async () => {
      const real = await realAider();
      await mkdir(join(folder, 'cache'));
      const name =
        (await readdir('.cache/tools/aider-orchestrator')).find((each) => each.endsWith('.complete.json')) ?? '';
      await publish(join(folder, 'cache', name), real);
      // PATH holds no Python, no uv: anything but the marker would fail.
      expect(await provision()).toEqual({ ok: true, value: real });
      expect(await readFile(real.pricesFile, 'utf8')).toContain('"gpt-4o"');
    }, 180_000);

    it('trusts no marker whose installation is gone, and replaces it', async () => {
      const marker = join(folder, 'marker.json');
      const gone = { command: '/gone/aider', python: '/gone/python', version: '1', pricesFile: '/gone/p', roots: [] };
      await writeFile(marker, JSON.stringify(gone));
      expect(await readInstalled(marker)).toBeUndefined();
      const real = await realAider();
      expect(await publish(marker, real)).toEqual(real);
      expect(await readInstalled(marker)).toEqual(real);
    }, 180_000);

    it('keeps the first of two that finish at once', async () => {
      const marker = join(folder, 'marker.json');
      const real = await realAider();
      await publish(marker, real);
      expect(await publish(marker, { ...real, version: 'second' })).toEqual(real);
    }, 180_000);
  });

  describe('under a lock', () => {
    const options = { clock, signal: new AbortController().signal };

    it('lets one work at a time', async () => {
      const file = join(folder, 'lock');
      let working = 0;
      const work = async (): Promise<number> => {
        working += 1;
        const seen = working;
        await readdir(folder);
        working -= 1;
        return seen;
      };
      const seen = await Promise.all([1, 2, 3].map(() => withLock(file, options, work)));
      expect(seen).toEqual([1, 1, 1]);
      expect(await readdir(folder)).not.toContain('lock');
    });

    it.each([
      ['a dead process', '999999999', 0],
      ['one that holds it too long', `${process.ppid}`, 3600],
    ])('takes over from %s', async (_who, pid, ageSeconds) => {
      const file = join(folder, 'lock');
      await writeFile(file, pid);
      const at = Date.now() / 1000 - ageSeconds;
      await utimes(file, at, at);
      expect(await withLock(file, options, () => Promise.resolve('done'))).toBe('done');
    });
  });
});

describe('the environment of python and uv', () => {
  it('has indexes, proxies and certificates, but no keys', () => {
    const env = toolEnv({
      PATH: '/bin',
      HTTPS_PROXY: 'p',
      PIP_INDEX_URL: 'i',
      OPENAI_API_KEY: 'k',
      PYTHONPATH: '/evil',
      GITHUB_TOKEN: 't',
    });
    expect(env).toMatchObject({ PATH: '/bin', HTTPS_PROXY: 'p', UV_DEFAULT_INDEX: 'i' });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['OPENAI_API_KEY']));
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['PYTHONPATH']));
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['GITHUB_TOKEN']));
  });

  it('trusts the certificates of the machine, unless told otherwise', () => {
    expect(toolEnv({})).toMatchObject({ UV_SYSTEM_CERTS: 'true' });
    expect(toolEnv({ UV_SYSTEM_CERTS: 'false' })).toMatchObject({ UV_SYSTEM_CERTS: 'false' });
  });
});
