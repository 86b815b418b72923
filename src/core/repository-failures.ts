import type { Failure } from './failure.js';

/** There is no git on PATH, or one that does not start. */
export const gitMissing: Failure = {
  reason: 'git-missing',
  who: 'user',
  message: 'git could not be started.',
  action: 'Install git 2.38 or newer.',
};

/** The folder a command was started in is not in a git repository. */
export const notARepository = (folder: string): Failure => ({
  reason: 'not-a-repository',
  who: 'user',
  message: `${folder} is not in a git repository.`,
  action: 'Run it inside a git repository, or make one with `git init` and a first commit.',
});

/** No branch is checked out, so there is none to start from. */
export const detachedHead: Failure = {
  reason: 'head-detached',
  who: 'user',
  message: 'No branch is checked out (HEAD is detached), so it is open what to start from.',
  action: 'Check out a branch, or give --base-branch.',
};
