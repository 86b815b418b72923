import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenRepository, openRepository } from '../../../src/adapters/git/open-repository.js';
import { isProductPath } from '../../../src/adapters/git/products.js';
import { detectSetup } from '../../../src/adapters/setup/detect-setup.js';
import { prepareProject } from '../../../src/adapters/setup/prepare-project.js';
import { runSetup } from '../../../src/adapters/setup/run-setup.js';
import { setupEnv } from '../../../src/adapters/setup/setup-env.js';
import { createValidator } from '../../../src/adapters/validation/validator.js';
import type { Place } from '../../../src/ports/place.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { makeTemp, makeUserRepository, stillClock, writeFiles } from '../../support/git-repo.js';

let temp: string;
let place: Place;
let closePlace = (): Promise<void> => Promise.resolve();
let repository: OpenRepository;
const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '';

beforeEach(async () => (temp = await makeTemp()));
afterEach(async () => {
  await repository?.close();
  await closePlace();
  await rm(temp, { recursive: true, force: true });
});

const open = async (files: Readonly<Record<string, string>>): Promise<void> => {
  await makeUserRepository(join(temp, 'user'), files);
  ({ place, close: closePlace } = await openSandboxPlace(join(temp, 'run')));
  const opened = await openRepository({
    source: { kind: 'local', folder: join(temp, 'user') },
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity: { name: 'x', email: 'x@example.com' },
    clock: stillClock,
    place,
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
};

const setUp = (command: string) =>
  runSetup({ repository, place, command, env: { PATH: path }, timeoutMs: 60_000, signal });

/** A workspace package is linked by npm, so this needs no network; its test reads the code through that link. */
const workspaceProject = {
  'package.json': JSON.stringify({
    name: 'root',
    private: true,
    workspaces: ['packages/*'],
    scripts: { test: 'node test.cjs' },
  }),
  'packages/value/package.json': JSON.stringify({ name: 'value', version: '1.0.0', main: 'index.cjs' }),
  'packages/value/index.cjs': 'module.exports = "base";\n',
  'test.cjs': 'console.log(require("value"));\n',
  '.gitignore': 'node_modules/\n',
};

describe('runSetup', () => {
  it('detects and runs npm, and a clone then tests its own code, not that of the base clone', async () => {
    await open(workspaceProject);
    repository.prepareClones(1);
    const proposal = await detectSetup(repository, 30_000);
    expect(proposal.setup).toContain('npm install');
    const done = await setUp(proposal.setup ?? '');
    expect(done).toMatchObject({ ok: true, value: { paths: ['node_modules/'] } });
    const clone = await repository.clone(repository.base.sha, 'validation');
    await writeFile(join(clone.folder, 'packages/value/index.cjs'), 'module.exports = "changed";\n');
    const [result] = await createValidator({ place, path }).run(clone, proposal.validation, signal);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result?.output).toContain('changed');
  });

  it('runs at the one path, so that absolute paths in its products hold in every clone', async () => {
    await open({ 'a.txt': 'a' });
    await setUp('mkdir venv && pwd > venv/where && echo "$HOME" > "$HOME/where"');
    const clone = await repository.clone(repository.base.sha, 'agent');
    expect(await readFile(join(clone.folder, 'venv/where'), 'utf8')).toBe(`${place.pathOf(clone)}\n`);
    expect(await readFile(join(clone.home, 'where'), 'utf8')).toBe(`${place.homeOf(clone)}\n`);
    expect(await realpath(clone.folder)).not.toBe(place.pathOf(clone));
    // `venv` is ignored by no rule of the repository, and is still no work of the agent.
    const collected = await repository.collect(clone);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    expect(await repository.changes(repository.base.sha, collected.tree)).toEqual([]);
  });

  it('fails with the end of the output and leaves clones as in the commit', async () => {
    await open({ 'a.txt': 'a' });
    const done = await setUp('touch made; echo what went wrong; exit 4');
    expect(done).toMatchObject({ ok: false, failure: { reason: 'setup-failed', who: 'user' } });
    expect(!done.ok && done.failure.message).toContain('ended with 4:\nwhat went wrong');
    const clone = await repository.clone(repository.base.sha, 'agent');
    await expect(readFile(join(clone.folder, 'made'))).rejects.toThrow('ENOENT');
  });

  it('does not let set-up reach into the git folder of other clones', async () => {
    await open({ 'a.txt': 'a' });
    await setUp('mkdir -p .git/hooks && echo evil > .git/hooks/post-checkout && git config core.fsmonitor evil');
    const clone = await repository.clone(repository.base.sha, 'agent');
    await writeFiles(clone.folder, { 'b.txt': 'b' });
    expect(await readFile(join(clone.folder, '.git/config'), 'utf8')).not.toContain('evil');
    await expect(readFile(join(clone.folder, '.git/hooks/post-checkout'))).rejects.toThrow('ENOENT');
  });
});

describe('set-up in the sandbox', () => {
  const fetching = (url: string): string =>
    `python3 -c "import urllib.request as r; print(r.urlopen('${url}').read().decode())" > fetched`;

  it('reaches the registry it is configured for, and no other address of this machine', async () => {
    const server = createServer((_, reply) => reply.end('a package'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      await open({ 'a.txt': 'a' });
      const env = { PATH: path, npm_config_registry: address };
      const run = (command: string) => runSetup({ repository, place, command, env, timeoutMs: 30_000, signal });
      expect(await run(fetching(address))).toMatchObject({ ok: true, value: { paths: ['fetched'] } });
      const refused = await run(fetching('http://169.254.169.254/latest/meta-data'));
      expect(!refused.ok && refused.failure.message).toContain('Refused');
      expect(!refused.ok && refused.failure.message).toContain('169.254.169.254:80');
      const around = await run(`unset http_proxy HTTP_PROXY ALL_PROXY all_proxy; ${fetching(address)}`);
      expect(!around.ok && around.failure.message).toContain('Connection refused');
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }, 30_000);

  it('cannot make us copy or remove what lies outside, by links in its clone and lies about its files', async () => {
    await open({ 'a.txt': 'a' });
    const outside = join(temp, 'outside');
    await writeFiles(outside, { 'secret/key': 'secret', 'pip/kept': 'kept' });
    const lie =
      'mkdir -p "$HOME/w/link" && touch "$HOME/w/link/key" "$HOME/w/link/x" && git config core.worktree "$HOME/w" && git add -f "$HOME/w/link/x"';
    const links = `ln -s ${outside}/secret link && mkdir -p x && ln -s ${outside} "$HOME/.cache"`;
    const done = await setUp(`${links} && ${lie}`);
    const clone = await repository.clone(repository.base.sha, 'agent');
    await expect(readFile(join(clone.folder, 'link/key'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(outside, 'pip/kept'), 'utf8')).toBe('kept');
    expect(done.ok && done.value.paths).not.toContain('link/key');
  }, 30_000);
});

describe('prepareProject', () => {
  const prepare = (setupCommand: string | undefined) => {
    const settings = { setupCommand, validation: undefined, validationTimeoutMs: 5_000 };
    return prepareProject({ repository, place, settings, env: { PATH: path }, signal });
  };
  const broken = {
    'package.json': JSON.stringify({ scripts: { test: 'true' }, dependencies: { gone: 'file:./not-there' } }),
    'package-lock.json': 'not a lock file',
  };

  it('goes on with a note when a detected set-up fails', async () => {
    await open(broken);
    const prepared = await prepare(undefined);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(prepared.value.commands).toEqual([{ name: 'test', run: 'npm run test', timeoutMs: 5_000 }]);
    expect(prepared.value.notes).toHaveLength(1);
    expect(prepared.value.notes[0]).toContain('The set-up command `npm ci');
  }, 30_000);

  it('fails when a set-up that was given fails', async () => {
    await open({ 'a.txt': 'a' });
    expect(await prepare('exit 1')).toMatchObject({ ok: false, failure: { reason: 'setup-failed' } });
  });

  it('says what clones are without, whatever becomes of set-up', async () => {
    await open({ ...broken, '.gitattributes': '*.psd filter=lfs\n' });
    const prepared = await prepare(undefined);
    expect(prepared.ok ? prepared.value.notes : []).toEqual([
      expect.stringContaining('Git LFS'),
      expect.stringContaining('set-up command'),
    ]);
    expect(await prepare('true')).toMatchObject({ ok: true, value: { notes: [expect.stringContaining('Git LFS')] } });
  });

  it('has nothing to say where nothing is set up', async () => {
    await open({ 'a.txt': 'a' });
    expect(await prepare(undefined)).toMatchObject({ ok: true, value: { commands: [], notes: [] } });
  });
});

describe('isProductPath', () => {
  it.each([
    ['node_modules/', true],
    ['a/b c', true],
    ['.git/hooks/x', false],
    ['a/.GIT/x', false],
    ['../x', false],
    ['/etc/x', false],
    ['a//b', false],
  ])('%s: %s', (given, expected) => expect(isProductPath(given)).toBe(expected));
});

describe('setupEnv', () => {
  it('passes on registries without credentials and nothing else', () => {
    const env = setupEnv('/home', {
      PATH: '/bin',
      GITHUB_TOKEN: 'secret',
      npm_config_registry: 'https://npm.example.com/',
      PIP_INDEX_URL: 'https://user:pass@pypi.example.com/simple',
    });
    expect(Object.keys(env).toSorted()).toEqual(
      [
        'CI',
        'HOME',
        'LANG',
        'NO_COLOR',
        'PATH',
        'PIP_DISABLE_PIP_VERSION_CHECK',
        'TMPDIR',
        'npm_config_registry',
      ].toSorted(),
    );
  });
});
