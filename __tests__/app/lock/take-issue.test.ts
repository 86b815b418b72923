import { takeIssue, type Taking } from '../../../src/app/lock/take-issue.js';
import type { LockHolder } from '../../../src/ports/issue-locks.js';
import { FakeGitHub } from '../../support/fake-github.js';
import { FakeLocks } from '../../support/fake-locks.js';

const now = 1_000_000;
const until = now + 60_000;
const run = (id: number, attempt = 1, over: Partial<LockHolder> = {}): LockHolder => ({
  runId: `${id}-${attempt}`,
  workflow: { id, attempt },
  until,
  ...over,
});

const openRig = () => {
  const locks = new FakeLocks();
  const github = new FakeGitHub();
  const taking: Taking = { locks, github, now: () => now };
  return { locks, github, take: (me: LockHolder) => takeIssue(taking, 12, me) };
};

describe('taking an issue', () => {
  it('takes a free one', async () => {
    const { locks, take } = openRig();
    const taken = await take(run(77));
    expect(taken.kind).toBe('held');
    expect(locks.held.get(12)?.holder).toEqual(run(77));
  });

  it('leaves it to a run that goes on, and says which that is', async () => {
    const { locks, github, take } = openRig();
    await locks.take(12, run(70), null);
    github.workflowRuns.set(70, { attempt: 1, isOver: false });
    expect(await take(run(77))).toEqual({ kind: 'busy', holder: run(70) });
    expect(locks.held.get(12)?.holder).toEqual(run(70));
  });

  it.each<[string, LockHolder, { attempt: number; isOver: boolean } | undefined]>([
    ['a run that is over', run(70), { attempt: 1, isOver: true }],
    ['an attempt that was followed by another', run(70), { attempt: 2, isOver: false }],
    ['a run GitHub does not know any more', run(70), undefined],
    ['an earlier attempt of the same run', run(77, 1), { attempt: 2, isOver: false }],
    ['a run whose time is up', run(70, 1, { until: now }), { attempt: 1, isOver: false }],
    ['a command line whose time is up', { runId: 'cli', until: now }, undefined],
  ])('takes over from %s', async (_, holder, state) => {
    const { locks, github, take } = openRig();
    await locks.take(12, holder, null);
    if (state !== undefined) github.workflowRuns.set(holder.workflow?.id ?? 0, state);
    expect((await take(run(77, 2))).kind).toBe('held');
    expect(locks.held.get(12)?.holder.runId).toBe('77-2');
  });

  it('leaves it where GitHub does not say how the other run stands', async () => {
    const { locks, github, take } = openRig();
    await locks.take(12, run(70), null);
    github.failOn('workflowRun');
    expect((await take(run(77))).kind).toBe('busy');
  });

  it('leaves it to a second job of the same attempt', async () => {
    const { locks, take } = openRig();
    await locks.take(12, run(77), null);
    expect((await take(run(77))).kind).toBe('busy');
  });

  it('yields to the one that was quicker', async () => {
    const { locks, github, take } = openRig();
    github.workflowRuns.set(71, { attempt: 1, isOver: false });
    locks.beforeTake = () => {
      locks.held.set(12, { holder: run(71), version: 'theirs' });
    };
    expect(await take(run(77))).toEqual({ kind: 'busy', holder: run(71) });
  });
});
