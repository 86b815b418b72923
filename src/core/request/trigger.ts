import type { z } from 'zod';
import { parseCommand, type Command } from './command.js';
import { IssueCommentCreated, IssuesLabeled, WorkflowDispatch, type IssueCopy, type Sender } from './payload.js';

/** A GitHub event that asks something of us, not yet permitted: the gate (`admit`) decides. */
export type Trigger =
  | { readonly kind: 'label'; readonly sender: Sender; readonly issue: IssueCopy }
  | {
      readonly kind: 'comment';
      readonly sender: Sender;
      readonly issue: IssueCopy;
      readonly commentId: number;
      readonly command: Exclude<Command, { kind: 'none' }>;
    }
  | { readonly kind: 'schedule' }
  /** `text` is added to the issue's own; '' when the run was started with the number alone. */
  | { readonly kind: 'dispatch-issue'; readonly sender: Sender; readonly number: number; readonly text: string }
  | { readonly kind: 'dispatch-change'; readonly sender: Sender; readonly change: string };

/** An event that is not for us. `reason` is kebab-case, `message` says it to a person. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason:
    | 'event-not-supported'
    | 'action-not-supported'
    | 'payload-unreadable'
    | 'other-label'
    | 'no-command'
    | 'nothing-asked'
    | 'issue-number-unreadable';
  readonly message: string;
}

export interface TriggerEvent {
  /** GITHUB_EVENT_NAME and the parsed file at GITHUB_EVENT_PATH. */
  readonly eventName: string;
  readonly payload: unknown;
  readonly settings: {
    readonly triggerLabel: string;
    readonly commandPrefix: string;
    /** The `change` input; asked for only on `workflow_dispatch`. */
    readonly change?: string | undefined;
  };
}

const ignored = (reason: Ignored['reason'], message: string): Ignored => ({ kind: 'ignored', reason, message });

const actionOf = (payload: unknown): string =>
  typeof payload === 'object' && payload !== null && 'action' in payload ? String(payload.action) : '';

const unreadable = (eventName: string, error: z.ZodError): Ignored => {
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`);
  return ignored('payload-unreadable', `The ${eventName} event cannot be read: ${faults.join('; ')}`);
};

const wrongAction = (eventName: string, wanted: string, came: string): Ignored =>
  ignored('action-not-supported', `Only the action "${wanted}" of ${eventName} starts a run; this one is "${came}".`);

/** GitHub takes label names for equal whatever their case. */
const sameLabel = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const parseLabel = ({ payload, settings }: TriggerEvent): Trigger | Ignored => {
  if (actionOf(payload) !== 'labeled') return wrongAction('issues', 'labeled', actionOf(payload));
  const parsed = IssuesLabeled.safeParse(payload);
  if (!parsed.success) return unreadable('issues', parsed.error);
  const { label, sender, issue } = parsed.data;
  return sameLabel(label.name, settings.triggerLabel)
    ? { kind: 'label', sender, issue }
    : ignored('other-label', `The label put on is not "${settings.triggerLabel}".`);
};

const parseComment = ({ payload, settings }: TriggerEvent): Trigger | Ignored => {
  if (actionOf(payload) !== 'created') return wrongAction('issue_comment', 'created', actionOf(payload));
  const parsed = IssueCommentCreated.safeParse(payload);
  if (!parsed.success) return unreadable('issue_comment', parsed.error);
  const { comment, sender, issue } = parsed.data;
  const place = { prefix: settings.commandPrefix, onPullRequest: issue.isPullRequest };
  const command = parseCommand(comment.body ?? '', place);
  return command.kind === 'none'
    ? ignored('no-command', `The comment does not begin with ${settings.commandPrefix}.`)
    : { kind: 'comment', sender, issue, commentId: comment.id, command };
};

const inputText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';

const parseDispatch = ({ payload, settings }: TriggerEvent): Trigger | Ignored => {
  const parsed = WorkflowDispatch.safeParse(payload);
  if (!parsed.success) return unreadable('workflow_dispatch', parsed.error);
  const { sender, inputs } = parsed.data;
  const issue = inputText(inputs?.['issue']);
  const change = inputText(settings.change) || inputText(inputs?.['change']);
  if (issue !== '') {
    if (/^#?[1-9]\d{0,9}$/.test(issue)) {
      return { kind: 'dispatch-issue', sender, number: Number(issue.replace('#', '')), text: change };
    }
    return ignored(
      'issue-number-unreadable',
      'The input "issue" of workflow_dispatch must be an issue number, like 12.',
    );
  }
  if (change !== '') return { kind: 'dispatch-change', sender, change };
  return ignored('nothing-asked', 'workflow_dispatch came with neither "change" nor "issue"; give one of them.');
};

/**
 * The first arrow of the story: an event becomes a trigger, or is ignored with a reason. Never throws; a payload
 * that is not what GitHub documents is ignored as unreadable.
 */
export const parseTrigger = (event: TriggerEvent): Trigger | Ignored => {
  switch (event.eventName) {
    case 'issues':
      return parseLabel(event);
    case 'issue_comment':
      return parseComment(event);
    case 'schedule':
      return { kind: 'schedule' };
    case 'workflow_dispatch':
      return parseDispatch(event);
    default:
      return ignored(
        'event-not-supported',
        `The event "${event.eventName}" starts nothing; use issues, issue_comment, schedule or workflow_dispatch.`,
      );
  }
};
