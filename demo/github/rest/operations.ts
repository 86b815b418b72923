import type { Operation } from './call.js';
import { actionOperations } from './operations/actions.js';
import { gitOperations } from './operations/git.js';
import { issueOperations } from './operations/issues.js';
import { pullOperations } from './operations/pulls.js';
import { repoOperations } from './operations/repos.js';

/** Every REST operation served, by GitHub's own operation id. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [...repoOperations, ...issueOperations, ...pullOperations, ...gitOperations, ...actionOperations].map((each) => [
    each.id,
    each,
  ]),
);
