import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { type EmbeddedGitHub, startEmbeddedGitHub, type TokenDraft } from '../../../demo/github/index.js';

export const repo = 'octo/shop';
export const at = { owner: 'octo', repo: 'shop' } as const;

export const allWrite = {
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
  actions: 'write',
} as const satisfies TokenDraft['permissions'];

/** octokit prints every refusal otherwise. */
export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** An embedded GitHub with one repository, two people and the clock in the test's hand. */
export interface Rig {
  readonly github: EmbeddedGitHub;
  /** A real octokit of an Actions token. */
  readonly octokit: Octokit;
  readonly token: string;
  octokitFor(draft: Partial<TokenDraft>): Octokit;
  cloneUrl(token: string): string;
  git(cwd: string, ...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
  /** An empty folder of this test's own. */
  folder(): Promise<string>;
  /** Moves the clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

const gitEnv = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.invalid',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.invalid',
};

export const startRig = async (options: { private?: boolean; files?: Record<string, string> } = {}): Promise<Rig> => {
  let now = Date.UTC(2026, 0, 1);
  const github = await startEmbeddedGitHub({ now: () => now });
  const folders: string[] = [];
  const files = options.files ?? { 'README.md': '# Shop\n', 'src/cart.js': 'export const total = 0;\n' };
  await github.createRepository({ owner: 'octo', name: 'shop', files, private: options.private ?? false });
  github.createUser('ann');
  github.setPermission(repo, 'ann', 'write');
  github.createUser('bob');
  const tokenFor = (draft: Partial<TokenDraft>): string =>
    github.createToken({
      actor: 'github-actions[bot]',
      kind: 'actions',
      permissions: allWrite,
      repositories: [repo],
      ...draft,
    });
  const octokitFor = (draft: Partial<TokenDraft>): Octokit =>
    new Octokit({ auth: tokenFor(draft), baseUrl: github.apiUrl, log: quiet });
  const token = tokenFor({});
  return {
    github,
    token,
    octokit: new Octokit({ auth: token, baseUrl: github.apiUrl, log: quiet }),
    octokitFor,
    cloneUrl: (with_) => `${github.serverUrl.replace('://', `://x-access-token:${with_}@`)}/${repo}.git`,
    git: async (cwd, ...args) => {
      const { exitCode, stdout, stderr } = await execa('git', args, {
        cwd,
        env: gitEnv,
        extendEnv: false,
        reject: false,
      });
      return { exitCode, stdout, stderr };
    },
    folder: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'embedded-github-test-'));
      folders.push(folder);
      return folder;
    },
    pass: (ms) => {
      now += ms;
    },
    close: async () => {
      await github.close();
      await Promise.all(folders.map((each) => rm(each, { recursive: true, force: true })));
    },
  };
};

/** Status and message a real octokit call is refused with. */
export const refusal = async (call: Promise<unknown>): Promise<{ status: number; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'status' in error) return { status: Number(error.status), message: error.message };
    throw error;
  }
  throw new Error('the call was not refused');
};

/** Commits files on a new branch of a clone and pushes it. */
export const pushBranch = async (rig: Rig, branch: string, files: Record<string, string>, token = rig.token) => {
  const { writeFile, mkdir } = await import('node:fs/promises');
  const { dirname } = await import('node:path');
  const folder = await rig.folder();
  await rig.git(folder, 'clone', '--quiet', rig.cloneUrl(token), '.');
  await rig.git(folder, 'checkout', '--quiet', '-b', branch);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await rig.git(folder, 'add', '-A');
  await rig.git(folder, 'commit', '--quiet', '-m', `Change ${branch}`);
  const pushed = await rig.git(folder, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  return { folder, pushed };
};
