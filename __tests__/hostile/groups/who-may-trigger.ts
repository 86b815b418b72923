import type { Admission } from '../../../src/app/admission.js';
import { admit } from '../../../src/app/admit.js';
import type { Sender } from '../../../src/core/request/payload.js';
import type { Trigger } from '../../../src/core/request/trigger.js';
import type { GitHub } from '../../../src/ports/github.js';
import { FakeGitHub } from '../../support/fake-github.js';
import { group, pairs } from '../group.js';

const settings = { triggerLabel: 'aider', commandPrefix: '/aider', allowedBots: ['renovate[bot]'] };
const asked: readonly (keyof GitHub)[] = [
  'permissionOf',
  'readIssue',
  'lastLabelling',
  'textEdits',
  'openIssuesWithLabel',
  'openPullRequestFrom',
  // Only of a bot: whether it is ourselves.
  'identity',
];

const strangers: readonly Sender[] = [
  { login: 'reader', type: 'User' },
  { login: 'triager', type: 'User' },
  { login: 'stranger', type: 'User' },
  { login: 'ghost', type: 'User' },
  { login: 'evil[bot]', type: 'Bot' },
  { login: 'evil[bot]', type: 'User' },
  { login: 'writer', type: 'Bot' },
  { login: 'Renovate[bot]', type: 'Bot' },
  { login: 'renovate', type: 'User' },
  { login: 'renovate[bot] ', type: 'Bot' },
  { login: 'writer ', type: 'User' },
  { login: 'wr\u0131ter', type: 'User' },
  { login: 'writer/../admin', type: 'User' },
];

const issue = { number: 1, title: 'T', body: 'B', state: 'open' as const, locked: false, isPullRequest: false };

type Kind = 'label' | 'comment' | 'help' | 'status' | 'dispatch-change' | 'dispatch-text';
const kinds: readonly Kind[] = ['label', 'comment', 'help', 'status', 'dispatch-change', 'dispatch-text'];

const triggerOf = (kind: Kind, sender: Sender): Trigger => {
  switch (kind) {
    case 'label':
      return { kind, sender, issue };
    case 'comment':
      return { kind, sender, issue, commentId: 9, command: { kind: 'start', text: 'x' } };
    case 'help':
    case 'status':
      return { kind: 'comment', sender, issue, commentId: 9, command: { kind } };
    case 'dispatch-change':
      return { kind, sender, change: 'Do x' };
    case 'dispatch-text':
      return { kind: 'dispatch-issue', sender, number: 1, text: 'and y' };
  }
};

const world = (): FakeGitHub => {
  const github = new FakeGitHub();
  github.permissions.set('writer', 'write').set('admin', 'admin').set('reader', 'read').set('triager', 'read');
  github.addIssue({ title: 'T', body: 'B' });
  github.label(1, 'aider', { login: 'writer', at: 1000 });
  return github;
};

const ask = async (trigger: Trigger, github: FakeGitHub): Promise<Admission> => {
  const admission = await admit(trigger, { github, settings });
  expect(github.calls.filter((call) => !asked.includes(call))).toEqual([]);
  return admission;
};

interface Asked {
  readonly kind: Kind;
  readonly sender: Sender;
}

export const whoMayTrigger = group('who may trigger', {
  owner: 'src/app/admit.ts',
  predicates: {
    isRefused: async ({ kind, sender }: Asked) => {
      expect((await ask(triggerOf(kind, sender), world())).kind).toBe('refused');
    },
    isAdmitted: async ({ kind, sender }: Asked) => {
      expect((await ask(triggerOf(kind, sender), world())).kind).toBe('admitted');
    },
    /** The label decides for a schedule and a dispatched number: who put it on. */
    labellerIsRefused: async (login: string) => {
      for (const trigger of [
        { kind: 'schedule' },
        { kind: 'dispatch-issue', sender: { login: 'writer', type: 'User' }, number: 1, text: '' },
      ] as const) {
        const github = world();
        github.label(1, 'aider', { login, at: 2000 });
        expect((await ask(trigger, github)).kind).toBe('refused');
      }
    },
    isShutWhenAFailing: async ({ call, kind }: { call: keyof GitHub; kind: Kind | 'schedule' }) => {
      const sender = { login: 'writer', type: 'User' };
      const trigger: Trigger = kind === 'schedule' ? { kind } : triggerOf(kind, sender);
      const admission = await ask(trigger, world().failOn(call));
      expect(admission).toMatchObject({ kind: 'refused', reason: 'gate-unanswered' });
    },
    stateIsRefused: async (state: { state?: 'closed'; locked?: boolean; isPullRequest?: boolean }) => {
      const sender = { login: 'writer', type: 'User' };
      for (const kind of ['label', 'comment'] as const) {
        const trigger = { ...triggerOf(kind, sender), issue: { ...issue, ...state } } as Trigger;
        expect((await ask(trigger, world())).kind).toBe('refused');
      }
    },
  },
  vectors: [
    ...pairs(strangers, kinds).map(([sender, kind]) => ({
      id: `${JSON.stringify(sender.login)} (${sender.type}) by ${kind}`,
      holds: 'isRefused' as const,
      input: { kind, sender },
    })),
    ...(['label', 'comment', 'dispatch-change', 'dispatch-text'] as const).map((kind) => ({
      id: `control: a writer by ${kind}`,
      holds: 'isAdmitted' as const,
      input: { kind, sender: { login: 'writer', type: 'User' } },
    })),
    ...['reader', 'triager', 'stranger', '', 'evil[bot]', 'ghost'].map((login) => ({
      id: `labelled by ${JSON.stringify(login)}`,
      holds: 'labellerIsRefused' as const,
      input: login,
    })),
    ...(
      [
        ['permissionOf', 'label'],
        ['permissionOf', 'comment'],
        ['permissionOf', 'dispatch-change'],
        ['permissionOf', 'dispatch-text'],
        ['permissionOf', 'schedule'],
        ['readIssue', 'dispatch-text'],
        ['lastLabelling', 'dispatch-text'],
        ['lastLabelling', 'schedule'],
        ['textEdits', 'dispatch-text'],
        ['textEdits', 'schedule'],
        ['openIssuesWithLabel', 'schedule'],
        ['openPullRequestFrom', 'schedule'],
      ] as const
    ).map(([call, kind]) => ({
      id: `${call} fails on ${kind}`,
      holds: 'isShutWhenAFailing' as const,
      input: { call, kind },
    })),
    { id: 'a closed issue', holds: 'stateIsRefused', input: { state: 'closed' } },
    { id: 'a locked issue', holds: 'stateIsRefused', input: { locked: true } },
    { id: 'a pull request, perhaps of a fork', holds: 'stateIsRefused', input: { isPullRequest: true } },
  ],
});
