import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { openRepository, type OpenRepository } from '../../../src/adapters/git/open-repository.js';
import { judgeChanges } from '../../../src/core/policy/judge-changes.js';
import { defaultProtectedFiles } from '../../../src/core/settings/table.js';
import type { Clone } from '../../../src/ports/repository.js';
import { gitTestEnv, makeTemp, makeUserRepository, runGit, stillClock, writeFiles } from '../../support/git-repo.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { group } from '../group.js';

/*
 * The real git adapter and the real sandbox against repositories and agents that set traps for whoever opens what they
 * wrote. Every trap would make the file `$PWNED`, which lies outside of every clone.
 */

interface Rig {
  readonly repository: OpenRepository;
  readonly user: string;
  readonly pwned: string;
  close(): Promise<void>;
}

interface Before {
  readonly files?: Readonly<Record<string, string>>;
  /** Run in the user's repository before it is opened. */
  readonly deed?: string;
}

const sh = (folder: string, script: string, pwned: string): Promise<unknown> =>
  execa('/bin/sh', ['-ec', script], { cwd: folder, env: { ...gitTestEnv, PWNED: pwned }, extendEnv: false });

const openRig = async ({ files = {}, deed = '' }: Before): Promise<Rig> => {
  const temp = await makeTemp();
  const [user, pwned] = [join(temp, 'user'), join(temp, 'pwned')];
  await makeUserRepository(user, { 'harmless.txt': 'a\n', 'src/a.ts': 'a\n', ...files });
  await sh(user, deed, pwned);
  await rm(pwned, { force: true });
  const opened = await openSandboxPlace(join(temp, 'run'));
  const repository = await openRepository({
    source: { kind: 'local', folder: user },
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity: { name: 'bot', email: 'bot@example.com' },
    clock: stillClock,
    place: opened.place,
  });
  if (!repository.ok) throw new Error(JSON.stringify(repository.failure));
  const close = async (): Promise<void> => {
    await repository.value.close();
    await opened.close();
    await rm(temp, { recursive: true, force: true });
  };
  return { repository: repository.value, user, pwned, close };
};

/** One repository for all agents, as in a run: what one leaves must not reach the next. */
let shared: Promise<Rig> | undefined;

/** To be called when the vectors are through. */
export const closeSharedRig = async (): Promise<void> => (await shared)?.close();

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

let branches = 0;

/** What the app does with an agent's work: collect, judge, compose, commit, publish; undefined where it is refused. */
const deliver = async ({ repository, pwned }: Rig, clone: Clone): Promise<readonly string[] | undefined> => {
  const { sha } = repository.base;
  const branch = `aider/issue-${(branches += 1)}`;
  const collected = await repository.collect(clone);
  if (collected.kind === 'refused') {
    expect(collected.why).toMatch(/\w{3}/);
    return undefined;
  }
  const [changes, existing] = await Promise.all([repository.inspect(sha, collected.tree), repository.listFiles(sha)]);
  const { accepted } = judgeChanges(changes, { writes: ['**', '.*'], protectedFiles: defaultProtectedFiles, existing });
  const paths = accepted.map(({ path }) => path);
  const tree = await repository.composeTree(sha, collected.tree, paths);
  const commit = await repository.commit({ tree, parents: [sha], message: 'x\n\nAider-Run: r\n' });
  await repository.discard(await repository.clone(commit, 'validation'));
  expect(await repository.publish(branch, commit)).toEqual({ kind: 'published' });
  expect((await repository.findBranch(branch))?.ours).toBe(true);
  expect(await isThere(pwned)).toBe(false);
  return paths;
};

/** Nothing of the user's has changed but the one branch, and what it holds is sound and plain. */
const expectSound = async ({ user, repository }: Rig, config: string): Promise<void> => {
  expect(await readFile(join(user, '.git', 'config'), 'utf8')).toBe(config);
  expect(await runGit(user, 'rev-parse', 'main')).toBe(repository.base.sha);
  const branch = `refs/heads/aider/issue-${branches}`;
  const heads = (await runGit(user, 'for-each-ref', '--format=%(refname)')).split('\n');
  expect(heads.filter((ref) => !/^refs\/heads\/(main|aider\/issue-\d+)$/.test(ref))).toEqual([]);
  if (!heads.includes(branch)) return;
  await runGit(user, 'fsck', '--strict', '--no-dangling', branch);
  const added = await runGit(user, 'diff-tree', '-r', '--raw', '--no-renames', 'main', branch);
  for (const line of added.split('\n').filter((each) => each !== ''))
    expect(line).toMatch(/^:\d{6} (100644|100755|000000) /);
};

const hook = (name: string): string =>
  `mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch "%s"\\n' "$PWNED" > .git/hooks/${name}; chmod +x .git/hooks/${name}`;
const config = (key: string, value = 'touch \\"$PWNED\\"'): string => `git config ${key} "${value}"`;

const hooks = [
  ...['pre-commit', 'post-commit', 'post-index-change', 'post-checkout', 'post-merge', 'post-rewrite', 'pre-push'],
  ...['reference-transaction', 'pre-auto-gc', 'update', 'pre-receive', 'post-receive', 'fsmonitor-watchman'],
];

const settings: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', config('core.fsmonitor')],
  [
    'core.hooksPath',
    `mkdir h; printf '#!/bin/sh\\ntouch "%s"\\n' "$PWNED" > h/post-index-change; chmod +x h/*; git config core.hooksPath h`,
  ],
  ['a clean filter', `${config('filter.evil.clean')}; echo '* filter=evil' > .gitattributes`],
  ['a smudge filter', `${config('filter.evil.smudge')}; echo '* filter=evil' > .gitattributes`],
  [
    'a filter process',
    `${config('filter.evil.process')}; ${config('filter.evil.required', 'true')}; echo '* filter=evil' > .git/info/attributes`,
  ],
  [
    'an external diff',
    `${config('diff.external')}; ${config('diff.evil.command')}; echo '* diff=evil' > .gitattributes`,
  ],
  ['a text conversion', `${config('diff.evil.textconv')}; echo '* diff=evil' > .gitattributes`],
  ['a merge driver', `${config('merge.evil.driver')}; echo '* merge=evil' > .gitattributes`],
  ['a pager and an editor', `${config('core.pager')}; ${config('core.editor')}; ${config('sequence.editor')}`],
  [
    'ssh and proxy commands',
    `${config('core.sshCommand')}; ${config('core.gitProxy')}; ${config('credential.helper')}`,
  ],
  [
    'a signing program',
    `${config('gpg.program')}; ${config('commit.gpgsign', 'true')}; ${config('gpg.format', 'openpgp')}`,
  ],
  ['a pack hook', config('uploadpack.packObjectsHook')],
  [
    'an alias of a command of git',
    `${config('alias.bundle', '!touch $PWNED')}; ${config('alias.add', '!touch $PWNED')}`,
  ],
  ['an included file', `printf '[core]\\n\\tfsmonitor = touch "%s"\\n' "$PWNED" > inc; git config include.path ../inc`],
  ['another work tree', 'git config core.worktree /'],
  ['a bare repository', 'git config core.bare true'],
  ['rewritten addresses', 'git config url.ext::sh.insteadOf https://'],
  [
    'an attributes file elsewhere',
    `${config('filter.evil.clean')}; echo '* filter=evil' > a; git config core.attributesFile a`,
  ],
  [
    'a submodule with an update command',
    `printf '[submodule "x"]\\n\\tpath = sub\\n\\turl = ./\\n\\tupdate = !touch "%s"\\n' "$PWNED" > .gitmodules; git config submodule.x.update '!touch'; mkdir sub`,
  ],
];

/** What an agent may leave where its repository was. */
const leavings: readonly (readonly [string, string])[] = [
  ['no repository', 'rm -rf .git'],
  ['an empty repository', 'rm -rf .git; mkdir .git'],
  ['a file for its repository', 'rm -rf .git; echo "gitdir: ../../../user/.git" > .git'],
  ['a file that names our store', 'rm -rf .git; echo "gitdir: ../../../store" > .git'],
  ['a link for its repository', 'rm -rf .git; ln -s ../../../../user/.git .git'],
  ['a link for its objects', 'rm -rf .git/objects; ln -s / .git/objects'],
  ['a link for its index', 'rm .git/index; ln -s /etc/passwd .git/index'],
  ['a link for its head', 'rm .git/HEAD; ln -s /etc/passwd .git/HEAD'],
  ['a link for its configuration', 'rm .git/config; ln -s /etc/passwd .git/config'],
  [
    'a pipe for its configuration',
    'rm .git/config; mkfifo .git/config2; mv .git/config2 .git/config || :; rm .git/config; echo "[core]" > .git/config',
  ],
  ['other alternates', 'echo /etc > .git/objects/info/alternates'],
  ['a broken index', 'head -c 4000 /dev/urandom > .git/index'],
  ['a lock', 'touch .git/index.lock .git/HEAD.lock'],
  ['a head that is nowhere', 'echo "ref: refs/heads/../../x" > .git/HEAD'],
  ['replaced objects', 'git replace $(git rev-parse HEAD) $(git commit-tree -m x HEAD^{tree})'],
  ['grafts', 'git rev-parse HEAD > .git/info/grafts'],
  ['a shallow file', 'git rev-parse HEAD > .git/shallow'],
  ['an exclusion of everything', "echo '*' > .git/info/exclude"],
  [
    'a sparse checkout of nothing',
    'git config core.sparseCheckout true; mkdir -p .git/info; echo /none > .git/info/sparse-checkout',
  ],
  ['a forged commit', 'git commit -q -a -m "forged\n\nAider-Run: other" || :; git tag v1; git branch main2'],
  ['a result of its own', 'mkdir -p .git/refs/aider; git rev-parse HEAD > .git/refs/aider/result'],
  ['a folder for the result', 'mkdir -p .git/refs/aider/result/x'],
];

/** What an agent may leave among its files; the harmless change beside it survives. */
const oddFiles: readonly (readonly [string, string])[] = [
  ['a link to a file of the machine', 'ln -s /etc/passwd link'],
  ['a link to a folder of the machine', 'ln -s / link'],
  ['a link out of the clone', 'ln -s ../../../../user/.git link'],
  ['a link to itself', 'ln -s link link'],
  ['a link where a file was', 'rm src/a.ts; ln -s /etc/passwd src/a.ts'],
  ['a link where a folder was', 'rm -r src; ln -s / src'],
  ['a pipe', 'mkfifo pipe'],
  [
    'a repository in it',
    'git init -q sub; (cd sub; echo x > x; git add x; git -c user.name=x -c user.email=x@x commit -q -m x)',
  ],
  ['a file named .git in a folder', 'mkdir sub; echo "gitdir: /" > sub/.git; echo x > sub/x'],
  ['a newline in a name', "touch 'a\nb'"],
  ['a name like an option', 'touch -- --upload-pack=x -rf'],
  ['a name with a command', "touch '$(id)' '`id`' 'a;id'"],
  ['a name in other letters', 'echo x > HARMLESS.txt'],
  ['a name in UTF-8 that is none', 'touch "$(printf \'a\\377b\')"'],
  ['a name with marks of direction', 'touch "$(printf \'a\\342\\200\\256b\')"'],
  ['a name that ends with a dot', 'touch a. "b "'],
  ['GIT~1', 'mkdir GIT~1; echo x > GIT~1/config'],
  ['its own attributes', "echo '* -text' > .gitattributes; echo x > .gitmodules"],
  ['a workflow', 'mkdir -p .github/workflows; echo x > .github/workflows/x.yml'],
  ['Aider’s settings', 'echo x > .aider.conf.yml; echo x > .env; mkdir -p sub; echo x > sub/.env'],
  ['code owners', 'mkdir -p docs; echo x > docs/CODEOWNERS; echo x > CODEOWNERS'],
  ['a program', 'cp /bin/sh program'],
  ['a set-uid bit', 'echo x > suid; chmod 4755 suid'],
  ['a mode of nobody', 'echo x > secret; chmod 000 secret'],
  ['a key', "printf 'ghp_%s\\n' aB3dE5fG7haB3dE5fG7haB3dE5fG7haB3dE5fG7h > key.txt"],
];

const everyDriver = '* filter=evil diff=evil merge=evil\n';

const inUser: readonly (readonly [string, Before])[] = [
  ['every hook', { deed: hooks.map(hook).join('; ') }],
  ...settings
    .filter(([name]) => !/work tree|bare/.test(name))
    .map(([name, deed]) => [`${name} in its settings`, { deed, files: { '.gitattributes': everyDriver } }] as const),
  [
    'every file Aider loads',
    {
      files: {
        '.aider.conf.yml': 'load: x\n',
        '.env': 'A=1\n',
        '.aider.model.settings.yml': '[]\n',
        '.aider.model.metadata.json': '{}\n',
      },
    },
  ],
];

const aiderTraps = ['.aider.conf.yml', '.env', '.aider.model.settings.yml', '.aider.model.metadata.json'];

/** An agent changes a file, does its deed, and what it left is delivered. */
const workAs = async (rig: Rig, deed: string): Promise<readonly string[] | undefined> => {
  const was = await readFile(join(rig.user, '.git', 'config'), 'utf8');
  const clone = await rig.repository.clone(rig.repository.base.sha, 'agent');
  await writeFiles(clone.folder, { 'harmless.txt': 'b\n' });
  await sh(clone.folder, deed, rig.pwned);
  // What its own git ran there was its own doing.
  await rm(rig.pwned, { force: true });
  const kept = await deliver(rig, clone);
  await expectSound(rig, was);
  await rig.repository.discard(clone);
  return kept;
};

export const repositoryTraps = group('repository traps', {
  owner: 'src/adapters/git/**, src/core/policy/**',
  predicates: {
    /** The user's repository may be set up against us: its work is done all the same, and nothing of it runs. */
    userIsHarmless: async (before: Before) => {
      const rig = await openRig(before);
      try {
        const was = await readFile(join(rig.user, '.git', 'config'), 'utf8');
        const clone = await rig.repository.clone(rig.repository.base.sha, 'agent');
        for (const name of aiderTraps) expect(await isThere(join(clone.folder, name))).toBe(false);
        await writeFiles(clone.folder, { 'harmless.txt': 'b\n' });
        expect(await deliver(rig, clone)).toEqual(['harmless.txt']);
        await expectSound(rig, was);
      } finally {
        await rig.close();
      }
    },
    /** Whatever an agent made of its repository: its work is taken or refused as a whole, and nothing else happens. */
    cloneIsHarmless: async (deed: string) => {
      const rig = await (shared ??= openRig({}));
      await workAs(rig, deed);
      // The next agent has a sound clone.
      const next = await rig.repository.clone(rig.repository.base.sha, 'agent');
      expect(await readFile(join(next.folder, 'harmless.txt'), 'utf8')).toBe('a\n');
      await rig.repository.discard(next);
    },
    /** The odd file stays behind, what was harmless beside it is delivered. */
    filesAreHarmless: async (deed: string) => {
      const kept = await workAs(await (shared ??= openRig({})), deed);
      expect((kept ?? []).filter((path) => !/^(harmless\.txt|suid|secret|sub\/x|src\/a\.ts)$/.test(path))).toEqual([]);
      if (kept !== undefined) expect(kept).toContain('harmless.txt');
    },
  },
  vectors: [
    ...inUser.map(([id, input]) => ({ id: `the repository has ${id}`, holds: 'userIsHarmless' as const, input })),
    ...hooks.map((name) => ({
      id: `the agent leaves a hook ${name}`,
      holds: 'cloneIsHarmless' as const,
      input: hook(name),
    })),
    ...settings.map(([name, input]) => ({ id: `the agent sets ${name}`, holds: 'cloneIsHarmless' as const, input })),
    ...leavings.map(([name, input]) => ({ id: `the agent leaves ${name}`, holds: 'cloneIsHarmless' as const, input })),
    ...oddFiles.map(([name, input]) => ({ id: `the agent makes ${name}`, holds: 'filesAreHarmless' as const, input })),
  ],
});
