import fc from 'fast-check';
import { parseTrigger } from '../../../src/core/request/trigger.js';

const settings = { triggerLabel: 'aider', commandPrefix: '/aider' };
const sender = { login: 'ada', type: 'User', id: 1 };
const issue = { number: 7, title: 'Add a flag', body: 'Please', state: 'open', locked: false, user: { login: 'eve' } };
const copy = { number: 7, title: 'Add a flag', body: 'Please', state: 'open', locked: false, isPullRequest: false };
const who = { login: 'ada', type: 'User' };

const read = (eventName: string, payload: unknown, more: { change?: string } = {}) =>
  parseTrigger({ eventName, payload, settings: { ...settings, ...more } });
const labeled = { action: 'labeled', label: { name: 'Aider', color: 'fff' }, issue, sender };
const comment = { id: 99, body: '/aider only the docs' };
const commented = { action: 'created', comment, issue, sender };

describe('parseTrigger', () => {
  it('takes the label, whatever its case, with the copy of the issue and who put it on', () => {
    expect(read('issues', labeled)).toEqual({ kind: 'label', sender: who, issue: copy });
  });

  it('takes an issue without a body', () => {
    expect(read('issues', { ...labeled, issue: { ...issue, body: null } })).toMatchObject({ issue: { body: '' } });
  });

  it('takes a comment with a command', () => {
    const command = { kind: 'start', text: 'only the docs' };
    expect(read('issue_comment', commented)).toEqual({
      kind: 'comment',
      sender: who,
      issue: copy,
      commentId: 99,
      command,
    });
  });

  it('reads a comment on a pull request as such', () => {
    const onPull = {
      ...commented,
      issue: { ...issue, pull_request: { url: 'x' } },
      comment: { ...comment, body: '/aider fix' },
    };
    expect(read('issue_comment', onPull)).toMatchObject({
      issue: { isPullRequest: true },
      command: { kind: 'unsupported', word: 'fix' },
    });
  });

  it('takes a schedule', () => {
    expect(read('schedule', { schedule: '0 1 * * *' })).toEqual({ kind: 'schedule' });
  });

  it.each<[string, unknown, { change?: string }, unknown]>([
    [
      'change of the event',
      { inputs: { change: ' Add x ' }, sender },
      {},
      { kind: 'dispatch-change', sender: who, change: 'Add x' },
    ],
    [
      'change of the settings',
      { inputs: null, sender },
      { change: 'Add y' },
      { kind: 'dispatch-change', sender: who, change: 'Add y' },
    ],
    ['issue', { inputs: { issue: '#12' }, sender }, {}, { kind: 'dispatch-issue', sender: who, number: 12, text: '' }],
    [
      'issue and change',
      { inputs: { issue: '12', change: 'docs' }, sender },
      {},
      { kind: 'dispatch-issue', sender: who, number: 12, text: 'docs' },
    ],
  ])('takes workflow_dispatch with %s', (_, payload, more, expected) => {
    expect(read('workflow_dispatch', payload, more)).toEqual(expected);
  });

  it.each<[string, string, unknown]>([
    ['other-label', 'issues', { ...labeled, label: { name: 'bug' } }],
    ['action-not-supported', 'issues', { ...labeled, action: 'opened' }],
    ['payload-unreadable', 'issues', { ...labeled, sender: undefined }],
    ['action-not-supported', 'issue_comment', { ...commented, action: 'edited' }],
    ['no-command', 'issue_comment', { ...commented, comment: { id: 1, body: 'thanks, /aider' } }],
    ['no-command', 'issue_comment', { ...commented, comment: { id: 1, body: null } }],
    ['payload-unreadable', 'issue_comment', { ...commented, issue: { ...issue, number: 'x' } }],
    ['nothing-asked', 'workflow_dispatch', { inputs: {}, sender }],
    ['issue-number-unreadable', 'workflow_dispatch', { inputs: { issue: '1; ls' }, sender }],
    ['payload-unreadable', 'workflow_dispatch', { inputs: { change: 'x' } }],
    ['event-not-supported', 'push', {}],
    ['event-not-supported', 'pull_request_target', labeled],
  ])('ignores with %s an event %s like that', (reason, eventName, payload) => {
    expect(read(eventName, payload)).toMatchObject({ kind: 'ignored', reason });
  });

  it.each<[string, string, unknown]>([
    ['which label was waited for', 'issues', { ...labeled, label: { name: 'bug' } }],
    ['which action was waited for and which came', 'issues', { ...labeled, action: 'opened' }],
    ['that there was no action', 'issues', null],
    ['the same of a comment', 'issue_comment', { ...commented, action: 'edited' }],
    ['what cannot be read', 'issues', { ...labeled, sender: { login: '' }, label: undefined }],
    ['that of a comment', 'issue_comment', { ...commented, comment: { id: 'x' } }],
    ['that of a manual run', 'workflow_dispatch', undefined],
    ['how a comment begins that is for us', 'issue_comment', { ...commented, comment: { id: 1, body: 'hm' } }],
    ['what a number looks like', 'workflow_dispatch', { inputs: { issue: 'x12' }, sender }],
    ['what to give', 'workflow_dispatch', { inputs: {}, sender }],
    ['which events start a run', 'push', {}],
  ])('says of what it ignores %s', (what, eventName, payload) => {
    const said: Readonly<Record<string, RegExp>> = {
      'which label was waited for': /is not "aider"/,
      'which action was waited for and which came': /"labeled" of issues .* "opened"/,
      'that there was no action': /"labeled" of issues .* is ""/,
      'the same of a comment': /"created" of issue_comment .* "edited"/,
      'what cannot be read': /^The issues event cannot be read: .*label: .*; .*sender\.login: |sender\.type: /,
      'that of a comment': /^The issue_comment event cannot be read: comment\.id: /,
      'that of a manual run': /^The workflow_dispatch event cannot be read: payload: /,
      'how a comment begins that is for us': /begin with \/aider/,
      'what a number looks like': /"issue" .* like 12/,
      'what to give': /"change" nor "issue"/,
      'which events start a run': /"push" .* issues, issue_comment, schedule or workflow_dispatch/,
    };
    expect(read(eventName, payload)).toMatchObject({ message: expect.stringMatching(said[what] ?? /^$/) as string });
  });

  it('takes a number that came as one, a pull request that is none, and a comment without a text', () => {
    expect(read('workflow_dispatch', { inputs: { issue: 123 }, sender })).toMatchObject({ number: 123 });
    expect(read('workflow_dispatch', { inputs: { issue: '12345' }, sender })).toMatchObject({ number: 12_345 });
    expect(read('workflow_dispatch', { inputs: { issue: 'x12' }, sender }).kind).toBe('ignored');
    expect(read('workflow_dispatch', { sender }).kind).toBe('ignored');
    expect(read('issues', { ...labeled, issue: { ...issue, pull_request: null } })).toMatchObject({
      issue: { isPullRequest: false },
    });
  });

  it('never throws and never lets through a payload without a sender', () => {
    const name = fc.constantFrom('issues', 'issue_comment', 'workflow_dispatch');
    const payload = fc.record({
      action: fc.constantFrom('labeled', 'created'),
      issue: fc.anything(),
      inputs: fc.anything(),
    });
    fc.assert(
      fc.property(name, fc.oneof(fc.anything(), payload), (eventName, given) => {
        expect(read(eventName, given).kind).toBe('ignored');
      }),
    );
  });
});
