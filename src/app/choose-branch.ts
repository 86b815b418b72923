import type { Request } from '../core/request/request.js';
import type { Repository } from '../ports/repository.js';

/** A branch's name and, where the first choice was taken by somebody else's commits, why it is not that one. */
export interface ChosenBranch {
  readonly name: string;
  readonly note?: string;
}

/** The branch of a run where no other stands in its way. */
export const usualBranch = ({ number }: Request, runId: string, separator = '/'): string =>
  `aider${separator}${number === undefined ? `run-${runId}` : `issue-${number}`}`;

const maxNames = 20;

/**
 * The branch of the pull request: `aider/issue-<n>`, without an issue `aider/run-<run>`; where a branch `aider`
 * exists `aider-issue-<n>`, as a ref cannot be a folder of another. A branch that holds commits without our trailer
 * is never moved: the next free name is taken.
 */
export const chooseBranch = async (repository: Repository, request: Request, runId: string): Promise<ChosenBranch> => {
  const separator = (await repository.findBranch('aider')) === undefined ? '/' : '-';
  const wanted = usualBranch(request, runId, separator);
  for (let n = 1; n <= maxNames; n += 1) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    const found = await repository.findBranch(name);
    if (found === undefined || found.ours)
      return n === 1
        ? { name }
        : { name, note: `Branch ${wanted} holds commits of somebody else, so the work is on ${name}.` };
  }
  return {
    name: `${wanted}-${runId}`,
    note: `Branches ${wanted} to ${wanted}-${maxNames} hold commits of somebody else.`,
  };
};
