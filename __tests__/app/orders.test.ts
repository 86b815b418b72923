import { requestOf } from '../../src/app/admit.js';
import { orderApproval, orderBegun, orderRequest, orderResume, type Decide } from '../../src/app/orders.js';
import type { RunEvent, RunEventBody } from '../../src/core/run/event.js';
import type { IssueCopy } from '../../src/core/request/payload.js';
import type { Request } from '../../src/core/request/request.js';
import {
  aFailure,
  aPlan,
  aTask,
  planMade,
  runStarted,
  taskLanded,
  taskStarted,
  timeline,
} from '../support/builders.js';
import { FakeArchive } from '../support/fake-archive.js';
import { FakeGitHub } from '../support/fake-github.js';

const issue: IssueCopy = { number: 1, title: 'T', body: 'B', state: 'open', locked: false, isPullRequest: false };
const request = requestOf({ source: 'label', actor: 'ada' }, issue);
const comment: Request = { ...requestOf({ source: 'comment', actor: 'eda' }, issue), commentId: 9 };
const resume = { kind: 'resume', request: comment, issue, commentId: 9 } as const;
const { number: _number, ...withoutIssue } = request;

const hash = '0123456789abcdef';
const landed: readonly RunEventBody[] = [taskStarted('one'), taskLanded('one'), taskStarted('two')];
const end = (status: 'succeeded' | 'partial' | 'cancelled' | 'skipped' | 'awaiting-approval'): RunEventBody => ({
  type: 'run-ended',
  status,
});
const failed = (reason = 'planned'): RunEventBody => ({
  type: 'run-ended',
  status: 'failed',
  failure: aFailure({ reason }),
});

interface Kept {
  readonly runId: string;
  readonly bodies: readonly RunEventBody[];
  readonly of?: Request;
}

const eventsOf = ({ runId, bodies, of = request }: Kept): readonly RunEvent[] => {
  const plan = planMade(aPlan([aTask('one'), aTask('two')]), { hash });
  const all = [runStarted({ runId, request: of, base: { branch: 'main', sha: 'b'.repeat(40) } }), plan, ...bodies];
  return timeline(...all.map((body, at) => [at, body] as const));
};

/** What is decided where these runs were kept, in this order. */
const rig = async (...kept: readonly Kept[]) => {
  let now = 1_700_000_000_000;
  const archive = new FakeArchive(() => (now += 1000));
  for (const each of kept) {
    const { number } = each.of ?? request;
    const snapshot = { runId: each.runId, events: eventsOf(each), works: ['work'] };
    await archive.keep({ ...snapshot, ...(number === undefined ? {} : { issue: number }) });
  }
  const github = new FakeGitHub();
  github.addIssue({ title: 'T', body: 'B' });
  github.branches.set('main', 'b'.repeat(40));
  const ordering = (attempt: number) => ({
    github,
    workflow: { id: 77, attempt },
    commandPrefix: '/bot',
    redact: (text: string) => text.replaceAll('secret', '***'),
  });
  return { archive, github, ordering, decide: (decide: Decide) => decide({ archive }) };
};

const killed = (runId: string, ...more: readonly RunEventBody[]): Kept => ({ runId, bodies: [...landed, ...more] });
const ended = (runId: string, by: RunEventBody): Kept => ({ runId, bodies: [by] });

describe('the job of a request', () => {
  const again = async (attempt: number, ...kept: readonly Kept[]) => {
    const { ordering, decide } = await rig(...kept);
    const order = await decide(orderRequest(ordering(attempt), request));
    return order.ok ? order.value : undefined;
  };

  it('carries it out where it runs for the first time, whatever is on record', async () => {
    expect(await again(1, killed('77-1'))).toEqual({ request });
  });

  it.each<[string, RunEventBody[]]>([
    ['was killed', []],
    ['was cancelled', [end('cancelled')]],
    ['was stopped at its deadline', [failed('run-timeout')]],
  ])('goes on, when it is run again, with the run that %s, by its journal and commits', async (_, more) => {
    expect(await again(2, killed('77-1', ...more))).toMatchObject({
      request,
      resume: { run: { runId: '77-1' }, kept: { ref: 'refs/aider/77-1/journal', commits: ['work'] } },
    });
  });

  it('goes on with it in later attempts too', async () => {
    expect((await again(4, ended('77-1', failed()), killed('77-2')))?.resume?.run.runId).toBe('77-2');
  });

  it.each<[string, readonly Kept[]]>([
    ['nothing was kept', []],
    ['its run had ended', [ended('77-1', end('succeeded'))]],
    ['its run had failed', [ended('77-1', failed())]],
    ['the last of its runs had ended', [killed('77-1'), ended('77-2', failed())]],
    ['only other jobs left a run', [killed('7-1'), killed('770-1')]],
    ['only a later attempt left a run', [killed('77-3')]],
    ['another has delivered on the issue since', [killed('77-1'), ended('80-1', end('succeeded'))]],
    ['another is unfinished on the issue since', [killed('77-1'), killed('80-1')]],
  ])('carries it out anew where %s', async (_, kept) => {
    expect(await again(3, ...kept)).toEqual({ request });
  });

  it('goes on where what came since on the issue came to nothing', async () => {
    const since = [ended('80-1', failed()), ended('81-1', end('skipped'))];
    expect((await again(2, killed('77-1'), ...since))?.resume?.run.runId).toBe('77-1');
  });

  it('goes on without an issue too', async () => {
    const { ordering, decide } = await rig({ ...killed('77-1'), of: withoutIssue });
    expect(await decide(orderRequest(ordering(2), withoutIssue))).toMatchObject({
      value: { resume: { run: { runId: '77-1' } } },
    });
  });

  it('rejects where the journals cannot be read, so that nothing is paid twice', async () => {
    const { archive, ordering, decide } = await rig(killed('77-1'));
    archive.breaks = new Error('no route');
    await expect(decide(orderRequest(ordering(2), request))).rejects.toThrow('no route');
  });
});

describe('the command resume', () => {
  const said = async (kept: readonly Kept[], of: Partial<IssueCopy> = {}) => {
    const { ordering, decide } = await rig(...kept);
    return decide(orderResume(ordering(1), { ...resume, issue: { ...issue, ...of } }));
  };

  it('goes on with the newest unfinished run of the issue, as it was asked for then', async () => {
    const order = await said([killed('70-1'), killed('71-1', end('cancelled')), ended('72-1', failed())]);
    expect(order).toMatchObject({ ok: true, value: { request, resume: { run: { runId: '71-1' } } } });
    expect(order.ok && order.value.notes).toBeUndefined();
  });

  it('leaves the runs of other issues alone', async () => {
    const other = { ...killed('80-1'), of: { ...request, number: 2 } };
    expect(await said([killed('70-1'), other])).toMatchObject({ value: { resume: { run: { runId: '70-1' } } } });
  });

  it('goes on with the text on record, and says what of it was changed since', async () => {
    const order = await said([killed('70-1')], { body: 'Drop it' });
    expect(order).toMatchObject({ value: { request, resume: { run: { runId: '70-1' } } } });
    expect(order.ok ? order.value.notes : []).toEqual([
      expect.stringMatching(/^Run 70-1 goes on with .* was "B" and is "Drop it".* comment `\/bot`/),
    ]);
  });

  it('does not take for a change what was added then, nor a secret that was taken out', async () => {
    const was = requestOf(
      { source: 'comment', actor: 'ada' },
      { ...issue, body: 'It is ***' },
      { by: 'ada', text: 'fast' },
    );
    const order = await said([{ ...killed('70-1'), of: was }], { body: 'It is secret' });
    expect(order.ok && order.value).toMatchObject({ request: was });
    expect(order.ok && order.value.notes).toBeUndefined();
  });

  it('begins anew, and says so, where no run is on record', async () => {
    expect(await said([])).toEqual({
      ok: true,
      value: { request: comment, notes: [expect.stringContaining('begins anew')] },
    });
  });

  it.each<[string, Kept, string, string]>([
    ['has ended', ended('70-1', end('partial')), 'run 70-1, the last here, is partial', 'Comment `/bot` to'],
    ['came to nothing', ended('70-1', failed()), 'is failed', 'Comment `/bot` to'],
    ['waits', ended('70-1', end('awaiting-approval')), 'is awaiting-approval', `\`/bot approve ${hash}\``],
  ])('starts nothing where the last run %s, and says what to do', async (_, last, message, action) => {
    expect(await said([last])).toMatchObject({
      failure: {
        reason: 'nothing-to-resume',
        message: expect.stringContaining(message) as string,
        action: expect.stringContaining(action) as string,
      },
    });
  });

  it('never goes back behind work that was delivered', async () => {
    expect(await said([killed('70-1'), ended('71-1', end('succeeded'))])).toMatchObject({
      failure: { message: expect.stringContaining('run 71-1, the last here, is succeeded') as string },
    });
  });

  it('leaves a run of the command line to it, since that holds no issue and may be at work', async () => {
    expect(await said([{ ...killed('k3'), of: { ...request, source: 'cli' } }])).toMatchObject({
      failure: {
        reason: 'run-elsewhere',
        action: expect.stringContaining('aider-orchestrator resume k3') as string,
      },
    });
  });
});

describe('the job of an approval that is run again', () => {
  const approval = { kind: 'approval', actor: 'ada', issue, commentId: 9 } as const;
  const waited: readonly RunEventBody[] = [
    end('awaiting-approval'),
    { type: 'run-resumed', lost: [], steps: 0 },
    ...landed,
  ];
  const approve = async (attempt: number, said: string, bodies: readonly RunEventBody[]) => {
    const { ordering, decide } = await rig({ runId: '70-1', bodies });
    const order = await decide(orderApproval(ordering(attempt), { ...approval, hash: said }));
    return order.ok ? order.value.resume?.run.runId : order.failure.reason;
  };

  it('goes on with the run it had begun to carry out', async () => {
    expect(await approve(2, hash, waited)).toBe('70-1');
  });

  it.each<[string, number, string, readonly RunEventBody[]]>([
    ['it is not run again', 1, hash, waited],
    ['another plan was approved', 2, 'feedbeef', waited],
    ['nobody had approved it', 2, hash, landed],
    ['the run has ended', 2, hash, [...waited, end('succeeded')]],
  ])('does not where %s', async (_, attempt, said, bodies) => {
    expect(await approve(attempt, said, bodies)).toBe('nothing-to-approve');
  });
});

describe('the job of a schedule that is run again', () => {
  it('goes on with what it had begun', async () => {
    const { ordering, decide } = await rig(killed('77-1'));
    expect(await decide(orderBegun(ordering(2)))).toMatchObject({ value: { resume: { run: { runId: '77-1' } } } });
  });

  it('does not where the issue was closed since', async () => {
    const { github, ordering, decide } = await rig(killed('77-1'));
    github.setIssue(1, { state: 'closed', locked: false });
    expect(await decide(orderBegun(ordering(2)))).toMatchObject({ failure: { reason: 'issue-closed' } });
  });

  it('does not where another has gone on with it meanwhile', async () => {
    const { ordering, decide } = await rig(killed('77-1', end('succeeded')));
    expect(await decide(orderBegun(ordering(2)))).toMatchObject({ failure: { reason: 'nothing-to-resume' } });
  });
});
