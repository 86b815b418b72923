import type { Admission } from '../../src/app/admission.js';
import { admit, issueBranch } from '../../src/app/admit.js';
import type { IssueCopy, Sender } from '../../src/core/request/payload.js';
import type { Trigger } from '../../src/core/request/trigger.js';
import type { GitHub } from '../../src/ports/github.js';
import { FakeGitHub } from '../support/fake-github.js';

const settings = { triggerLabel: 'aider', commandPrefix: '/aider', allowedBots: ['renovate[bot]'] };
const user = (login: string): Sender => ({ login, type: 'User' });
const copy: IssueCopy = { number: 1, title: 'T', body: 'B', state: 'open', locked: false, isPullRequest: false };

/** A repository with a writer `ada`, an admin `root`, a reader `eve`, and issue 1, labelled by ada at 1,000 ms. */
const world = (): FakeGitHub => {
  const github = new FakeGitHub();
  for (const [login, permission] of [
    ['ada', 'write'],
    ['root', 'admin'],
    ['eve', 'read'],
  ] as const) {
    github.permissions.set(login, permission);
  }
  github.addIssue({ title: 'T', body: 'B' });
  github.label(1, 'aider', { login: 'ada', at: 1000 });
  return github;
};

const ask = (trigger: Trigger, github: FakeGitHub = world()): Promise<Admission> =>
  admit(trigger, { github, settings });
const label = (sender: Sender, issue: Partial<IssueCopy> = {}): Trigger => ({
  kind: 'label',
  sender,
  issue: { ...copy, ...issue },
});
const comment = (
  sender: Sender,
  command: Extract<Trigger, { kind: 'comment' }>['command'] = { kind: 'start', text: '' },
  issue: Partial<IssueCopy> = {},
): Trigger => ({ kind: 'comment', sender, issue: { ...copy, ...issue }, commentId: 9, command });
const dispatch = (text = '', number = 1): Trigger => ({ kind: 'dispatch-issue', sender: user('ada'), number, text });
const change = (sender: Sender): Trigger => ({ kind: 'dispatch-change', sender, change: 'Add x\nwith y' });
const schedule: Trigger = { kind: 'schedule' };

describe('admit, on who asks', () => {
  it.each<[string, Trigger, string]>([
    ['a writer who labels', label(user('ada')), 'admitted'],
    ['an admin who labels', label(user('root')), 'admitted'],
    ['a reader who labels', label(user('eve')), 'no-permission'],
    ['a stranger who labels', label(user('mallory')), 'no-permission'],
    ['an allowed bot', label({ login: 'renovate[bot]', type: 'Bot' }), 'admitted'],
    ['a login that only looks like the allowed bot', label(user('renovate')), 'no-permission'],
    ['the allowed bot in other case', label({ login: 'Renovate[bot]', type: 'Bot' }), 'bot-not-allowed'],
    ['another bot', label({ login: 'evil[bot]', type: 'Bot' }), 'bot-not-allowed'],
    ['a bot by name only', label(user('evil[bot]')), 'bot-not-allowed'],
    ['a bot by type only', label({ login: 'ada', type: 'Bot' }), 'bot-not-allowed'],
    ['a writer who comments', comment(user('ada')), 'admitted'],
    ['a stranger who comments', comment(user('mallory')), 'no-permission'],
    ['a stranger who asks for help', comment(user('mallory'), { kind: 'help' }), 'no-permission'],
    ['a writer who dispatches a change', change(user('ada')), 'admitted'],
    ['a reader who dispatches a change', change(user('eve')), 'no-permission'],
    ['a bot that dispatches a change', change({ login: 'x[bot]', type: 'Bot' }), 'bot-not-allowed'],
  ])('judges %s', async (_, trigger, expected) => {
    const admission = await ask(trigger);
    expect(admission.kind === 'refused' ? admission.reason : admission.kind).toBe(expected);
  });

  it('asks nothing about a login in allowed-bots', async () => {
    const github = world();
    await ask(label({ login: 'renovate[bot]', type: 'Bot' }), github);
    expect(github.calls).toEqual([]);
  });

  it('tells a person where they asked, and a bot nowhere', async () => {
    expect(await ask(label(user('eve')))).toMatchObject({
      number: 1,
      message: expect.stringContaining('@eve') as string,
    });
    expect(await ask(label({ login: 'evil[bot]', type: 'Bot' }))).not.toHaveProperty('number');
  });

  it('writes nothing', async () => {
    const github = world();
    for (const trigger of [label(user('eve')), comment(user('ada')), schedule, dispatch()]) await ask(trigger, github);
    const asked: (keyof GitHub)[] = [
      'permissionOf',
      'readIssue',
      'lastLabelling',
      'textEdits',
      'openIssuesWithLabel',
      'openPullRequestFrom',
    ];
    expect(asked).toEqual(expect.arrayContaining([...new Set(github.calls)]));
  });
});

describe('admit, on what is asked', () => {
  it.each<[string, Trigger, string]>([
    ['a closed issue', label(user('ada'), { state: 'closed' }), 'issue-closed'],
    ['a locked issue', comment(user('ada'), undefined, { locked: true }), 'issue-locked'],
    ['a pull request', comment(user('ada'), undefined, { isPullRequest: true }), 'pull-request-not-supported'],
    ['an issue that is not there', dispatch('', 77), 'issue-not-found'],
  ])('refuses %s', async (_, trigger, reason) => {
    expect(await ask(trigger)).toMatchObject({ kind: 'refused', reason });
  });

  const start = { kind: 'start', text: '' } as const;
  const plan = { kind: 'plan', text: '' } as const;
  const approve = { kind: 'approve', hash: 'abc' } as const;
  const onCopy = (of: Partial<IssueCopy>): readonly (readonly [string, Trigger])[] => [
    ['a label', label(user('ada'), of)],
    ...[start, plan, approve, { kind: 'status' } as const, { kind: 'help' } as const].map(
      (command) => [`/aider ${command.kind}`, comment(user('ada'), command, of)] as const,
    ),
  ];
  const refusals = [
    ['issue-closed', { state: 'closed' }],
    ['issue-locked', { locked: true }],
  ] as const;

  it.each(refusals)('refuses with %s whatever the trigger', async (reason, of) => {
    for (const [name, trigger] of onCopy(of)) expect([name, await ask(trigger)]).toMatchObject([name, { reason }]);
    for (const trigger of [dispatch(), dispatch('more')]) {
      const github = world();
      github.setIssue(1, of);
      expect(await ask(trigger, github)).toMatchObject({ kind: 'refused', reason });
    }
  });

  it('does not take a closed issue on schedule, and refuses a locked one in silence', async () => {
    const github = world();
    github.setIssue(1, { state: 'closed' });
    expect(await ask(schedule, github)).toMatchObject({ kind: 'skipped', reason: 'nothing-labelled' });
    github.setIssue(1, { state: 'open', locked: true });
    const refusal = await ask(schedule, github);
    expect(refusal).toMatchObject({ kind: 'refused', reason: 'issue-locked' });
    expect(refusal).not.toHaveProperty('number');
  });

  it('judges who approves like everybody else', async () => {
    expect(await ask(comment(user('eve'), approve))).toMatchObject({ kind: 'refused', reason: 'no-permission' });
    expect(await ask(comment(user('ada'), approve))).toEqual({
      kind: 'approval',
      actor: 'ada',
      hash: 'abc',
      issue: copy,
      commentId: 9,
    });
  });

  it('takes resume for the run on the issue, with a request for where there is none', async () => {
    expect(await ask(comment(user('eve'), { kind: 'resume' }))).toMatchObject({
      kind: 'refused',
      reason: 'no-permission',
    });
    const request = { source: 'comment', actor: 'ada', title: 'T', body: 'B', number: 1, commentId: 9 };
    expect(await ask(comment(user('ada'), { kind: 'resume' }))).toEqual({
      kind: 'resume',
      request,
      issue: copy,
      commentId: 9,
    });
  });

  it('takes plan for a request of which only the plan is made', async () => {
    const text = 'only the docs';
    expect(await ask(comment(user('ada'), { kind: 'plan', text }))).toMatchObject({
      kind: 'admitted',
      request: { planOnly: true, body: 'B\n\nAdded by ada:\n\nonly the docs', added: { by: 'ada', text } },
    });
    expect(await ask(comment(user('ada'), start))).not.toHaveProperty('request.planOnly');
  });

  it('ignores what we wrote ourselves, also where our bot is in allowed-bots', async () => {
    const self = { login: 'github-actions[bot]', type: 'Bot' };
    const github = world();
    const gate = { github, settings: { ...settings, allowedBots: [self.login] } };
    for (const command of [start, plan, approve])
      expect(await admit(comment(self, command), gate)).toMatchObject({ kind: 'skipped', reason: 'own-comment' });
    const other = { login: 'renovate[bot]', type: 'Bot' };
    expect(await ask(comment(other), github)).toMatchObject({ kind: 'admitted' });
  });

  it('makes the request from the copy in the event, made safe', async () => {
    const trigger = label(user('ada'), { title: '/run <!-- x -->it', body: 'Do\u200b it<!-- hidden' });
    expect(await ask(trigger)).toEqual({
      kind: 'admitted',
      request: { source: 'label', actor: 'ada', title: 'Text: /run it', body: 'Do it', number: 1 },
    });
  });

  it('adds the words of a comment, which an open HTML comment in the issue cannot hide', async () => {
    const trigger = comment(user('ada'), { kind: 'start', text: 'only the docs' }, { body: 'All<!-- ' });
    expect(await ask(trigger)).toMatchObject({
      request: { source: 'comment', actor: 'ada', commentId: 9, body: 'All\n\nAdded by ada:\n\nonly the docs' },
    });
  });

  it('takes the first line of a change as title', async () => {
    expect(await ask(change(user('ada')))).toEqual({
      kind: 'admitted',
      request: { source: 'dispatch', actor: 'ada', title: 'Add x', body: 'Add x\nwith y' },
    });
  });

  it('answers commands that start nothing', async () => {
    expect(await ask(comment(user('ada'), { kind: 'status' }))).toMatchObject({ kind: 'answer', command: 'status' });
    expect(await ask(comment(user('ada'), { kind: 'misspelt', word: 'hlep', meant: 'help' }))).toMatchObject({
      kind: 'answer',
      command: 'help',
      text: expect.stringMatching(/^Nothing was started: did you mean `help`\?/) as string,
    });
    expect(await ask(comment(user('ada'), { kind: 'unsupported', word: 'retry' }))).toMatchObject({
      kind: 'answer',
      command: 'help',
      text: expect.stringContaining('does not have the command `retry`') as string,
    });
  });
});

describe('admit, on a job that is run again', () => {
  const again = (trigger: Trigger, rerunBy: string, github = world()): Promise<Admission> =>
    admit(trigger, { github, settings, rerunBy });

  it.each<[string, Trigger, string, string]>([
    ['by a writer', label(user('ada')), 'root', 'admitted'],
    ['by a reader', label(user('ada')), 'eve', 'no-permission'],
    ['by nobody that is known', label(user('ada')), '', 'no-permission'],
    ['by a bot', label(user('ada')), 'evil[bot]', 'bot-not-allowed'],
    ['by an allowed bot', label(user('ada')), 'renovate[bot]', 'admitted'],
    ['by a writer, of what a reader asked', label(user('eve')), 'ada', 'no-permission'],
    ['by a reader, of a schedule', schedule, 'eve', 'no-permission'],
    ['by a writer, of a schedule', schedule, 'ada', 'rerun'],
    ['by a writer, of a manual run', dispatch(), 'ada', 'admitted'],
    ['by a reader, of an approval', comment(user('ada'), { kind: 'approve', hash: 'abc' }), 'eve', 'no-permission'],
  ])('judges who had it run too: %s', async (_, trigger, by, expected) => {
    const admission = await again(trigger, by);
    expect(admission.kind === 'refused' ? admission.reason : admission.kind).toBe(expected);
  });

  it('is shut where GitHub does not say who that is', async () => {
    const github = world().failOn('permissionOf');
    expect(await again(schedule, 'ada', github)).toMatchObject({ kind: 'refused', reason: 'gate-unanswered' });
  });
});

describe('admit, on an issue nobody has just acted on', () => {
  it.each<[string, Trigger]>([
    ['schedule', schedule],
    ['dispatch', dispatch()],
  ])('takes who put the label on as actor (%s)', async (source, trigger) => {
    expect(await ask(trigger)).toEqual({
      kind: 'admitted',
      request: { source, actor: 'ada', title: 'T', body: 'B', number: 1 },
    });
  });

  it('refuses when the last to label has no write permission', async () => {
    const github = world();
    github.label(1, 'aider', { login: 'eve', at: 2000 });
    expect(await ask(dispatch(), github)).toMatchObject({ kind: 'refused', reason: 'no-permission', number: 1 });
  });

  it('refuses when nobody has labelled', async () => {
    const github = world();
    github.addIssue();
    expect(await ask(dispatch('', 2), github)).toMatchObject({ kind: 'refused', reason: 'label-missing' });
  });

  it.each<[string, string, number, string]>([
    ['an outsider after the label', 'eve', 1001, 'edited-by-outsider'],
    ['an outsider in the second of the label', 'eve', 1000, 'edited-by-outsider'],
    ['an account that is gone', '', 2000, 'edited-by-outsider'],
    ['a bot', 'evil[bot]', 2000, 'edited-by-outsider'],
    ['an outsider before the label', 'eve', 999, 'admitted'],
    ['a writer after the label', 'root', 5000, 'admitted'],
    ['an allowed bot after the label', 'renovate[bot]', 5000, 'admitted'],
  ])('judges an edit by %s', async (_, login, at, expected) => {
    for (const trigger of [dispatch(), schedule]) {
      const github = world();
      github.edit(1, { body: 'Changed' }, { login, at });
      const admission = await ask(trigger, github);
      expect(admission.kind === 'refused' ? admission.reason : admission.kind).toBe(expected);
    }
  });

  it('holds what is added at a dispatch against its sender', async () => {
    expect(await ask(dispatch('docs only'))).toMatchObject({ request: { body: 'B\n\nAdded by ada:\n\ndocs only' } });
    const byEve: Trigger = { kind: 'dispatch-issue', sender: user('eve'), number: 1, text: 'docs only' };
    expect(await ask(byEve)).toMatchObject({ kind: 'refused', reason: 'no-permission' });
  });

  it('takes the oldest issue without a pull request of ours', async () => {
    const github = world();
    for (const number of [2, 3]) {
      github.addIssue({ title: `T${number}` });
      github.label(number, 'aider', { login: 'ada', at: 1 });
    }
    await github.openPullRequest({ head: issueBranch(1), base: 'main', title: 'x', body: '', draft: true });
    expect(await ask(schedule, github)).toMatchObject({ kind: 'admitted', request: { number: 2 } });
  });

  it('goes on past an issue that may not be run, and tells nobody every night', async () => {
    const github = world();
    github.edit(1, { body: 'x' }, { login: 'eve', at: 2000 });
    const refusal = await ask(schedule, github);
    expect(refusal).toMatchObject({ kind: 'refused', reason: 'edited-by-outsider' });
    expect(refusal).not.toHaveProperty('number');
    github.addIssue();
    github.label(2, 'aider', { login: 'ada', at: 1 });
    expect(await ask(schedule, github)).toMatchObject({ kind: 'admitted', request: { number: 2 } });
  });

  it('skips when nothing waits', async () => {
    const github = new FakeGitHub();
    expect(await ask(schedule, github)).toMatchObject({ kind: 'skipped', reason: 'nothing-labelled' });
  });
});

describe('admit, when GitHub does not answer', () => {
  const questions: readonly [Trigger['kind'], Trigger, readonly (keyof GitHub)[]][] = [
    ['label', label(user('ada')), ['permissionOf']],
    ['comment', comment(user('ada')), ['permissionOf']],
    ['dispatch-change', change(user('ada')), ['permissionOf']],
    ['dispatch-issue', dispatch(), ['readIssue', 'lastLabelling', 'permissionOf', 'textEdits']],
    [
      'schedule',
      schedule,
      ['openIssuesWithLabel', 'openPullRequestFrom', 'lastLabelling', 'permissionOf', 'textEdits'],
    ],
  ];

  it.each(questions)('asks on %s only what is listed here', async (_, trigger, calls) => {
    const github = world();
    await ask(trigger, github);
    expect([...new Set(github.calls)]).toEqual(calls);
  });

  const failures = questions.flatMap(([kind, trigger, calls]) => calls.map((call) => [kind, call, trigger] as const));

  it.each(failures)('refuses on %s when %s fails', async (_, call, trigger) => {
    expect(await ask(trigger, world().failOn(call))).toMatchObject({ kind: 'refused', reason: 'gate-unanswered' });
  });
});
