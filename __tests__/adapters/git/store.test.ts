import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importBundle } from '../../../src/adapters/git/bundle.js';
import { type OpenRepositoryOptions, type Source, openRepository } from '../../../src/adapters/git/open-repository.js';
import { openObjectReader } from '../../../src/adapters/git/objects/read-objects.js';
import { openTrees } from '../../../src/adapters/git/objects/trees.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import {
  commitAll,
  gitTestEnv,
  makeTemp,
  makeUserRepository,
  runGit,
  stillClock,
  writeFiles,
} from '../../support/git-repo.js';
import { type GitServer, serveGit } from '../../support/git-server.js';
import { execa } from 'execa';

let temp: string;
let user: string;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  temp = await makeTemp();
  user = join(temp, 'user');
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await rm(temp, { recursive: true, force: true });
});

const tryOpen = (source: Source, over: Partial<OpenRepositoryOptions> = {}) =>
  openRepository({
    source,
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity: { name: 'aider[bot]', email: 'bot@example.com' },
    clock: stillClock,
    place: ownPath(),
    ...over,
  });

const open = async (source: Source, over: Partial<OpenRepositoryOptions> = {}) => {
  const opened = await tryOpen(source, over);
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  closers.push(() => opened.value.close());
  return opened.value;
};

const openLocal = (over: Partial<OpenRepositoryOptions> = {}) => open({ kind: 'local', folder: user }, over);

const serve = async (token?: string, options = {}): Promise<GitServer> => {
  const server = await serveGit(temp, token, options);
  closers.push(() => server.close());
  return server;
};

const store = () => join(temp, 'run', 'store');

const objectsOf = (folder: string) => {
  const reader = openObjectReader(folder);
  closers.push(async () => reader.close());
  return { store: folder, trees: openTrees(folder, reader) };
};

describe('clones of the store', () => {
  it('makes 40 at once without a failure', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n', 'b/c.txt': 'c\n' });
    const repository = await openLocal();
    repository.prepareClones(10);
    const base = repository.base.sha;
    const clones = await Promise.all(Array.from({ length: 40 }, () => repository.clone(base, 'agent')));
    const texts = await Promise.all(clones.map((clone) => readFile(join(clone.folder, 'b/c.txt'), 'utf8')));
    expect(new Set(clones.map((clone) => clone.folder)).size).toBe(40);
    expect(texts).toEqual(Array.from({ length: 40 }, () => 'c\n'));
  });

  it('is clean for git, with no remote and no hooks', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    expect(await runGit(clone.folder, 'status', '--porcelain')).toBe('');
    expect(await runGit(clone.folder, 'remote')).toBe('');
    expect(await runGit(clone.folder, 'rev-parse', 'HEAD')).toBe(repository.base.sha);
    expect(await readdir(join(clone.folder, '.git'))).not.toContain('hooks');
  });

  it('takes traps out of an agent clone, keeps them for validation, and never collects the removal', async () => {
    const traps = {
      '.env': 'OPENAI_API_BASE=http://evil\n',
      '.aider.conf.yml': 'auto-test: true\n',
      '.aiderignore': 'x\n',
    };
    await makeUserRepository(user, { 'a.txt': 'a\n', ...traps });
    const repository = await openLocal();
    const agent = await repository.clone(repository.base.sha, 'agent');
    expect((await readdir(agent.folder)).toSorted()).toEqual(['.aiderignore', '.git', 'a.txt']);
    const validation = await repository.clone(repository.base.sha, 'validation');
    expect(await readFile(join(validation.folder, '.env'), 'utf8')).toBe(traps['.env']);
    await writeFiles(agent.folder, { 'a.txt': 'new\n', '.aider.model.settings.yml': 'new trap\n' });
    const collected = await repository.collect(agent);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    const changes = await repository.changes(repository.base.sha, collected.tree);
    expect(changes.map(({ path, kind }) => [path, kind])).toEqual([
      ['.aider.model.settings.yml', 'added'],
      ['a.txt', 'modified'],
    ]);
  });

  it('gives products as copies of its own and does not collect those no rule ignores', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n', '.gitignore': 'node_modules/\n' });
    const repository = await openLocal();
    repository.prepareClones(1);
    const from = await repository.clone(repository.base.sha, 'validation');
    await writeFiles(from.folder, { 'node_modules/x/index.js': 'one', 'made by setup/y': 'y' });
    await symlink('../x/index.js', join(from.folder, 'node_modules/link'));
    await writeFiles(from.home, { '.cargo/registry/z': 'z' });
    repository.useProducts({ from, paths: ['node_modules/', 'made by setup/'], unignored: ['made by setup/'] });
    const [one, two] = [
      await repository.clone(repository.base.sha, 'agent'),
      await repository.clone(repository.base.sha, 'agent'),
    ];
    await writeFile(join(one.folder, 'node_modules/x/index.js'), 'changed');
    expect(await readFile(join(two.folder, 'node_modules/x/index.js'), 'utf8')).toBe('one');
    expect(await readFile(join(from.folder, 'node_modules/x/index.js'), 'utf8')).toBe('one');
    expect(await readFile(join(two.folder, 'made by setup/y'), 'utf8')).toBe('y');
    expect(await readFile(join(two.home, '.cargo/registry/z'), 'utf8')).toBe('z');
    const collected = await repository.collect(two);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    expect(await repository.changes(repository.base.sha, collected.tree)).toEqual([]);
  });

  it('discards a clone that holds read-only folders', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await writeFiles(clone.home, { 'go/pkg/mod/x': 'x' });
    await chmod(join(clone.home, 'go/pkg/mod'), 0o555);
    await repository.discard(clone);
    await repository.close();
    expect(await readdir(join(temp, 'run'))).toEqual([]);
  });
});

describe('what clones are without', () => {
  it('is nothing where there are neither submodules nor files of Git LFS', async () => {
    await makeUserRepository(user, { '.gitattributes': '# *.psd filter=lfs\n*.md text\n', 'a.md': 'filter=lfs\n' });
    expect(await (await openLocal()).notInClones()).toEqual([]);
  });

  it('is told for submodules and for Git LFS, also where a folder below gives files to it', async () => {
    const first = await makeUserRepository(user, { 'art/.gitattributes': '*.psd filter=lfs diff=lfs -text\n' });
    await runGit(user, 'update-index', '--add', '--cacheinfo', `160000,${first},vendor/tool`);
    await runGit(user, 'commit', '-q', '-m', 'submodule');
    const notes = await (await openLocal()).notInClones();
    expect(notes).toEqual([expect.stringContaining('vendor/tool'), expect.stringContaining('Git LFS')]);
  });
});

describe('collecting', () => {
  it('takes a planned file that is ignored, and only that', async () => {
    await makeUserRepository(user, { '.gitignore': 'out/\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await writeFiles(clone.folder, {
      'out/[planned].txt': 'x\n',
      'out/other.txt': 'y\n',
      '.aider.chat.history.md': 'z',
    });
    const collected = await repository.collect(clone, ['out/[planned].txt', 'out/never-made.txt']);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    const changes = await repository.changes(repository.base.sha, collected.tree);
    expect(changes).toMatchObject([{ path: 'out/[planned].txt', kind: 'added' }]);
  });

  it('takes a planned file again that is ignored and was gone when the work was taken before', async () => {
    const first = await makeUserRepository(user, { 'out/kept.txt': 'x\n' });
    await writeFiles(user, { '.gitignore': 'out/\n' });
    await commitAll(user, 'ignore');
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await rm(join(clone.folder, 'out'), { recursive: true });
    await repository.collect(clone, ['out/kept.txt']);
    await writeFiles(clone.folder, { 'out/kept.txt': 'new\n' });
    const collected = await repository.collect(clone, ['out/kept.txt']);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    expect(await repository.changes(first, collected.tree)).toMatchObject([
      { path: '.gitignore' },
      { path: 'out/kept.txt', kind: 'modified' },
    ]);
  });

  it('inspects links, modes, binary files and lines that look like a patch', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'run.sh': 'x\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await rm(join(clone.folder, 'b.txt'));
    await symlink('/etc/passwd', join(clone.folder, 'b.txt'));
    await chmod(join(clone.folder, 'run.sh'), 0o755);
    await writeFiles(clone.folder, {
      'a.txt': 'a\nx\rdiff --git a/forged b/forged\n+@@ -1 +1 @@\n+secret\n',
      'c.txt': 'c\nlast',
      'new\nname.bin': '\0\u0001',
    });
    const collected = await repository.collect(clone);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    const inspected = await repository.inspect(repository.base.sha, collected.tree);
    expect(inspected).toMatchObject([
      { path: 'a.txt', added: ['x\rdiff --git a/forged b/forged', '+@@ -1 +1 @@', '+secret'] },
      { path: 'b.txt', modeBefore: '100644', modeAfter: '120000' },
      { path: 'c.txt', added: ['last'], size: 6 },
      { path: 'new\nname.bin', isBinary: true, added: [] },
      { path: 'run.sh', modeBefore: '100644', modeAfter: '100755', added: [] },
    ]);
  });

  it('shows links and submodules by their modes', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await symlink('/etc/passwd', join(clone.folder, 'link'));
    await makeUserRepository(join(clone.folder, 'sub'), { 'x.txt': 'x' });
    await writeFiles(clone.folder, { 'a.txt': 'new\n' });
    const collected = await repository.collect(clone);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    const inspected = await repository.inspect(repository.base.sha, collected.tree);
    expect(inspected.map(({ path, modeAfter }) => [path, modeAfter])).toEqual([
      ['a.txt', '100644'],
      ['link', '120000'],
      ['sub', '160000'],
    ]);
  });

  it('is not stopped by a lock or a commit the agent left, nor by hooks and settings it made', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const clone = await repository.clone(repository.base.sha, 'agent');
    await writeFiles(clone.folder, { 'a.txt': 'committed\n', 'b.txt': 'b\n' });
    await runGit(clone.folder, 'commit', '-q', '-a', '-m', 'forged\n\nAider-Run: other');
    await writeFiles(clone.folder, {
      '.git/index.lock': '',
      '.git/hooks/post-index-change': '#!/bin/sh\ntouch ../hook-ran\n',
    });
    await chmod(join(clone.folder, '.git/hooks/post-index-change'), 0o755);
    await runGit(clone.folder, 'config', 'core.fsmonitor', 'touch fsmonitor-ran');
    const collected = await repository.collect(clone);
    if (collected.kind !== 'collected') throw new Error(collected.why);
    const changes = await repository.changes(repository.base.sha, collected.tree);
    expect(changes.map((change) => change.path)).toEqual(['a.txt', 'b.txt']);
  });

  it('refuses what is larger than the limit', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal({ maxBundleBytes: 20_000 });
    const clone = await repository.clone(repository.base.sha, 'agent');
    const noise = Buffer.from(Array.from({ length: 40_000 }, (_, n) => (n * n * 31 + (n >> 3) * 17) % 251));
    await writeFile(join(clone.folder, 'large.bin'), noise);
    const pack = await repository.collect(clone);
    const random = await import('node:crypto');
    await writeFile(join(clone.folder, 'large.bin'), random.randomBytes(40_000));
    const refused = await repository.collect(clone);
    expect(pack.kind).toBeDefined();
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(refused.kind === 'refused' && refused.why).toContain('at most 20000 are accepted');
  });

  it('refuses a bundle with a tree that git itself would never make', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const evil = join(temp, 'evil');
    const first = await makeUserRepository(evil, { 'x.txt': 'x\n' });
    const blob = await runGit(evil, 'rev-parse', 'HEAD:x.txt');
    const entry = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]);
    const hash = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
    const tree = await execa('git', hash, { cwd: evil, env: gitTestEnv, input: entry });
    const commit = await runGit(evil, 'commit-tree', tree.stdout, '-m', 'evil');
    await runGit(evil, 'update-ref', 'refs/aider/result', commit);
    await runGit(evil, 'bundle', 'create', '-q', 'evil.bundle', 'refs/aider/result');
    const refused = await importBundle(objectsOf(store()), join(evil, 'evil.bundle'), 1_000_000);
    expect(refused).toMatchObject({ ok: false });
    expect(!refused.ok && refused.failure).toMatch(/hasDotgit/i);
    // The same way in, without the fault, works: it is the tree that was refused.
    await runGit(evil, 'update-ref', 'refs/aider/result', first);
    await runGit(evil, 'bundle', 'create', '-q', 'good.bundle', 'refs/aider/result');
    expect(await importBundle(objectsOf(store()), join(evil, 'good.bundle'), 1_000_000)).toMatchObject({ ok: true });
    expect(repository.base.branch).toBe('main');
  });

  it('does not follow a link where the bundle should be', async () => {
    await writeFile(join(temp, 'secret'), '# v2 git bundle\n');
    await symlink(join(temp, 'secret'), join(temp, 'result.bundle'));
    expect(await importBundle(objectsOf(temp), join(temp, 'result.bundle'), 1_000)).toEqual({
      ok: false,
      failure: 'no bundle was written',
    });
  });
});

describe('merging with git', () => {
  const setUp = async () => {
    await makeUserRepository(user, { 'old.txt': 'one\ntwo\nthree\nfour\n', 'keep.txt': 'k\n' });
    const repository = await openLocal();
    const on = async (edits: Record<string, string | null>) => {
      const clone = await repository.clone(repository.base.sha, 'agent');
      await writeFiles(clone.folder, edits);
      const collected = await repository.collect(clone);
      if (collected.kind !== 'collected') throw new Error(collected.why);
      return repository.commit({ tree: collected.tree, parents: [repository.base.sha], message: 'x' });
    };
    return { repository, on };
  };

  it('carries an edit over to the renamed file', async () => {
    const { repository, on } = await setUp();
    const renamed = await on({ 'old.txt': null, 'new.txt': 'one\ntwo\nthree\nfour\n' });
    const merged = await repository.merge(renamed, await on({ 'old.txt': 'ONE\ntwo\nthree\nfour\n' }));
    if (merged.kind !== 'clean') throw new Error('a conflict');
    expect(await repository.readFile(merged.tree, 'new.txt')).toBe('ONE\ntwo\nthree\nfour\n');
  });

  it('names the file of a rename against an edit of the same line', async () => {
    const { repository, on } = await setUp();
    const renamed = await on({ 'old.txt': null, 'new.txt': '1\ntwo\nthree\nfour\n' });
    const merged = await repository.merge(renamed, await on({ 'old.txt': 'ONE\ntwo\nthree\nfour\n' }));
    expect(merged).toEqual({ kind: 'conflict', files: ['new.txt'] });
  });

  it('names a file that stands where the other side made a folder', async () => {
    const { repository, on } = await setUp();
    const merged = await repository.merge(await on({ thing: 'a file\n' }), await on({ 'thing/inner.txt': 'x\n' }));
    expect(merged.kind === 'conflict' && merged.files.some((file) => file.startsWith('thing'))).toBe(true);
  });

  it('composes a folder where a file was', async () => {
    const { repository, on } = await setUp();
    const folder = await on({ 'keep.txt': null, 'keep.txt/inner.txt': 'x\n' });
    const tree = await repository.composeTree(repository.base.sha, folder, ['keep.txt', 'keep.txt/inner.txt']);
    expect(await repository.listFiles(tree)).toEqual(['keep.txt/inner.txt', 'old.txt']);
  });
});

describe('commits', () => {
  it('are made under our identity and clock, with the message as given', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const message = 'Do it\n\nWhy.\n\nAider-Run: r1\nAider-Task: t1\n';
    const tree = await repository.addFiles(repository.base.sha, { 'b.txt': 'b\n' });
    const commit = await repository.commit({ tree, parents: [repository.base.sha], message });
    expect(
      await runGit(
        store(),
        'log',
        '-1',
        '--format=%an <%ae> %at|%cn %ct|%P|%(trailers:key=Aider-Task,valueonly)',
        commit,
      ),
    ).toBe(`aider[bot] <bot@example.com> 1700000000|aider[bot] 1700000000|${repository.base.sha}|t1`);
  });
});

describe('a local repository', () => {
  it('is never touched but for the published branch: dirty work tree, index and settings stay', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    await writeFiles(user, { 'a.txt': 'dirty\n', 'untracked.txt': 'u\n' });
    await runGit(user, 'add', 'a.txt');
    const before = [await runGit(user, 'status', '--porcelain'), await readFile(join(user, '.git/config'), 'utf8')];
    const repository = await openLocal();
    const tree = await repository.addFiles(repository.base.sha, { 'a.txt': 'ours\n' });
    const commit = await repository.commit({ tree, parents: [repository.base.sha], message: 'x' });
    expect(await repository.publish('aider/run-1', commit)).toEqual({ kind: 'published' });
    expect([await runGit(user, 'status', '--porcelain'), await readFile(join(user, '.git/config'), 'utf8')]).toEqual(
      before,
    );
    expect(await runGit(user, 'show', 'aider/run-1:a.txt')).toBe('ours');
  });

  it('does not move the branch that is checked out', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    const repository = await openLocal();
    const commit = await repository.commit({
      tree: `${repository.base.sha}^{tree}`,
      parents: [repository.base.sha],
      message: 'x',
    });
    const published = await repository.publish('main', commit);
    expect(published).toEqual({ kind: 'refused', why: `the branch main is checked out in ${user}` });
    expect(await runGit(user, 'rev-parse', 'main')).toBe(repository.base.sha);
  });

  it('says what changed since a revision', async () => {
    await makeUserRepository(user, { 'a.txt': 'a\n' });
    await writeFiles(user, { 'ü b.txt': 'b\n' });
    await commitAll(user, 'second');
    const repository = await openLocal();
    expect(await repository.changedSince('HEAD~1')).toEqual(['ü b.txt']);
    expect(await repository.changedSince('--output=/tmp/x')).toBeUndefined();
  });

  it.each([
    ['a folder that is no repository', async () => void (await mkdir(user)), 'not-a-repository', 'git init'],
    ['a folder that is not there', async () => undefined, 'not-a-repository', 'git init'],
    [
      'a base branch that does not exist',
      async () => {
        await makeUserRepository(user, { a: 'a' });
        await runGit(user, 'branch', '-m', 'main', 'trunk');
      },
      'base-branch-missing',
      'trunk',
    ],
    [
      'a repository without a commit',
      async () => {
        await mkdir(user);
        await runGit(user, 'init', '-q');
      },
      'base-branch-missing',
      'Make a first commit.',
    ],
  ])('fails with what to do: %s', async (_case, prepare, reason, hint) => {
    await prepare();
    const opened = await tryOpen({ kind: 'local', folder: user });
    expect(opened).toMatchObject({ ok: false, failure: { reason, who: 'user' } });
    expect(!opened.ok && `${opened.failure.message} ${opened.failure.action}`).toContain(hint);
  });
});

describe('a remote', () => {
  const secret = 'ghs_secret-token';
  const remote = (server: GitServer, workspace?: string): Source => ({
    kind: 'remote',
    remoteUrl: server.url('user'),
    token: () => secret,
    workspace,
  });
  const history = async () => {
    await makeUserRepository(user, { 'a.txt': 'old a\n', 'gone.txt': 'gone\n' });
    await writeFiles(user, { 'a.txt': 'a\n', 'gone.txt': null, 'b/c.txt': 'c\n' });
    return commitAll(user, 'second');
  };

  it('fills from a shallow checkout with history, the files at base, and no older blobs', async () => {
    const sha = await history();
    const server = await serve(secret);
    await runGit(temp, 'clone', '-q', '--depth', '1', `file://${user}`, 'workspace');
    const repository = await open(remote(server, join(temp, 'workspace')));
    expect(repository.base.sha).toBe(sha);
    expect(await runGit(store(), 'rev-list', '--count', sha)).toBe('2');
    const missing = (await runGit(store(), 'rev-list', '--objects', '--missing=print', sha)).match(/^\?/gm) ?? [];
    expect(missing).toHaveLength(2);
    const clone = await repository.clone(sha, 'agent');
    expect(await readFile(join(clone.folder, 'b/c.txt'), 'utf8')).toBe('c\n');
    expect(await repository.changedSince('HEAD~1')).toEqual(['a.txt', 'b/c.txt', 'gone.txt']);
    expect(server.requests.filter((line) => line.endsWith('git-upload-pack')).length).toBeGreaterThan(1);
  });

  it('takes everything where the server cannot filter', async () => {
    const sha = await history();
    const server = await serve(secret, { allowFilter: false });
    await open(remote(server));
    expect(await runGit(store(), 'rev-list', '--objects', '--missing=print', sha)).not.toContain('?');
    expect(await runGit(store(), 'rev-list', '--count', sha)).toBe('2');
  });

  it('fetches nothing over the network where the checkout is complete', async () => {
    await history();
    const server = await serve(secret);
    await runGit(temp, 'clone', '-q', `file://${user}`, 'workspace');
    await open(remote(server, join(temp, 'workspace')));
    expect(server.requests.some((line) => line.startsWith('POST') && !line.includes('git-upload-pack'))).toBe(false);
    expect(await runGit(store(), 'config', '--get-regexp', '.*')).not.toContain('partial');
  });

  it('keeps the token out of everything it writes', async () => {
    const sha = await history();
    const server = await serve(secret);
    const repository = await open(remote(server));
    await repository.publish('aider/issue-1', sha);
    const basic = Buffer.from(`x-access-token:${secret}`).toString('base64');
    const found = await execa('grep', ['-rlF', '-e', secret, '-e', basic, join(temp, 'run')], { reject: false });
    expect(found.stdout).toBe('');
    expect(server.authorizations.at(-1)).toBe(`basic ${basic}`);
  });

  it('publishes from the partial store after the base branch moved on', async () => {
    const sha = await history();
    const server = await serve(secret);
    const repository = await open(remote(server));
    await writeFiles(user, { 'd.txt': 'd\n' });
    await commitAll(user, 'somebody else');
    const tree = await repository.addFiles(sha, { 'e.txt': 'e\n' });
    const commit = await repository.commit({ tree, parents: [sha], message: 'x\n\nAider-Run: r' });
    expect(await repository.publish('aider/issue-1', commit)).toEqual({ kind: 'published' });
    expect(await runGit(user, 'show', 'aider/issue-1:e.txt')).toBe('e');
  });

  it.each<[string, number | 'lost', RegExp, readonly number[]]>([
    ['every fourth answer is a 503', 503, /./, [1, 5, 9, 13, 17, 21, 25]],
    ['the answer to the push is lost', 'lost', /POST .*receive-pack/, [1]],
    ['the push is refused for a moment', 502, /receive-pack/, [1, 2]],
  ])('publishes all the same when %s', async (_, how, which, times) => {
    const sha = await history();
    let met = 0;
    const fault = (request: string): number | 'lost' | undefined => {
      if (!which.test(request)) return undefined;
      met += 1;
      return times.includes(met) ? how : undefined;
    };
    const server = await serve(secret, { fault });
    const repository = await open({ ...remote(server), pausesMs: [1, 1] } as Source);
    const tree = await repository.addFiles(sha, { 'e.txt': 'e\n' });
    const commit = await repository.commit({ tree, parents: [sha], message: 'x\n\nAider-Run: r' });
    expect(await repository.publish('aider/issue-1', commit)).toEqual({ kind: 'published' });
    expect(await runGit(user, 'rev-parse', 'aider/issue-1')).toBe(commit);
    expect(met).toBeGreaterThan(0);
  });

  it('does not ask again where it is refused, nor for ever', async () => {
    const sha = await history();
    let status = 0;
    let met = 0;
    const fault = (request: string): number | undefined => {
      if (status === 0 || !/receive-pack/.test(request)) return undefined;
      met += 1;
      return status;
    };
    const server = await serve(secret, { fault });
    const repository = await open({ ...remote(server), pausesMs: [1, 1] } as Source);
    const tries: number[] = [];
    for (status of [403, 500]) {
      met = 0;
      expect(await repository.publish('aider/issue-1', sha)).toMatchObject({ kind: 'refused' });
      tries.push(met);
    }
    expect(tries).toEqual([1, 3]);
  });

  it('reports a refusal of the server in its own words', async () => {
    const sha = await history();
    const hooks = join(temp, 'hooks');
    await writeFiles(hooks, { 'pre-receive': '#!/bin/sh\necho "GH006: Protected branch update failed" >&2\nexit 1\n' });
    await chmod(join(hooks, 'pre-receive'), 0o755);
    const repository = await open(remote(await serve(secret, { hooksPath: hooks })));
    const published = await repository.publish('aider/issue-1', sha);
    expect(published.kind === 'refused' && published.why).toContain('GH006: Protected branch update failed');
  });

  it('fails with what to do when the token is refused or the branch is not there', async () => {
    await history();
    const server = await serve('another token');
    expect(await tryOpen(remote(server))).toMatchObject({
      ok: false,
      failure: { reason: 'remote-denied', who: 'user' },
    });
    const right = await serve(secret);
    const missing = await tryOpen(remote(right), { base: { branch: 'develop' } });
    expect(missing).toMatchObject({ ok: false, failure: { reason: 'base-branch-missing' } });
    expect(!missing.ok && missing.failure.message).toContain('main');
  });
});
