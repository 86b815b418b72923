import type { GitHub } from '../../ports/github.js';
import type { Leftover, Leftovers } from '../../ports/leftovers.js';

/** So long the journal of a run and its agents' branches are kept. */
export const keptMs = 30 * 24 * 60 * 60_000;

/** More pull requests are not asked after at once; the others are when the next run begins. */
const maxQuestions = 20;

export interface CleaningUp {
  readonly leftovers: Leftovers;
  readonly github: Pick<GitHub, 'readIssue'>;
  readonly now: () => number;
  /** The run that cleans up keeps its own. */
  readonly runId: string;
}

/**
 * Deletes what runs left whose pull request is closed, and what was not written to for 30 days. Rejects when the
 * repository or GitHub cannot be reached; a pull request that cannot be read counts as open.
 */
export const cleanUp = async ({ leftovers, github, now, runId }: CleaningUp): Promise<void> => {
  const all = (await leftovers.list()).filter((each) => each.runId !== runId);
  const closed = await runsWithClosed(all, github);
  const isOver = ({ runId: run, writtenAt }: Leftover) => closed.has(run) || now() - writtenAt > keptMs;
  await leftovers.remove(all.filter(isOver));
};

const runsWithClosed = async (all: readonly Leftover[], github: CleaningUp['github']): Promise<ReadonlySet<string>> => {
  const numbers = [...new Set(all.flatMap(({ pullRequest }) => pullRequest ?? []))].slice(0, maxQuestions);
  const issues = await Promise.all(numbers.map((number) => github.readIssue(number).catch(() => undefined)));
  const closed = new Set(issues.flatMap((issue) => (issue?.state === 'closed' ? [issue.number] : [])));
  return new Set(all.flatMap(({ runId, pullRequest }) => (closed.has(pullRequest ?? 0) ? [runId] : [])));
};
