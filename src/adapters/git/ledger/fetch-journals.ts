import { tryGit } from '../git.js';
import { fetchArgs } from '../upstream.js';

const timeoutMs = 60_000;

/**
 * Brings the journals kept in the repository this one was cloned from; those that are here already stay as they are.
 * `env` is for git to find the user's own settings, for the key of that repository. False when it cannot be asked.
 */
export const fetchJournals = async (folder: string, env: Readonly<Record<string, string>>): Promise<boolean> => {
  const args = [...fetchArgs, '--', 'origin', 'refs/aider/*/journal:refs/aider/*/journal'];
  return (await tryGit(args, { folder, env, timeoutMs })).exitCode === 0;
};
