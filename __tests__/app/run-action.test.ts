import type { RunEventBody } from '../../src/core/run/event.js';
import { failed } from '../../src/core/result.js';
import { states } from '../../src/app/finish-action.js';
import { runAction, type ActionParts } from '../../src/app/run-action.js';
import {
  aFailure,
  aPlan,
  aRequest,
  aTask,
  planMade,
  runStarted,
  startOfTime,
  timeline,
  taskLanded,
  taskStarted,
} from '../support/builders.js';
import { FakeArchive } from '../support/fake-archive.js';
import { FakeGitHub } from '../support/fake-github.js';
import { noLeftovers } from '../support/no-leftovers.js';
import { FakeLocks } from '../support/fake-locks.js';
import { FakeRunner } from '../support/fake-runner.js';
import { RecordingSink } from '../support/recording.js';
import { undertakeAs } from '../support/told.js';

const issue = { number: 1, title: 'Add it', body: 'please', state: 'open', locked: false };
const labelled = {
  eventName: 'issues',
  payload: { action: 'labeled', label: { name: 'aider' }, issue, sender: { login: 'ada', type: 'User' } },
};
const inputs = { model: 'openai/gpt-4o', 'openai-api-key': 'sk-secret', 'github-token': 'ghs_secret' };

const landed: readonly RunEventBody[] = [planMade(aPlan([aTask('one')])), taskStarted('one'), taskLanded('one')];
const pushed: readonly RunEventBody[] = [
  { type: 'branch-pushed', branch: 'aider/issue-1', sha: 'a'.repeat(40) },
  { type: 'pull-request-opened', number: 2, url: 'https://github.test/o/r/pull/2', draft: false },
];
const forbidden: RunEventBody = {
  type: 'pull-request-forbidden',
  message: 'not permitted',
  compareUrl: 'https://x/compare',
};
const end = (
  status: 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'skipped',
  failure = aFailure(),
): RunEventBody => (status === 'failed' ? { type: 'run-ended', status, failure } : { type: 'run-ended', status });

/** The action on a runner where ada, who may write, labelled issue 1. */
const act = (
  events: readonly RunEventBody[],
  over: Partial<ActionParts> & { inputs?: Record<string, string>; event?: FakeRunner['event'] } = {},
) => {
  const { inputs: given = inputs, event = labelled, ...rest } = over;
  const runner = new FakeRunner(given, event);
  const github = new FakeGitHub();
  github.permissions.set('ada', 'write');
  github.addIssue({ labels: ['aider', 'bug'] });
  const { undertake, asked } = undertakeAs(...events);
  const [locks, archive] = [new FakeLocks(), new FakeArchive()];
  const parts: ActionParts = {
    runner,
    env: {},
    readSettingsFile: async () => undefined,
    openGitHub: () => github,
    display: new RecordingSink(),
    undertake,
    openLedger: () => Promise.resolve({ locks, archive, leftovers: noLeftovers, close: () => Promise.resolve() }),
    now: () => startOfTime,
    stop: new AbortController(),
    ...rest,
  };
  return { runner, github, asked, locks, archive, run: () => runAction(parts) };
};

describe('the action', () => {
  it('carries out a labelled issue and tells the result everywhere', async () => {
    const { runner, github, asked, run } = act([...landed, ...pushed, end('succeeded')]);
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([
      {
        request: { source: 'label', number: 1, actor: 'ada' },
        runId: '77-1',
        baseBranch: 'main',
        logsFolder: '/workspace/.aider_logs',
        source: { kind: 'remote', workspace: '/workspace', remoteUrl: 'https://github.test/o/r.git' },
      },
    ]);
    expect(runner.outputs).toMatchObject({
      status: 'succeeded',
      'pull-request-number': '2',
      branch: 'aider/issue-1',
      'tasks-succeeded': '1',
      'report-path': '/workspace/.aider_logs/report.html',
    });
    expect(runner.summaries).toHaveLength(1);
    expect(runner.failures).toEqual([]);
    expect(github.issue(1).labels).toEqual(['bug', 'aider:done']);
    expect(runner.states.get(states.finished)).toBe('true');
  });

  it('warns on the machine when a run had no isolation', async () => {
    const warningsAt = async (level: 'sandbox' | 'none') => {
      const { runner, run } = act([{ type: 'isolation-reached', level, notes: [] }, end('succeeded')]);
      await run();
      return runner.warnings.filter((each) => each.includes('all rights of this user')).length;
    };
    expect([await warningsAt('none'), await warningsAt('sandbox')]).toEqual([1, 0]);
  });

  it('hides every secret before anything else is said', async () => {
    const { runner, run } = act([end('failed')]);
    await run();
    expect(runner.hidden).toEqual(expect.arrayContaining(['sk-secret', 'ghs_secret']));
  });

  it('takes the label off and says where the journal is before the work begins', async () => {
    const seen: unknown[] = [];
    const { runner, github, run } = act([], {
      undertake: async () => {
        seen.push(github.issue(1).labels, runner.states.get(states.journal), runner.states.get(states.finished));
        return failed(aFailure());
      },
    });
    await run();
    expect(seen).toEqual([['bug'], '/workspace/.aider_logs/events-77-1.ndjson', undefined]);
  });

  it.each<[string, readonly RunEventBody[], number, string, string]>([
    ['fails the job when nothing was delivered', [end('failed')], 1, 'failed', 'aider:failed'],
    ['warns when a part was delivered', [...landed, ...pushed, end('partial')], 0, 'partial', 'aider:failed'],
    [
      'fails the job when no pull request could be opened',
      [...landed, forbidden, end('partial')],
      1,
      'partial',
      'aider:failed',
    ],
    ['fails the job when it was stopped', [...landed, end('cancelled')], 1, 'cancelled', 'aider:failed'],
  ])('%s', async (_, events, code, status, label) => {
    const { runner, github, run } = act(events);
    expect(await run()).toBe(code);
    expect(runner.outputs['status']).toBe(status);
    expect(github.issue(1).labels).toContain(label);
    expect(runner.failures.length + runner.warnings.length).toBe(1);
  });

  it('does not fail for a dry run, and sets no label', async () => {
    const { runner, github, run } = act([planMade(), end('skipped')]);
    expect(await run()).toBe(0);
    expect(runner.outputs['status']).toBe('skipped');
    expect(github.issue(1).labels).toEqual(['bug']);
  });

  it('says what an event was not for, and is done', async () => {
    const event = { eventName: 'push', payload: {} };
    const { runner, asked, run } = act([], { event });
    expect(await run()).toBe(0);
    expect(runner.said).toEqual([expect.stringContaining('event-not-supported')]);
    expect(runner.outputs).toEqual({ status: 'skipped' });
    expect(asked).toEqual([]);
    expect(runner.states.size).toBe(0);
  });

  it('tells all faults of its settings at once, and asks GitHub nothing', async () => {
    const { runner, github, run } = act([], { inputs: { ...inputs, 'max-agents': 'many', 'no-such-input': '1' } });
    expect(await run()).toBe(1);
    expect(runner.failures).toHaveLength(1);
    expect(runner.failures[0]?.message).toContain('max-agents');
    expect(runner.failures[0]?.message).toContain('no-such-input');
    expect(runner.outputs).toEqual({ status: 'failed' });
    expect(github.calls).toEqual([]);
  });

  it('takes settings from the file of the repository', async () => {
    const { asked, run } = act([end('failed')], { readSettingsFile: async () => ({ 'base-branch': 'develop' }) });
    await run();
    expect(asked[0]?.baseBranch).toBe('develop');
  });
});

describe('an action whose run cannot be opened', () => {
  it('says so where it was asked, sets the label, and fails the job', async () => {
    const failure = aFailure({ reason: 'base-missing', message: 'There is no branch develop.' });
    const { runner, github, run } = act([], { undertake: async () => failed(failure) });
    expect(await run()).toBe(1);
    expect(github.comments.at(-1)?.body).toContain('There is no branch develop.');
    expect(github.issue(1).labels).toContain('aider:failed');
    expect(runner.failures).toEqual([failure]);
    expect(runner.outputs).toEqual({ status: 'failed' });
    expect(runner.states.get(states.finished)).toBe('true');
  });

  it.each([
    ['GitHub does not say who we are', (github: FakeGitHub) => github.failOn('identity')],
    ['GitHub does not name the default branch', (github: FakeGitHub) => github.failOn('defaultBranch')],
  ])('is no stack trace where %s', async (_, breaking) => {
    const { runner, github, run } = act([]);
    breaking(github);
    expect(await run()).toBe(1);
    expect(runner.failures).toMatchObject([{ reason: 'github-unanswered', who: 'world' }]);
    expect(github.comments).toHaveLength(1);
  });

  it('is no stack trace where it breaks', async () => {
    const { runner, run } = act([], { undertake: () => Promise.reject(new Error('no space left')) });
    expect(await run()).toBe(1);
    expect(runner.failures).toMatchObject([{ reason: 'internal-error', who: 'us' }]);
    expect(runner.failures[0]?.message).toContain('no space left');
  });
});

describe('what goes wrong beside the work', () => {
  it('is a warning each, and changes nothing of the result', async () => {
    const { runner, github, run } = act([...landed, ...pushed, end('succeeded')]);
    github.failOn('removeLabel').failOn('addLabels').failOn('reactToIssue');
    runner.breaksSummary = true;
    expect(await run()).toBe(0);
    expect(runner.outputs['status']).toBe('succeeded');
    expect(runner.warnings).toHaveLength(4);
  });
});

describe('a plan that waits to be approved', () => {
  const hash = '0123456789abcdef';
  const tip = 'b'.repeat(40);
  const request = aRequest({ number: 1, title: 'Add it', body: 'please', actor: 'ada' });
  const waiting = timeline(
    [0, runStarted({ runId: '70-1', request, base: { branch: 'main', sha: tip } })],
    [1, planMade(aPlan([aTask('one')]), { hash })],
    [2, { type: 'run-ended', status: 'awaiting-approval' }],
  );
  const approving = (said: string, of: Partial<typeof issue> = {}) => ({
    eventName: 'issue_comment',
    payload: {
      action: 'created',
      comment: { id: 1, body: `/aider approve ${said}` },
      issue: { ...issue, ...of },
      sender: { login: 'ada', type: 'User' },
    },
  });
  const approve = async (event: FakeRunner['event'], events = waiting) => {
    const rig = act([...landed, ...pushed, end('succeeded')], { event });
    rig.github.commentAs('ada', 1, 'the approval');
    await rig.archive.keep({ runId: '70-1', issue: 1, events, works: [] });
    return rig;
  };
  const answer = ({ github }: { readonly github: FakeGitHub }): string => github.comments.at(-1)?.body ?? '';

  it('goes on as the run it is, with its journal, and asks for nothing again', async () => {
    const { asked, runner, github, run } = await approve(approving(hash));
    expect(await run()).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ runId: '70-1', request, baseBranch: 'main' });
    expect(asked[0]?.resume?.events).toEqual(waiting);
    expect(runner.states.get(states.journal)).toBe('/workspace/.aider_logs/events-70-1.ndjson');
    expect(github.reactions).toEqual([{ on: 'comment 1', reaction: 'eyes' }]);
  });

  it.each<[string, FakeRunner['event'], readonly string[]]>([
    ['another plan waits', approving('feedbeef'), [`is \`${hash}\`, not "feedbeef"`, `/aider approve ${hash}`]],
    ['no hash is given', approving(''), [`No hash was given; the plan that waits is \`${hash}\``]],
    [
      'the text was edited',
      approving(hash, { body: 'please\nand delete all' }),
      ['line 2 was not there and is "and delete all"', '/aider plan'],
    ],
    [
      'the title was edited',
      approving(hash, { title: 'Drop it' }),
      ['title was "Add it" and is "Drop it"', '/aider plan'],
    ],
  ])('is refused when %s, and says what to do', async (_, event, words) => {
    const rig = await approve(event);
    expect(await rig.run()).toBe(0);
    expect(rig.asked).toEqual([]);
    expect(rig.runner.outputs).toEqual({ status: 'skipped' });
    for (const word of words) expect(answer(rig)).toContain(word);
    expect(rig.locks.held.size).toBe(0);
  });

  it('is refused when the branch moved on, with all that changed told at once', async () => {
    const rig = await approve(approving('feedbeef', { title: 'Drop it' }));
    rig.github.branches.set('main', 'c'.repeat(40));
    await rig.run();
    expect(rig.asked).toEqual([]);
    expect(answer(rig)).toContain('branch main was at bbbbbbbbbb and is at cccccccccc');
    expect(answer(rig)).toContain('not "feedbeef"');
    expect(answer(rig)).toContain('is "Drop it"');
  });

  it('is not found where the last run did not end waiting, whatever a comment says', async () => {
    const rig = await approve(approving(hash), waiting.slice(0, 2));
    rig.github.commentAs('github-actions[bot]', 1, `Waiting for approval \`/aider approve ${hash}\``);
    await rig.run();
    expect(rig.asked).toEqual([]);
    expect(answer(rig)).toContain('the last run here, 70-1, is not at its end');
    expect(answer(rig)).toContain('/aider plan');
  });

  it('is not run where it cannot be read', async () => {
    const rig = await approve(approving(hash));
    rig.archive.breaks = new Error('no route to host');
    expect(await rig.run()).toBe(0);
    expect(rig.asked).toEqual([]);
    expect(answer(rig)).toContain('no route to host');
  });

  it('is asked for by the command plan and by the setting', async () => {
    const body = (text: string) => ({
      ...approving(''),
      payload: { ...approving('').payload, comment: { id: 1, body: text } },
    });
    const asks = async (event: FakeRunner['event'], given = {}) => {
      const rig = act([end('succeeded')], { event, inputs: { ...inputs, ...given } });
      await rig.run();
      return rig.asked.map(({ settings, request: { planOnly = false } }) => settings.planApproval || planOnly);
    };
    expect(await asks(body('/aider plan'))).toEqual([true]);
    expect(await asks(body('/aider do it'))).toEqual([false]);
    expect(await asks(labelled, { 'plan-approval': 'true' })).toEqual([true]);
  });
});

describe('a run that was killed', () => {
  const request = aRequest({ number: 1, title: 'Add it', body: 'please', actor: 'ada', source: 'label' });
  const base = { branch: 'develop', sha: 'b'.repeat(40) };
  const kept = timeline(
    [0, runStarted({ runId: '77-1', request, base })],
    [1, planMade(aPlan([aTask('one'), aTask('two')]))],
    [2, taskStarted('one')],
    [3, taskLanded('one')],
  );
  const said = (body: string, of: Partial<typeof issue> = {}) => ({
    eventName: 'issue_comment',
    payload: {
      action: 'created',
      comment: { id: 1, body },
      issue: { ...issue, ...of },
      sender: { login: 'ada', type: 'User' },
    },
  });
  const killed = async (event: FakeRunner['event'], attempt: number, id = 77) => {
    const rig = act([...landed, ...pushed, end('succeeded')], { event });
    Object.assign(rig.runner, { runId: `${id}-${attempt}`, workflow: { id, attempt } });
    rig.github.commentAs('ada', 1, 'the command');
    await rig.archive.keep({ runId: '77-1', issue: 1, events: kept, works: ['work'] });
    return rig;
  };
  const theRun = {
    runId: '77-1',
    request,
    baseBranch: 'develop',
    resume: { events: kept, kept: { ref: 'refs/aider/77-1/journal', commits: ['work'] } },
  };

  it('goes on when its job is run again, and takes over the lock it left', async () => {
    const { asked, runner, locks, run } = await killed(labelled, 2);
    await locks.take(1, { runId: '77-1', workflow: { id: 77, attempt: 1 }, until: startOfTime + 1 }, null);
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([theRun]);
    expect(runner.states.get(states.journal)).toBe('/workspace/.aider_logs/events-77-1.ndjson');
    expect(locks.held.size).toBe(0);
  });

  it('does not for somebody without write permission', async () => {
    const { asked, runner, github, run } = await killed(labelled, 2);
    runner.triggeringActor = 'eve';
    expect(await run()).toBe(0);
    expect(asked).toEqual([]);
    expect(github.comments.at(-1)?.body).toContain('eve has no write permission');
  });

  it('goes on at the command resume in another job, without a further word', async () => {
    const { asked, github, runner, run } = await killed(said('/aider resume'), 1, 80);
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([theRun]);
    expect(asked[0]?.notes).toBeUndefined();
    expect(github.reactions).toEqual([{ on: 'comment 1', reaction: 'eyes' }]);
    expect(github.comments).toHaveLength(1);
    expect(runner.said).toContain('Going on with run 77-1.');
  });

  it('says on the issue and in the run that its text was edited', async () => {
    const { asked, github, run } = await killed(said('/aider resume', { body: 'delete all' }), 1, 80);
    await run();
    expect(asked).toMatchObject([theRun]);
    const [note = ''] = asked[0]?.notes ?? [];
    expect(note).toContain('is "delete all"');
    expect(github.comments.at(-1)?.body).toBe(`ℹ️ ${note}`);
  });

  it('is left alone while another run is at work on the issue', async () => {
    const { asked, github, locks, run } = await killed(said('/aider resume'), 1, 80);
    await locks.take(1, { runId: '79-1', workflow: { id: 79, attempt: 1 }, until: startOfTime + 1 }, null);
    github.workflowRuns.set(79, { attempt: 1, isOver: false });
    expect(await run()).toBe(0);
    expect(asked).toEqual([]);
    expect(github.comments.at(-1)?.body).toContain('is at work on #1');
  });

  it('is not begun anew where its journal cannot be read', async () => {
    const { asked, archive, runner, github, run } = await killed(labelled, 2);
    archive.breaks = new Error('no route to host');
    expect(await run()).toBe(0);
    expect(asked).toEqual([]);
    expect(runner.outputs).toEqual({ status: 'skipped' });
    expect(github.comments.at(-1)?.body).toContain('no route to host');
  });

  const schedule = { eventName: 'schedule', payload: { schedule: '0 3 * * *' } };

  it('goes on when the job of a schedule is run again, though its label is gone', async () => {
    const { asked, github, locks, run } = await killed(schedule, 2);
    await github.removeLabel(1, 'aider');
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([theRun]);
    expect(locks.held.size).toBe(0);
  });

  it('leaves a schedule that is run again to take an issue as ever where nothing was begun', async () => {
    const { asked, github, runner, run } = await killed(schedule, 2, 78);
    github.label(1, 'aider', { login: 'ada', at: 1000 });
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([{ runId: '78-2', request: { source: 'schedule', number: 1 } }]);
    expect(asked[0]?.resume).toBeUndefined();
    expect(runner.outputs['status']).toBe('succeeded');
  });
});

describe('two runs on one issue', () => {
  const other = { runId: '70-1', workflow: { id: 70, attempt: 1 }, until: startOfTime + 1 };
  const success: readonly RunEventBody[] = [...landed, ...pushed, end('succeeded')];

  it('leave it to the one that holds it; the other skips and says so, with the page of that run', async () => {
    const { runner, github, asked, locks, run } = act(success);
    const version = await locks.take(1, other, null);
    github.workflowRuns.set(70, { attempt: 1, isOver: false });
    expect(await run()).toBe(0);
    expect(asked).toEqual([]);
    expect(runner.outputs).toEqual({ status: 'skipped' });
    const text = expect.stringContaining('[70-1](https://github.test/o/r/actions/runs/70) is at work on #1') as string;
    expect(github.comments.map(({ body }) => body)).toEqual([text]);
    expect(runner.summaries).toEqual([text]);
    expect(github.issue(1).labels).toEqual(['aider', 'bug']);
    expect(locks.held.get(1)?.version).toBe(version);
  });

  it('both work, one after the other', async () => {
    const { asked, locks, run } = act(success);
    expect([await run(), await run()]).toEqual([0, 0]);
    expect(asked).toHaveLength(2);
    expect(locks.held.size).toBe(0);
  });

  it('hold the issue while they work, until the longest a run may take, and leave word for the post step', async () => {
    let holder: unknown;
    const { runner, locks, run } = act(success, {
      undertake: async () => {
        holder = locks.held.get(1)?.holder;
        return failed(aFailure());
      },
    });
    await run();
    const until = startOfTime + (330 + 60) * 60_000;
    expect(holder).toEqual({ runId: '77-1', workflow: { id: 77, attempt: 1 }, until });
    expect(JSON.parse(runner.states.get(states.lock) ?? '')).toMatchObject({ issue: 1 });
    expect(locks.held.size).toBe(0);
  });

  it('give it back when the run breaks', async () => {
    const { locks, run } = act(success, { undertake: () => Promise.reject(new Error('a bug')) });
    expect(await run()).toBe(1);
    expect(locks.held.size).toBe(0);
  });

  it('do not begin where the lock cannot be written, and say what to give', async () => {
    const { runner, github, asked, locks, run } = act(success);
    locks.breaks = new Error('Permission denied to github-actions[bot]');
    expect(await run()).toBe(1);
    expect(asked).toEqual([]);
    expect(runner.failures[0]?.message).toContain('Permission denied to github-actions[bot]');
    expect(runner.failures[0]?.action).toContain('contents: write');
    expect(github.comments).toHaveLength(1);
  });

  it('are not asked for where there is no issue', async () => {
    const event = { eventName: 'workflow_dispatch', payload: { inputs: {}, sender: { login: 'ada', type: 'User' } } };
    const { locks, run } = act(success, { inputs: { ...inputs, change: 'Do it' }, event });
    locks.breaks = new Error('nobody asks');
    expect(await run()).toBe(0);
  });
});
