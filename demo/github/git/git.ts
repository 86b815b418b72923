import { execa } from 'execa';

/** What every git child gets and nothing else: no user or system configuration, no prompts. */
export const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Embedded GitHub',
  GIT_AUTHOR_EMAIL: 'noreply@embedded-github.invalid',
  GIT_COMMITTER_NAME: 'Embedded GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@embedded-github.invalid',
};

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git in a bare repository; the exit code is a result. */
export const tryGit = async (
  gitDir: string,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<GitAnswer> => {
  const options = {
    cwd: gitDir,
    env: gitEnv,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    input,
  } as const;
  const { exitCode, stdout, stderr, shortMessage } = await execa('git', args, options);
  if (exitCode === undefined) throw new Error(shortMessage);
  return { exitCode, stdout, stderr };
};

/** Runs git in a bare repository and gives back its output; throws with git's own words when it fails. */
export const git = async (gitDir: string, args: readonly string[], input?: string | Uint8Array): Promise<string> => {
  const { exitCode, stdout, stderr } = await tryGit(gitDir, args, input);
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
  return stdout;
};

/** The commit a revision names, or undefined. Options can not be smuggled in. */
export const resolveCommit = async (gitDir: string, revision: string): Promise<string | undefined> => {
  if (revision === '' || revision.startsWith('-')) return undefined;
  const { exitCode, stdout } = await tryGit(gitDir, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  return exitCode === 0 ? stdout.trim() : undefined;
};

/** Splits `-z` output. */
export const fields = (text: string): string[] => text.split('\0').filter((each) => each !== '');
