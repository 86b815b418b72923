import { cleanUp, keptMs } from '../../../src/app/clean-up/clean-up.js';
import type { Leftover } from '../../../src/ports/leftovers.js';
import { FakeGitHub } from '../../support/fake-github.js';

const now = 2 * keptMs;
const journal = (runId: string, over: Partial<Leftover> = {}): Leftover => ({
  ref: `refs/aider/${runId}/journal`,
  commit: `c-${runId}`,
  runId,
  writtenAt: now,
  ...over,
});
const branch = (runId: string, over: Partial<Leftover> = {}): Leftover =>
  journal(runId, { ref: `refs/heads/aider-agents/issue-1/agent-1`, ...over });

/** What is gone afterwards. */
const gone = async (all: readonly Leftover[], github = new FakeGitHub(), runId = '99-1') => {
  let removed: readonly Leftover[] = [];
  const leftovers = {
    list: () => Promise.resolve(all),
    remove: (them: readonly Leftover[]) => {
      removed = them;
      return Promise.resolve();
    },
  };
  await cleanUp({ leftovers, github, now: () => now, runId });
  return removed.map(({ ref }) => ref);
};

describe('cleaning up after earlier runs', () => {
  it('deletes what was not written to for 30 days, and nothing younger', async () => {
    const old = journal('1-1', { writtenAt: now - keptMs - 1 });
    expect(await gone([old, journal('2-1', { writtenAt: now - keptMs })])).toEqual([old.ref]);
  });

  it('deletes journal and branches of a run whose pull request is closed', async () => {
    const github = new FakeGitHub();
    github.addIssue({ isPullRequest: true, state: 'closed' });
    github.addIssue({ isPullRequest: true });
    const all = [journal('1-1', { pullRequest: 1 }), branch('1-1'), journal('2-1', { pullRequest: 2 })];
    expect(await gone(all, github)).toEqual(['refs/aider/1-1/journal', 'refs/heads/aider-agents/issue-1/agent-1']);
  });

  it('keeps what is its own, and what GitHub does not speak of', async () => {
    expect(await gone([journal('99-1', { writtenAt: 0 })])).toEqual([]);
    expect(await gone([journal('1-1', { pullRequest: 1 })], new FakeGitHub().failOn('readIssue'))).toEqual([]);
  });
});
