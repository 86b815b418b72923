import { tryGit } from './git.js';

/** What the command line needs to know of the repository it stands in. */
export interface LocalFacts {
  /** False: git itself could not be started, and nothing else is known. */
  readonly hasGit: boolean;
  /** Top folder of the work tree; undefined outside of one. */
  readonly root: string | undefined;
  /** The branch that is checked out; undefined when HEAD is detached. */
  readonly branch: string | undefined;
  readonly userName: string | undefined;
  readonly userEmail: string | undefined;
  /** URL of the remote `origin`. */
  readonly originUrl: string | undefined;
}

/** Reads the facts of the repository around `folder`; each is undefined where there is none. */
export const readLocalFacts = async (folder: string): Promise<LocalFacts> => {
  const ask = async (...args: string[]): Promise<string | undefined> => {
    const ended = await tryGit(args, { folder, env: userConfig() });
    return ended.exitCode === 0 ? ended.stdout.trim() || undefined : undefined;
  };
  const [version, root, branch, userName, userEmail, originUrl] = await Promise.all([
    ask('version'),
    ask('rev-parse', '--show-toplevel'),
    ask('symbolic-ref', '--quiet', '--short', 'HEAD'),
    ask('config', 'user.name'),
    ask('config', 'user.email'),
    ask('remote', 'get-url', 'origin'),
  ]);
  return { hasGit: version !== undefined, root, branch, userName, userEmail, originUrl };
};

/** The user's own configuration is asked here, and only here: their name stands in the commits. */
export const userConfig = (): Record<string, string> => {
  const { HOME, XDG_CONFIG_HOME } = process.env;
  return {
    ...(HOME === undefined ? {} : { HOME, GIT_CONFIG_GLOBAL: `${HOME}/.gitconfig` }),
    ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
  };
};
