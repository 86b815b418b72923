import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { type Result, failed, success } from '../../core/result.js';

/** The few things done as root: each a program with fixed arguments of ours, never a text from outside in a script. */
export interface Root {
  /** What comes before a command: nothing where this process is root. */
  readonly prefix: readonly string[];
  /** Of what runs as root: where programs are, and no other variable. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs it to its end, `input` on its standard input. The failure is its last words. */
  run(command: readonly string[], input?: string): Promise<Result<string, string>>;
  /** The same without waiting for other work, for an exit handler. Says nothing. */
  runNow(command: readonly string[]): void;
}

const timeoutMs = 60_000;

/** `nft` lies where only root's PATH leads on some systems. */
export const systemPath = (path: string): string => `${path}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

const lastWords = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const rootBy = (prefix: readonly string[], path: string): Root => {
  const env = { PATH: systemPath(path), LC_ALL: 'C' };
  const parts = (command: readonly string[]) => {
    const [file = '', ...args] = [...prefix, ...command];
    return { file, args };
  };
  return {
    prefix,
    env,
    run: async (command, input = '') => {
      const { file, args } = parts(command);
      // In a group of its own: what is half-way when somebody presses Ctrl-C at a terminal is brought to its end.
      const options = { env, extendEnv: false, detached: true, cwd: '/', timeout: timeoutMs, reject: false } as const;
      const ended = await execa(file, args, { ...options, input });
      return ended.failed ? failed(lastWords(ended.stderr) || (ended.shortMessage ?? '')) : success(ended.stdout);
    },
    runNow: (command) => {
      const { file, args } = parts(command);
      spawnSync(file, args, { env, cwd: '/', stdio: 'ignore', timeout: 5_000 });
    },
  };
};

/** This process where it is root, else sudo where it asks for no password. The failure says why there is neither. */
export const findRoot = async (
  path: string,
  isRoot: boolean = process.getuid?.() === 0,
): Promise<Result<Root, string>> => {
  if (isRoot) return success(rootBy([], path));
  const root = rootBy(['sudo', '-n'], path);
  const tried = await root.run(['true']);
  return tried.ok
    ? success(root)
    : failed(`another user's rights take root or a sudo without password (${tried.failure})`);
};
