import { trackingMarker } from '../../src/core/render/markdown.js';
import { handleEvent, type EventSource } from '../../src/app/handle-event.js';
import { aSettings } from '../support/bench.js';
import { FakeGitHub } from '../support/fake-github.js';

const issue = { number: 1, title: 'Add it', body: 'please', state: 'open', locked: false };
const user = (login: string) => ({ login, type: 'User' });
const labelled = (login = 'ada', name = 'aider'): EventSource => ({
  eventName: 'issues',
  payload: { action: 'labeled', label: { name }, issue, sender: user(login) },
});
const commented = (body: string, login = 'ada'): EventSource => ({
  eventName: 'issue_comment',
  payload: { action: 'created', comment: { id: 1, body }, issue, sender: user(login) },
});

/** An issue on which ada, who may write, has commented; eve may not. */
const stage = () => {
  const github = new FakeGitHub();
  github.permissions.set('ada', 'write');
  github.permissions.set('eve', 'read');
  github.addIssue();
  github.commentAs('ada', 1, 'first');
  const warnings: string[] = [];
  const { maxAgents: _, ...rest } = aSettings();
  const settings = { ...rest, maxAgents: 'auto' as const };
  const handle = (event: EventSource) =>
    handleEvent(event, { github, settings, warn: (text) => void warnings.push(text) });
  return { github, warnings, handle };
};

describe('an event', () => {
  it('that is not for us is left alone, with the reason', async () => {
    const { github, handle } = stage();
    const handled = await handle(labelled('ada', 'bug'));
    expect(handled).toMatchObject({ kind: 'nothing', message: expect.stringContaining('(other-label)') as string });
    expect(github.calls).toEqual([]);
  });

  it('becomes a request, with an eyes reaction on the issue', async () => {
    const { github, handle } = stage();
    expect(await handle(labelled())).toMatchObject({
      kind: 'run',
      request: { source: 'label', actor: 'ada', number: 1, title: 'Add it' },
    });
    expect(github.reactions).toEqual([{ on: 'issue 1', reaction: 'eyes' }]);
  });

  it('becomes a request, with an eyes reaction on the comment that asked', async () => {
    const { github, handle } = stage();
    expect(await handle(commented('/aider and fast'))).toMatchObject({ kind: 'run', request: { commentId: 1 } });
    expect(github.reactions).toEqual([{ on: 'comment 1', reaction: 'eyes' }]);
  });

  it('is carried out though the reaction fails, with a warning', async () => {
    const { github, warnings, handle } = stage();
    github.failOn('reactToIssue');
    expect((await handle(labelled())).kind).toBe('run');
    expect(warnings).toEqual([expect.stringContaining('The reaction failed')]);
  });

  it('of somebody who may not ask is refused with one comment and nothing else', async () => {
    const { github, handle } = stage();
    const handled = await handle(labelled('eve'));
    expect(handled).toMatchObject({ kind: 'nothing', message: expect.stringContaining('no-permission') as string });
    expect(github.comments.filter(({ by }) => by !== 'ada')).toHaveLength(1);
    expect(github.comments.at(-1)?.body).toContain('has no write permission');
    expect(github.reactions).toEqual([]);
    expect(github.issue(1).labels).toEqual([]);
  });

  it('of a bot is refused in silence', async () => {
    const { github, handle } = stage();
    const event = labelled('evil[bot]');
    expect(await handle(event)).toMatchObject({ kind: 'nothing' });
    expect(github.comments).toHaveLength(1);
  });

  it('is refused when GitHub does not say who may', async () => {
    const { github, handle } = stage();
    github.failOn('permissionOf');
    expect(await handle(labelled())).toMatchObject({ message: expect.stringContaining('gate-unanswered') as string });
  });

  it('is refused also when the refusal cannot be told', async () => {
    const { github, warnings, handle } = stage();
    github.failOn('createComment');
    expect((await handle(labelled('eve'))).kind).toBe('nothing');
    expect(warnings).toHaveLength(1);
  });

  it('of a schedule without a labelled issue is nothing to do', async () => {
    const { github, handle } = stage();
    const handled = await handle({ eventName: 'schedule', payload: {} });
    expect(handled).toMatchObject({ kind: 'nothing', message: expect.stringContaining('waiting') as string });
    expect(github.comments).toHaveLength(1);
  });
});

describe('a command that is only answered', () => {
  it('shows the help', async () => {
    const { github, handle } = stage();
    expect(await handle(commented('/aider help'))).toMatchObject({ message: 'Answered help on #1.' });
    expect(github.comments.at(-1)?.body).toContain('/aider');
    expect(github.reactions).toEqual([]);
  });

  it('says that no run is known', async () => {
    const { github, handle } = stage();
    await handle(commented('/aider status'));
    expect(github.comments.at(-1)?.body).toBe('No run is known on issue #1.');
  });

  it('says where the last run stands and where its pull request is', async () => {
    const { github, handle } = stage();
    await github.createComment(1, `${trackingMarker}\n\n⏳ **2 agents at work**<br>\n3 min`);
    await github.openPullRequest({ head: 'aider/issue-1', base: 'main', title: 'x', body: '', draft: true });
    await handle(commented('/aider status'));
    expect(github.comments.at(-1)?.body).toContain('⏳ **2 agents at work**\n');
    expect(github.comments.at(-1)?.body).toContain('Open pull request: #2.');
  });

  it('believes no tracking comment of somebody else', async () => {
    const { github, handle } = stage();
    github.commentAs('eve', 1, `${trackingMarker}\n\nAll is well`);
    await handle(commented('/aider status'));
    expect(github.comments.at(-1)?.body).toBe('No run is known on issue #1.');
  });

  it('is a warning when GitHub does not answer', async () => {
    const { github, warnings, handle } = stage();
    github.failOn('findComment');
    expect((await handle(commented('/aider status'))).kind).toBe('nothing');
    expect(warnings).toEqual([expect.stringContaining('The answer to status failed')]);
  });
});
